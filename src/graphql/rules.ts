import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
} from "graphql";

/** A value written into the operation that does not fit its type is the same mistake as one sent as a variable. */
const ValuesFitTheirTypes: ValidationRule = (context) => {
  const reportError = ({ message, nodes, source, positions }: GraphQLError) => {
    const extensions = { code: "BAD_USER_INPUT" };
    context.reportError(new GraphQLError(message, { nodes, source, positions, extensions }));
  };
  // Not an object made after it: V8 keeps what has been a prototype, the document with it, until it looks for garbage
  // everywhere. A few new documents a second had it do that five times as often.
  return ValuesOfCorrectTypeRule(
    new Proxy(context, {
      get: (target, name): unknown => (name === "reportError" ? reportError : Reflect.get(target, name)),
    }),
  );
};

/** The rules that every operation is validated by, over HTTP and WebSocket alike. */
export function validationRules(options: { readonly introspection: boolean }): ValidationRule[] {
  const rules = specifiedRules.map((rule) => (rule === ValuesOfCorrectTypeRule ? ValuesFitTheirTypes : rule));
  return options.introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}
