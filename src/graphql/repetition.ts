import { type DocumentNode, type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from "graphql";

/**
 * Takes out of a document, which must be nobody else's yet, what only repeats: a field without anything of its own that stands
 * in the same braces before. The answer is the same, and validation, which compares every two fields of one name, has
 * nothing to compare.
 */
export function withoutRepetition(document: DocumentNode): DocumentNode {
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
