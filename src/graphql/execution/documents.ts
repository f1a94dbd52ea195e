import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
  type ValidationRule,
} from "graphql";
import { LRUCache } from "lru-cache";
import { expectKind } from "../../domain/errors.ts";
import { removeRepeatedFields, type OperationLimits, tooComplex } from "./limits.ts";

/**
 * Enough for every operation of every client. A document takes some 60 bytes for each character: 1,000 of 4 KB were 220 MB.
 */
const KEPT = 1_000;
const KEPT_CHARACTERS = 500_000;
/** Characters; what is longer, or wrong, is nobody's regular operation and only takes memory. */
const MAX_KEPT_LENGTH = 8_192;
/** Whoever has that many mistakes to mend has enough to do; a hundred took four times as long as all the rest. */
const MAX_ERRORS = 10;
/** Those of what tools ask about a schema are a quarter of it. */
const INTROSPECTION_TOKENS = 1_000;

/** An operation's text, read. With errors it must not run; without a document it could not even be parsed. */
export interface Checked {
  readonly document: DocumentNode | null;
  readonly errors: readonly GraphQLError[];
}

export type Documents = (text: string) => Checked;

export interface Reading {
  readonly rules: readonly ValidationRule[];
  /** What is beyond them is not validated: that would cost much more than to refuse it. */
  readonly limits: OperationLimits;
  /** Whether what the schema is may be asked, which no limit is for then, and told by errors that suggest its names. */
  readonly introspection: boolean;
}

/**
 * Parses and validates operations, each text once: of a heartbeat's time validation took 150 of 160 µs. It is kept from its
 * second use on: what hostile clients make up, another one each time, takes no memory and pushes nothing out.
 * A text that does not parse is answered with its error; on a WebSocket nothing else has to suffer for it.
 */
export function createDocuments(schema: GraphQLSchema, reading: Reading): Documents {
  const sizes = { max: KEPT, maxSize: KEPT_CHARACTERS };
  const kept = new LRUCache<string, Checked>({ ...sizes, sizeCalculation: (_, text) => text.length });
  const once = new LRUCache<string, true>({ max: KEPT });
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const checked = check(schema, reading, text);
    if (checked.errors.length > 0 || text.length > MAX_KEPT_LENGTH) return checked;
    if (once.delete(text)) kept.set(text, checked);
    else once.set(text, true);
    return checked;
  };
}

function check(schema: GraphQLSchema, reading: Reading, text: string): Checked {
  const { rules, limits, introspection } = reading;
  let document: DocumentNode;
  try {
    document = removeRepeatedFields(read(text, reading));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const refused = error;
    const code = hasTooManyTokens(refused, limits) ? "QUERY_TOO_COMPLEX" : "GRAPHQL_PARSE_FAILED";
    return { document: null, errors: [withCode(refused, code)] };
  }
  const refusal = introspection && isAboutSchema(document) ? null : tooComplex(document, limits);
  if (refusal !== null) return { document, errors: [refusal] };
  const errors = validate(schema, document, rules, { maxErrors: MAX_ERRORS });
  return { document, errors: errors.map((error) => withCode(error, "GRAPHQL_VALIDATION_FAILED", introspection)) };
}

function read(text: string, { limits, introspection }: Reading): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError) || !introspection || !hasTooManyTokens(error, limits)) throw error;
    const document = longerOne(text);
    if (document === null || !isAboutSchema(document)) throw error;
    return document;
  }
}

function longerOne(text: string): DocumentNode | null {
  try {
    return parse(text, { maxTokens: INTROSPECTION_TOKENS });
  } catch (error) {
    expectKind(error, GraphQLError);
    return null;
  }
}

function hasTooManyTokens({ message }: GraphQLError, limits: OperationLimits): boolean {
  return message.includes(`${limits.tokens} tokens`);
}

/** Whether all that its operations ask is what the schema is. */
function isAboutSchema({ definitions }: DocumentNode): boolean {
  return definitions.every(
    (definition) =>
      definition.kind !== Kind.OPERATION_DEFINITION ||
      definition.selectionSet.selections.every(
        (selection) => selection.kind === Kind.FIELD && /^__(schema|type)$/.test(selection.name.value),
      ),
  );
}

function withCode(error: GraphQLError, code: string, hints = true): GraphQLError {
  const { message, nodes, source, positions, extensions } = error;
  return new GraphQLError(hints ? message : withoutHint(message), {
    nodes,
    source,
    positions,
    extensions: { code, ...extensions },
  });
}

/** A message without the names that graphql offers instead of a wrong one. */
export function withoutHint(message: string): string {
  return message.replace(/ Did you mean .*$/s, "");
}
