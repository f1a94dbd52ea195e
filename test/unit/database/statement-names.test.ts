import { expect, test } from "vitest";
import { statementNames } from "../../../src/database/client/pool-adapter.ts";
import { placeOf } from "../../../src/database/client/server-check.ts";

test("a statement keeps its name, others get their own, and past the limit there are none", () => {
  const name = statementNames(2);
  const first = name({ sql: "select $1::int", args: [1] });
  const second = name({ sql: "select $1::text", args: ["a"] });
  expect(new Set([first, second, ""]).size).toBe(3);
  expect(name({ sql: "select $1::uuid", args: ["b"] })).toBe("");
  expect(name({ sql: "select $1::int", args: [2] })).toBe(first);
});

test("statements without parameters stay unnamed and take no place", () => {
  const name = statementNames(1);
  expect(name({ sql: "BEGIN", args: [] })).toBe("");
  expect(name({ sql: "select $1::int", args: [1] })).not.toBe("");
});

test("the place of a database is told without its password", () => {
  expect(placeOf("postgresql://ann:s3cr%40t@db.example:6432/lessons?sslmode=disable")).toBe(
    'database "lessons" on db.example:6432',
  );
});
