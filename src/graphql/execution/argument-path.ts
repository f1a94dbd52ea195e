import {
  type ASTNode,
  type DocumentNode,
  type ExecutionArgs,
  getNamedType,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  isInputObjectType,
  isObjectType,
  Kind,
  visit,
} from "graphql";
import { RollcallError } from "../../domain/errors.ts";

/**
 * Where a value stands in the argument that it is part of, such as `input.events[3].at`; null outside of arguments.
 * @param way the nodes that lead to it, and itself, with the lists that they are in, as `visit` tells of them
 */
export function argumentPath(way: readonly (ASTNode | readonly ASTNode[])[]): string | null {
  let path: string | null = null;
  way.forEach((step, i) => {
    if (!("kind" in step)) return;
    if (step.kind === Kind.ARGUMENT) path = step.name.value;
    else if (step.kind === Kind.VARIABLE_DEFINITION) path = step.variable.name.value;
    else if (path === null) return;
    else if (step.kind === Kind.OBJECT_FIELD) path += `.${step.name.value}`;
    const [list, items] = [way[i - 2], way[i - 1]];
    if (list !== undefined && "kind" in list && list.kind === Kind.LIST && Array.isArray(items)) {
      path += `[${items.indexOf(step)}]`;
    }
  });
  return path;
}

/**
 * The argument that an error is about, as `extensions.field` names it; undefined when it is about none.
 * @param error as it came out of an operation
 */
export function fieldOf(error: GraphQLError, { schema, document }: ExecutionArgs): string | undefined {
  const known = error.extensions["field"];
  if (typeof known === "string") return known;
  if (error.path === undefined) return fieldOfVariable(error.message, document);
  let original: unknown = error;
  while (original instanceof GraphQLError) original = original.originalError;
  if (!(original instanceof RollcallError) || original.field === null) return undefined;
  const name = fieldAt(error.positions?.[0], document);
  return name === null ? original.field : within(schema, name, original.field);
}

/** The name of the field that stands there. An error of compiled code has no nodes. */
function fieldAt(position: number | undefined, document: DocumentNode): string | null {
  let found: string | null = null;
  visit(document, {
    Field(node) {
      if (node.loc?.start === position) found = node.name.value;
    },
  });
  return found;
}

/** graphql names the variable, and the way from there: `Variable "$input" got invalid value 1 at "input.title"; …` */
function fieldOfVariable(message: string, document: DocumentNode): string | undefined {
  const [, name, value] =
    /^Variable "\$(\w+)" (?:of (?:required|non-null) type|got invalid value (.*))/s.exec(message) ?? [];
  if (name === undefined) return undefined;
  const [, rest = ""] = new RegExp(` at "${name}([^"]*)"; `).exec(value ?? "") ?? [];
  const [, missing] = /; Field "(\w+)" of required type /.exec(value ?? "") ?? [];
  return `${useOf(name, document) ?? name}${rest}${missing === undefined ? "" : `.${missing}`}`;
}

/** Where a variable stands first. */
function useOf(name: string, document: DocumentNode): string | null {
  let found: string | null = null;
  visit(document, {
    VariableDefinition: () => false,
    Variable(node, _key, parent, _path, ancestors) {
      if (node.name.value === name && parent) found ??= argumentPath([...ancestors, parent, node]);
    },
  });
  return found;
}

/** A name that the rules know, as an argument of a field of the schema: `title` is `input.title` where that is its place. */
function within(schema: GraphQLSchema, fieldName: string, name: string): string {
  const [first = name] = name.split(/[.[]/, 1);
  for (const type of Object.values(schema.getTypeMap())) {
    const field: GraphQLField<unknown, unknown> | undefined = isObjectType(type)
      ? type.getFields()[fieldName]
      : undefined;
    for (const argument of field?.args ?? []) {
      if (argument.name === first) return name;
      const input = getNamedType(argument.type);
      if (isInputObjectType(input) && first in input.getFields()) return `${argument.name}.${name}`;
    }
  }
  return name;
}
