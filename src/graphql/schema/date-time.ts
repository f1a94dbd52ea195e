import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import type { Millis } from "../../domain/model.ts";

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** RFC 3339 with an offset, to the millisecond; further digits are cut off. Null: no such moment. */
export function parseDateTime(text: string): Millis | null {
  const parts = SHAPE.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const millis = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millis));
  // Date.UTC takes years below 100 for the 1900s and lets 31 February run over: what does not come back is no date.
  if (local.toISOString().slice(0, 19).replace("T", " ") !== `${parts[0].slice(0, 10)} ${parts[0].slice(11, 19)}`)
    return null;
  const offset = offsetOf(parts[8] ?? "");
  return offset === null ? null : local.getTime() - offset;
}

function offsetOf(text: string): Millis | null {
  if (text === "Z" || text === "z") return 0;
  const [hours, minutes] = text.slice(1).split(":").map(Number) as [number, number];
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function required(value: unknown): Millis {
  const at = typeof value === "string" ? parseDateTime(value) : null;
  if (at === null) {
    throw new GraphQLError("Must be an RFC 3339 date-time with an offset, such as 2026-03-02T16:00:00+01:00.", {
      extensions: { code: "BAD_USER_INPUT" },
    });
  }
  return at;
}

export const DateTime = new GraphQLScalarType<Millis, string>({
  name: "DateTime",
  description:
    "RFC 3339 date-time with an offset, such as 2026-03-02T16:00:00+01:00. Answers have it in UTC with milliseconds; what is finer is cut off.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339",
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    if (typeof value !== "number") throw new TypeError("a time is a Date or milliseconds");
    return new Date(value).toISOString();
  },
  parseValue: required,
  parseLiteral: (node) => required(node.kind === Kind.STRING ? node.value : null),
});
