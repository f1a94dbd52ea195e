import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { post } from "../../support/request.ts";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
});
afterAll(() => app.dispose());

describe("§7 operations that cannot run", () => {
  test.each(["{", "query {", "{ me { name }", "}", "", "query ($id: ID! { me { name } }", '{ a(b: "\\ud800") }', "\0"])(
    "%j is a syntax error",
    async (query) => {
      const { errors, data } = await here.admin.ask(query);
      expect(errors?.map((error) => error.extensions.code)).toEqual(["GRAPHQL_PARSE_FAILED"]);
      expect(data ?? null).toBeNull();
    },
  );

  const invalid = [
    "{ nothing }",
    "{ me { nothing } }",
    "{ me }",
    "{ session { id } }",
    "{ session(id: 1, more: 2) { id } }",
    "query ($id: ID!) { session(id: $other) { id } }",
    "query ($id: Nothing) { me { id } }",
    "query ($id: String!) { session(id: $id) { id } }",
    "{ me { ...gone } }",
    "{ me { id } } fragment unused on User { id }",
  ];
  test.each(invalid)("%j is invalid", async (query) => {
    const { errors, data } = await here.admin.ask(query);
    expect(new Set(errors?.map((error) => error.extensions.code))).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));
    expect(data ?? null).toBeNull();
  });

  test("bodies that are no operation", async () => {
    for (const body of [
      "",
      "{",
      "null",
      "[]",
      "1",
      '"{ __typename }"',
      "{}",
      '{"query":1}',
      '{"query":"{ __typename }","variables":1}',
    ]) {
      const { codes, text } = await post(app, body);
      expect([body, codes]).toEqual([body, ["BAD_USER_INPUT"]]);
      expect(text).not.toMatch(/node_modules|at .*\.[jt]s/);
    }
    const { codes } = await post(app, { query: "query a { __typename } query b { __typename }", operationName: "c" });
    expect(codes).toEqual(["BAD_USER_INPUT"]);
  });
});

describe("§7 values that do not fit their type are BAD_USER_INPUT, inline and as a variable alike", () => {
  const values: [name: string, type: string, field: string, value: unknown, inline?: string][] = [
    ["an unknown status", "AttendanceStatus", "studentStatus", "ASLEEP", "ASLEEP"],
    ["a status in lower case", "AttendanceStatus", "studentStatus", "late", "late"],
    ["a status as text", "AttendanceStatus", "studentStatus", 1, '"LATE"'],
    ["a number for text", "String", "notes", 1],
    ["a list for text", "String", "notes", ["a"]],
    ["text for a number", "Int", "expectedVersion", "1"],
    ["a fraction", "Int", "expectedVersion", 1.5],
    ["a number of 33 bits", "Int", "expectedVersion", 2 ** 32],
    ["text for a boolean", "Boolean", "useSuggestion", "true"],
    ["an object for an id", "ID!", "sessionId", { id: 1 }, "{ id: 1 }"],
    ["null for an id", "ID!", "sessionId", null],
  ];
  test.each(values)("%s", async (_name, type, field, value, inline = JSON.stringify(value)) => {
    const input =
      field === "sessionId" ? { studentStatus: "LATE" } : { sessionId: here.sessionId, studentStatus: "LATE" };
    const others = Object.entries(input)
      .filter(([name]) => name !== field)
      .map(([name, other]) => `${name}: ${other}`);
    const mutation = (text: string) =>
      `markAttendance(input: { ${[...others, `${field}: ${text}`].join(", ")} }) { id }`;
    expect(await here.admin.code(`mutation { ${mutation(inline)} }`)).toBe("BAD_USER_INPUT");
    expect(await here.admin.code(`mutation ($value: ${type}) { ${mutation("$value")} }`, { value })).toBe(
      "BAD_USER_INPUT",
    );
    const whole = "mutation ($input: MarkAttendanceInput!) { markAttendance(input: $input) { id } }";
    expect(await here.admin.code(whole, { input: { ...input, [field]: value } })).toBe("BAD_USER_INPUT");
  });

  test("fields that are missing or too many", async () => {
    const whole = "mutation ($input: MarkAttendanceInput!) { markAttendance(input: $input) { id } }";
    for (const input of [null, undefined, {}, { sessionId: here.sessionId, studentStatus: "LATE", more: 1 }, "x", []]) {
      expect(await here.admin.code(whole, { input })).toBe("BAD_USER_INPUT");
    }
    const inline = (text: string) => `mutation { markAttendance(input: ${text}) { id } }`;
    expect(await here.admin.code(inline("{ studentStatus: LATE }"))).toBe("BAD_USER_INPUT");
    expect(await here.admin.code(inline("{ sessionId: 1, more: 1 }"))).toBe("BAD_USER_INPUT");
  });
});
