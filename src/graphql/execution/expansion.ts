import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
  type TypeNode,
  type ValueNode,
} from "graphql";

/** Characters of a text in an argument that count as much as one field. */
const TEXT_UNIT = 500;

/**
 * The size of an operation once its fragments stand wherever they are spread: its fields, the values of their arguments, and
 * the fields of what its variables take. A text of 2 KB may have 1,400 of them. Each fragment is gone through once.
 */
export function expandedSize(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  /** While a fragment is being counted, 0: a circle, which is not valid, must end. */
  const counted = new Map<string, number>();

  function ofSet(set: SelectionSetNode | undefined): number {
    let size = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) size += ofField(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) size += ofSet(selection.selectionSet);
      else size += ofFragment(selection.name.value);
    }
    return size;
  }

  function ofField({ arguments: given = [], selectionSet }: FieldNode): number {
    return given.reduce((size, { value }) => size + ofValue(value), 1) + ofSet(selectionSet);
  }

  function ofFragment(name: string): number {
    const known = counted.get(name);
    if (known !== undefined) return known;
    counted.set(name, 0);
    const size = ofSet(fragments.get(name)?.selectionSet);
    counted.set(name, size);
    return size;
  }

  const variables = operation.variableDefinitions ?? [];
  return variables.reduce((size, { type }) => size + ofVariable(schema, type), ofSet(operation.selectionSet));
}

function ofValue(value: ValueNode): number {
  const sum = (values: readonly ValueNode[]) => values.reduce((size, inner) => size + ofValue(inner), 1);
  if (value.kind === Kind.LIST) return sum(value.values);
  if (value.kind === Kind.OBJECT) return sum(value.fields.map((field) => field.value));
  return value.kind === Kind.STRING ? 1 + Math.floor(value.value.length / TEXT_UNIT) : 1;
}

function ofVariable(schema: GraphQLSchema, node: TypeNode): number {
  // Its overloads are for each kind of node alone.
  const type = typeFromAST(schema, node as never) as GraphQLInputType | undefined;
  return type === undefined ? 1 : ofInput(type, []);
}

function ofInput(type: GraphQLInputType, above: readonly GraphQLInputType[]): number {
  const named = getNamedType(type);
  if (!isInputObjectType(named) || above.includes(named)) return 1;
  return Object.values(named.getFields()).reduce((size, field) => size + ofInput(field.type, [...above, named]), 1);
}
