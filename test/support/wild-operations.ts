import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  OperationTypeNode,
} from "graphql";
import { type Known, literal, oneOf, type Random, wildValue } from "./wild-values.ts";

export interface WildOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName?: unknown;
}

/** An operation of the schema, with arguments as nobody means them; now and then not one of the schema, or none at all. */
export function wildOperation(
  random: Random,
  schema: GraphQLSchema,
  kind: OperationTypeNode,
  known: Known,
): WildOperation {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];

  const argumentsOf = (field: GraphQLField<unknown, unknown>): string => {
    const given = field.args.flatMap(({ name, type }) => {
      if (random() < 0.1) return [];
      const value = wildValue(random, type, known);
      if (random() < 0.3) return [`${name}: ${literal(value, type)}`];
      const variable = `v${declared.length}`;
      declared.push(`$${variable}: ${String(type)}`);
      variables[variable] = value;
      return [`${name}: $${variable}`];
    });
    return given.length === 0 ? "" : `(${given.join(", ")})`;
  };

  const selectionOf = (type: GraphQLObjectType, depth: number): string => {
    const fields = Object.values(type.getFields());
    const chosen = Array.from({ length: 1 + Math.floor(random() * 4) }, () => oneOf(random, fields));
    const written = [...new Set(chosen)].map((field) => fieldOf(field, depth));
    if (random() < 0.004) written.push("nothing");
    if (random() < 0.01) written.push("__typename", "...F");
    if (random() < 0.05) written.unshift(`${written.at(-1)?.replace(/[({ ].*$/s, "")} @skip(if: true)`);
    return `{ ${written.join(" ")} }`;
  };

  const fieldOf = (field: GraphQLField<unknown, unknown>, depth: number): string => {
    const type = getNamedType(field.type);
    const below = isObjectType(type) ? (depth > 0 ? ` ${selectionOf(type, depth - 1)}` : " { __typename }") : "";
    const alias = random() < 0.05 ? `${oneOf(random, ["a", "__proto__", "constructor", "data"])}: ` : "";
    return `${alias}${field.name}${argumentsOf(field)}${below}`;
  };

  const root = schema.getRootType(kind) as GraphQLObjectType;
  const count = kind === OperationTypeNode.SUBSCRIPTION || random() < 0.8 ? 1 : 3;
  const fields = Array.from({ length: count }, (_, i) => {
    const field = fieldOf(oneOf(random, Object.values(root.getFields())), 4);
    return count === 1 ? field : `f${i}: ${field.replace(/^\w+: /, "")}`;
  });
  const header = declared.length === 0 ? "" : `(${declared.join(", ")})`;
  const fragment = fields.join().includes("...F") ? " fragment F on User { ...F id }" : "";
  const query = `${kind} ${oneOf(random, ["", "A", "__proto__"])}${header} { ${fields.join(" ")} }${fragment}`;
  return {
    query: random() < 0.03 ? damaged(random, query) : query,
    variables: random() < 0.02 ? {} : variables,
    ...(random() < 0.05 ? { operationName: oneOf<unknown>(random, ["A", "B", "", null, "__proto__"]) } : {}),
  };
}

/** A text with a part taken out, doubled or replaced by what has no place there. */
export function damaged(random: Random, text: string): string {
  const at = Math.floor(random() * text.length);
  const length = Math.floor(random() * 20);
  const instead = oneOf(random, [
    "",
    text.slice(at, at + length).repeat(2),
    "\0",
    "{".repeat(50),
    "\ud800",
    '"',
    "é",
    "#",
    "...",
  ]);
  return text.slice(0, at) + instead + text.slice(at + length);
}
