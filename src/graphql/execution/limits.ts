import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";

export interface OperationLimits {
  /** Fields on the way to the deepest leaf. */
  readonly depth: number;
  readonly aliases: number;
  /** Of the operation's text; what has more is not parsed to its end. */
  readonly tokens: number;
}

/**
 * Validation compares every two fields of one name, and every two fragments, lest they say different things: 1,000 tokens
 * that repeat one field with something below it took it 30 ms, these 3. The largest operation that a client is known to send has a tenth of it.
 */
const PAIRS_PER_TOKEN = 3;
/** What comparing two fragments costs, in comparisons of two fields. */
const FRAGMENTS_COST = 4;

/**
 * Why an operation asks for too much, from going through its document once; null: it does not. What starts with __ asks
 * about the schema, where that is allowed at all.
 */
export function tooComplex(document: DocumentNode, limits: OperationLimits): GraphQLError | null {
  const { aliases, pairs } = count(document);
  if (aliases > limits.aliases) return refusal(`An operation has at most ${limits.aliases} aliases.`);
  if (pairs > limits.tokens * PAIRS_PER_TOKEN) {
    return refusal("The operation has too many fields of one name, or too many fragments.");
  }
  const depthOf = depths(document);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION && depthOf(definition) > limits.depth) {
      return refusal(`An operation is at most ${limits.depth} fields deep.`, definition);
    }
  }
  return null;
}

/** Its aliases, and how much there is for validation to compare. */
function count(document: DocumentNode): { aliases: number; pairs: number } {
  const named = new Map<string, number>();
  const found = { aliases: 0, pairs: 0 };
  let fragments = 0;
  const goThrough = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const before = named.get(name) ?? 0;
        named.set(name, before + 1);
        found.pairs += before;
        if (selection.alias !== undefined) found.aliases += 1;
      }
      goThrough(selection.selectionSet);
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) found.pairs += FRAGMENTS_COST * fragments++;
    if ("selectionSet" in definition) goThrough(definition.selectionSet);
  }
  return found;
}

/** Fields on the way to the deepest leaf of an operation, through fragments too. */
function depths(document: DocumentNode): (operation: OperationDefinitionNode) => number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  /** While a fragment is being measured, 0, so that a cycle ends (validation reports it). */
  const known = new Map<string, number>();

  function ofSet(set: SelectionSetNode | undefined): number {
    let deepest = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) deepest = Math.max(deepest, ofFragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) deepest = Math.max(deepest, ofSet(selection.selectionSet));
      else if (!selection.name.value.startsWith("__")) deepest = Math.max(deepest, 1 + ofSet(selection.selectionSet));
    }
    return deepest;
  }

  function ofFragment(name: string): number {
    if (!known.has(name)) {
      known.set(name, 0);
      known.set(name, ofSet(fragments.get(name)?.selectionSet));
    }
    return known.get(name) ?? 0;
  }

  return (operation) => ofSet(operation.selectionSet);
}

function refusal(message: string, node?: OperationDefinitionNode): GraphQLError {
  return new GraphQLError(message, { nodes: node, extensions: { code: "QUERY_TOO_COMPLEX" } });
}

/**
 * Takes out of a document, which must be nobody else's yet, what only repeats: a field without anything of its own that stands
 * in the same braces before. The answer is the same, and validation, which compares every two fields of one name, has
 * nothing to compare.
 */
export function removeRepeatedFields(document: DocumentNode): DocumentNode {
  for (const definition of document.definitions) {
    if ("selectionSet" in definition) thin(definition.selectionSet);
  }
  return document;
}

function thin(set: SelectionSetNode): void {
  const seen = new Set<string>();
  set.selections = set.selections.filter((selection) => {
    if ("selectionSet" in selection && selection.selectionSet !== undefined) thin(selection.selectionSet);
    if (!isPlain(selection)) return true;
    const { value } = selection.name;
    return !seen.has(value) && seen.add(value);
  });
}

/** A name and nothing else. */
function isPlain(selection: SelectionNode): selection is FieldNode {
  return (
    selection.kind === Kind.FIELD &&
    selection.alias === undefined &&
    selection.selectionSet === undefined &&
    selection.arguments?.length === 0 &&
    selection.directives?.length === 0
  );
}
