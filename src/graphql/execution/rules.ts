import {
  type ASTNode,
  type ASTVisitor,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  print,
  specifiedRules,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
} from "graphql";
import { argumentPath } from "./argument-path.ts";

type Step = [node: ASTNode, key: unknown, parent: ASTNode, path: unknown, ancestors: readonly ASTNode[]];
type Visit = (...step: Step) => unknown;

/** Characters of a wrong value that its error repeats. */
const MAX_SHOWN = 100;

/** A value written into the operation that does not fit its type is the same mistake as one sent as a variable. */
const ValuesFitTheirTypes: ValidationRule = (context) => {
  /** The value that is looked at. */
  let node: ASTNode | undefined;
  let way: readonly ASTNode[] = [];
  const reportError = ({ message, nodes, source, positions }: GraphQLError) => {
    const value = argumentPath(way);
    const missing = /^Field "\w+\.(\w+)" of required type /.exec(message)?.[1];
    const field = value !== null && missing !== undefined ? `${value}.${missing}` : value;
    context.reportError(
      new GraphQLError(value === null ? message : `${invalid(value, node)}; ${message}`, {
        ...(positions === undefined ? { nodes: nodes ?? node } : { nodes, source, positions }),
        extensions: { code: "BAD_USER_INPUT", ...(field === null ? {} : { field }) },
      }),
    );
  };
  // Not an object made after it: V8 keeps what has been a prototype, the document with it, until it looks for garbage
  // everywhere. A few new documents a second had it do that five times as often.
  const visitor = ValuesOfCorrectTypeRule(
    new Proxy(context, {
      get: (target, name): unknown => (name === "reportError" ? reportError : Reflect.get(target, name)),
    }),
  );
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-assertion -- without it this is any
  return Object.fromEntries(
    Object.entries(visitor).map(([kind, visit]: [string, Visit | object]) => {
      if (typeof visit !== "function") return [kind, visit];
      const placed: Visit = (...step) => {
        const [, , parent, , ancestors] = step;
        [node] = step;
        way = [...ancestors, parent, node];
        return visit(...step);
      };
      return [kind, placed];
    }),
  ) as ASTVisitor;
};

/** In the words that graphql has for a variable. */
function invalid(path: string, node: ASTNode | undefined): string {
  const text = node === undefined ? "" : print(node);
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  const [argument] = path.split(/[.[]/, 1);
  return `Argument "${argument}" got invalid value ${shown}${argument === path ? "" : ` at "${path}"`}`;
}

/** The rules that every operation is validated by, over HTTP and WebSocket alike. */
export function validationRules(options: { readonly introspection: boolean }): ValidationRule[] {
  const rules = specifiedRules.map((rule) => (rule === ValuesOfCorrectTypeRule ? ValuesFitTheirTypes : rule));
  return options.introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}
