import {
  type GraphQLArgument,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";

type Element = GraphQLArgument | GraphQLEnumValue | GraphQLField<unknown, unknown> | GraphQLInputField;

const PASCAL = /^[A-Z][A-Za-z0-9]*$/;
const CAMEL = /^[a-z][A-Za-z0-9]*$/;
const CAPITALS = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
/** graphql's own words where nobody gave a reason. */
const NO_REASON = "No longer supported";

/** What is wrong with a schema, one line each: every element is described and well named, every deprecation has its reason. */
export function schemaFaults(schema: GraphQLSchema): string[] {
  const faults: string[] = [];
  const check = (
    place: string,
    element: { readonly name: string; readonly description?: string | null },
    name: RegExp,
  ) => {
    if (!/\S.*[.!?]$/s.test(element.description?.trim() ?? ""))
      faults.push(`${place} needs a description of sentences`);
    if (!name.test(element.name)) faults.push(`${place} must be named like ${name.source}`);
  };
  const checkElement = (place: string, element: Element, name = CAMEL) => {
    check(place, element, name);
    const reason = element.deprecationReason;
    if (reason != null && (reason.trim() === "" || reason === NO_REASON)) {
      faults.push(`${place} is deprecated without a reason`);
    }
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__") || ["Boolean", "Float", "ID", "Int", "String"].includes(type.name)) continue;
    check(type.name, type, PASCAL);
    if (isEnumType(type))
      for (const value of type.getValues()) checkElement(`${type.name}.${value.name}`, value, CAPITALS);
    if (isInputObjectType(type)) {
      if (!/(Input|Filter)$/.test(type.name)) faults.push(`${type.name} must end in Input or Filter`);
      for (const field of Object.values(type.getFields())) checkElement(`${type.name}.${field.name}`, field);
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        checkElement(`${type.name}.${field.name}`, field);
        for (const argument of field.args) checkElement(`${type.name}.${field.name}(${argument.name}:)`, argument);
      }
    }
  }
  return faults;
}
