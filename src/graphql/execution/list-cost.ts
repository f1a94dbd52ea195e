import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  getOperationAST,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from "graphql";
import { MAX_PAGE_SIZE, DEFAULT_PAGE_SIZE } from "../../services/shared/arguments.ts";

/** Why an operation that is valid must not run; null: it may. */
export type ListCostRefusal = (args: ExecutionArgs) => GraphQLError | null;

/**
 * Counts what an operation may ask for at the most: of every list its size times what is below it, where the size is
 * `first`, the most that the schema says it has, or that of a usual page where a list has neither. It takes the variables, so that it cannot be a validation rule.
 */
export function createListCostLimit(schema: GraphQLSchema, most: number): ListCostRefusal {
  /** Whether it stays below the limit with whatever variables, as heartbeats do: counted once for each document. */
  const harmless = new WeakMap<DocumentNode, Map<string, boolean>>();

  return ({ document, operationName, variableValues }) => {
    const operation = getOperationAST(document, operationName);
    if (operation == null) return null;
    const known = harmless.get(document) ?? new Map<string, boolean>();
    harmless.set(document, known);
    const name = operation.name?.value ?? "";
    if (!known.has(name)) known.set(name, nodesOf(schema, document, operation, () => MAX_PAGE_SIZE) <= most);
    if (known.get(name) === true) return null;
    const nodes = nodesOf(schema, document, operation, (variable) => given(operation, variable, variableValues ?? {}));
    if (nodes <= most) return null;
    const message = `An operation asks for at most ${most} nodes, this one for up to ${nodes}: ask for smaller pages.`;
    return new GraphQLError(message, { nodes: operation, extensions: { code: "QUERY_TOO_COMPLEX" } });
  };
}

/** What a variable holds when the operation runs, as it was sent. */
function given(operation: OperationDefinitionNode, name: string, values: Readonly<Record<string, unknown>>): unknown {
  if (values[name] !== undefined) return values[name];
  const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
  return definition?.defaultValue?.kind === Kind.INT ? Number(definition.defaultValue.value) : undefined;
}

function nodesOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variable: (name: string) => unknown,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  /** By fragment and page: spread a hundred times it is counted a hundred times, but gone through once. */
  const counted = new Map<string, number>();

  /** @param page how many there are in the lists right below, as their parent's `first` says */
  function inSet(set: SelectionSetNode | undefined, type: GraphQLCompositeType, page: number): number {
    return (set?.selections ?? []).reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + inField(selection, type, page);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + inFragment(selection.name.value, page);
      return sum + inSet(selection.selectionSet, named(selection.typeCondition?.name.value) ?? type, page);
    }, 0);
  }

  function inFragment(name: string, page: number): number {
    const key = `${name} ${page}`;
    const fragment = fragments.get(name);
    const type = named(fragment?.typeCondition.name.value);
    if (fragment === undefined || type === null) return 0;
    const known = counted.get(key);
    if (known !== undefined) return known;
    const count = inSet(fragment.selectionSet, type, page);
    counted.set(key, count);
    return count;
  }

  function inField(node: FieldNode, parent: GraphQLCompositeType, page: number): number {
    const field = "getFields" in parent ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined) return 0;
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return 0;
    const below = inSet(node.selectionSet, type, pageOf(node, field));
    if (!isListType(getNullableType(field.type))) return below;
    const { most: size = page } = field.extensions as { readonly most?: number };
    return size + size * below;
  }

  function pageOf(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    if (!field.args.some(({ name }) => name === "first")) return DEFAULT_PAGE_SIZE;
    const first = valueOf(node.arguments?.find(({ name }) => name.value === "first")?.value);
    // Out of bounds it is refused as such, when the field is resolved.
    return typeof first === "number" ? Math.min(Math.max(first, 1), MAX_PAGE_SIZE) : DEFAULT_PAGE_SIZE;
  }

  function valueOf(value: ValueNode | undefined): unknown {
    if (value?.kind === Kind.VARIABLE) return variable(value.name.value);
    return value?.kind === Kind.INT ? Number(value.value) : undefined;
  }

  function named(name: string | undefined): GraphQLCompositeType | null {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : null;
  }

  const root = schema.getRootType(operation.operation);
  return root == null ? 0 : inSet(operation.selectionSet, root, DEFAULT_PAGE_SIZE);
}
