import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationContext, type ValidationRule } from "graphql";
import { specifiedRules, ValuesOfCorrectTypeRule } from "graphql";

/** A value written into the operation that does not fit its type is the same mistake as one sent as a variable. */
const ValuesFitTheirTypes: ValidationRule = (context) => {
  const coded: ValidationContext = Object.create(context, {
    reportError: {
      value: (error: GraphQLError) => {
        const { message, nodes, source, positions } = error;
        context.reportError(
          new GraphQLError(message, { nodes, source, positions, extensions: { code: "BAD_USER_INPUT" } }),
        );
      },
    },
  }) as ValidationContext;
  return ValuesOfCorrectTypeRule(coded);
};

/** The rules that every operation is validated by, over HTTP and WebSocket alike. */
export function validationRules(options: { readonly introspection: boolean }): ValidationRule[] {
  const rules = specifiedRules.map((rule) => (rule === ValuesOfCorrectTypeRule ? ValuesFitTheirTypes : rule));
  return options.introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}
