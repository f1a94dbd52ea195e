import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { type RawSocket, rawSocket } from "../../support/raw-socket.ts";
import { JSON_TYPE, post } from "../../support/request.ts";
import { stream } from "../../support/sse.ts";

let app: TestApp;
let here: Lesson;
let socket: RawSocket;
let authorization: string;
beforeAll(async () => {
  app = await testApp({ env: { NODE_ENV: "production", DATABASE_URL: "embedded" } });
  here = await lesson(app);
  const token = await here.tutor.token;
  authorization = `Bearer ${token}`;
  socket = await rawSocket(app.url);
  await socket.hello(token);
});
afterAll(async () => {
  socket.socket.terminate();
  await app.dispose();
});

interface Told {
  readonly message: string;
  readonly extensions: { readonly code: string };
}

/** The errors of an operation that cannot run, the same over HTTP, by GET and SSE too, and WebSocket. */
async function refused(query: string, variables: object = {}): Promise<Told[]> {
  const posted = await post(app, { query, variables }, { ...JSON_TYPE, authorization });
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const got = query.startsWith("{")
    ? await fetch(`${app.url}?${parameters.toString()}`, { headers: { authorization } })
    : null;
  const [frame = ""] = await socket.ask("a", { query, variables });
  const { type, payload } = JSON.parse(frame) as { type: string; payload: Told[] | { errors: Told[] } };
  const { errors } = JSON.parse(posted.text) as { errors: Told[] };
  expect(["error", "next"]).toContain(type);
  expect("errors" in payload ? payload.errors : payload).toEqual(errors);
  expect((await (await stream(app, here.tutor, query, variables)).next())?.errors).toEqual(errors);
  if (got !== null) expect(((await got.json()) as { errors: Told[] }).errors).toEqual(errors);
  return errors;
}

test.each([getIntrospectionQuery(), "{ __schema { types { name } } }", '{ __type(name: "User") { name } }'])(
  "§7 production tells nobody what the schema is, over HTTP and WebSocket: %s",
  async (query) => {
    const errors = await refused(query);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(["GRAPHQL_VALIDATION_FAILED"]));
  },
);

test.each([
  ["a field", "{ sesions { totalCount } }", {}],
  ["a field below", "{ me { nam } }", {}],
  ["an argument", "{ sessions(frst: 1) { totalCount } }", {}],
  ["a type", "fragment F on Usr { id } { __typename ...F }", {}],
  ["a variable's type", "query ($id: Idd) { session(id: $id) { id } }", {}],
  ["a field of an input", "{ sessions(filter: { tutrId: 1 }) { totalCount } }", {}],
  ["a word of an enum", "{ sessions(filter: { status: COMPLETE }) { totalCount } }", {}],
  ["a variable's field", "query ($f: SessionFilter) { sessions(filter: $f) { totalCount } }", { f: { tutrId: 1 } }],
  [
    "a variable's word",
    "query ($s: SessionStatus) { sessions(filter: { status: $s }) { totalCount } }",
    { s: "COMPLETE" },
  ],
  ["a directive", "{ me @incude(if: true) { id } }", {}],
])("§7 production suggests no name in place of %s, over HTTP and WebSocket", async (_what, query, variables) => {
  const told = (await refused(query, variables)).map(({ message }) => message);
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((message) => /did you mean/i.test(message))).toEqual([]);
});
