import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
} from "graphql";

export type Random = () => number;

export const oneOf = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

/** Ids that there are, so that what is sent gets further than to the first check. */
export interface Known {
  readonly ids: readonly string[];
}

const HUGE = "9".repeat(400);
const TEXTS = [
  "",
  " ",
  "a",
  "NaN",
  "null",
  "\0",
  "a\0b",
  "\ud800",
  "x\udfff",
  "💯",
  "\u202e\u0000\u202d",
  "é".normalize("NFD"),
  "'; drop table users; --",
  "${jndi:ldap://x}",
  "%s%n%x",
  "x".repeat(2_001),
  "💯".repeat(2_000),
  "__proto__",
  "constructor",
  "\\u0000",
  "Europe/Berlin",
];
const IDS = [
  ...[
    "0",
    "-1",
    "1",
    "2147483647",
    "2147483648",
    "4294967296",
    "9007199254740993",
    HUGE,
    "1e9",
    "0x10",
    "01",
    "+1",
    " 1",
  ],
  ...["1 ", "1.0", "1\0", "", "null", "NaN", "Infinity", "٣", "__proto__", "00000000-0000-0000-0000-000000000000"],
  ...["FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF", "ffffffff-ffff-4fff-bfff-ffffffffffffx", "\ud800"],
];
const NUMBERS = [0, 1, -1, 2, 20, 100, 101, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53, 1.5, -0, 1e308];
const TIMES = [
  ...["2026-03-02T16:00:00Z", "2026-03-02T16:00:00.123456789+01:00", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z"],
  ...["9999-12-31T23:59:59.999-23:59", "0001-01-01T00:00:00+23:59", "2000-01-01T00:00:00Z", "2100-12-31T23:59:59Z"],
  ...["+275760-09-13T00:00:00Z", "-000001-01-01T00:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T23:59:60Z", "infinity"],
  ...["2026-03-02", "2026-03-02T16:00:00", "now", "", "1e12", "2026-03-02t16:00:00z", "2026-03-02T16:00:00+99:99"],
];

/** Deep enough for a recursive reader to run out of stack, within the bytes that a body may have. */
function deep(): unknown {
  let value: unknown = 1;
  for (let level = 0; level < 2_000; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Of another type, or of none. */
function misfit(random: Random): unknown {
  return oneOf(random, [null, true, false, 0, -1, 1.5, 1e308, "x", HUGE, [], [[]], {}, { a: 1 }, [null], deep()]);
}

/** A value for an input: mostly of its type, at the edges of it and beyond; sometimes of another. */
export function wildValue(random: Random, type: GraphQLInputType, known: Known): unknown {
  if (random() < 0.02) return misfit(random);
  if (isNonNullType(type)) return wildValue(random, type.ofType, known);
  if (random() < 0.04) return null;
  if (isListType(type)) {
    const size = oneOf(random, [0, 1, 1, 2, 3, 50]);
    return Array.from({ length: size }, () => wildValue(random, type.ofType, known));
  }
  if (isInputObjectType(type)) return wildObject(random, type, known);
  if (isEnumType(type)) return random() < 0.98 ? oneOf(random, type.getValues()).name : oneOf(random, TEXTS);
  switch (type.name) {
    case "ID":
      return random() < 0.8 ? oneOf(random, known.ids) : oneOf<unknown>(random, [...IDS, ...NUMBERS]);
    case "Int":
      return oneOf(random, NUMBERS);
    case "Boolean":
      return random() < 0.5;
    case "DateTime":
      return random() < 0.6 ? TIMES[0] : oneOf(random, TIMES);
    default:
      return oneOf(random, TEXTS);
  }
}

function wildObject(random: Random, type: GraphQLInputObjectType, known: Known): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of Object.values(type.getFields())) {
    if (random() < (isNonNullType(field.type) ? 0.97 : 0.5)) value[field.name] = wildValue(random, field.type, known);
  }
  if (random() < 0.03) Object.defineProperty(value, oneOf(random, TEXTS), { value: 1, enumerable: true });
  return value;
}

/** A value as it stands in an operation's text. */
export function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (Array.isArray(value))
    return `[${value.map((each) => literal(each, isListType(type) ? type.ofType : type)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = isInputObjectType(type) ? type.getFields() : {};
    const written = Object.entries(value).map(
      ([name, each]) => `${name}: ${literal(each, fields[name]?.type ?? type)}`,
    );
    return `{ ${written.join(", ")} }`;
  }
  return isEnumType(type) && typeof value === "string" ? value : JSON.stringify(value);
}
