import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { connect, HEARTBEAT, WATCH } from "../../support/presence.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { JSON_TYPE, post } from "../../support/request.ts";
import { stream } from "../../support/sse.ts";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp({ env: { LIMIT_SUBSCRIPTIONS: "1", LIMIT_HEARTBEATS: "1" } });
  here = await lesson(app);
});
afterAll(() => app.dispose());

const many = (count: number, text: (i: number) => string) => Array.from({ length: count }, (_, i) => text(i)).join(" ");

test.each([
  ["depth", `{ session(id: 1) { ${"whiteboardSession { session { ".repeat(5)} id ${"} } ".repeat(5)} } }`],
  ["aliases", `{ ${many(16, (i) => `a${i}: __typename`)} }`],
  ["tokens", `{ me { ${"id ".repeat(1_000)} } }`],
  ["fields of one name", `{ ${"me { id } ".repeat(90)} }`],
  ["nodes", "{ sessions(first: 100) { nodes { attendanceHistory(first: 100) { nodes { id } } } } }"],
])(
  "§7 beyond the limit of %s there is QUERY_TOO_COMPLEX: 400, or 200 as plain JSON, and the socket stays open",
  async (_what, query) => {
    const authorization = `Bearer ${await here.tutor.token}`;
    for (const [accept, status] of Object.entries({
      "application/graphql-response+json": 400,
      "application/json": 200,
    })) {
      const answer = await post(app, { query }, { ...JSON_TYPE, accept, authorization });
      expect([answer.status, answer.codes]).toEqual([status, ["QUERY_TOO_COMPLEX"]]);
    }
    const socket = await rawSocket(app.url);
    await socket.hello(await here.tutor.token);
    const [refusal = ""] = await socket.ask("a", { query });
    expect(refusal).toContain('"code":"QUERY_TOO_COMPLEX"');
    expect(await socket.ask("b", { query: "{ __typename }" })).toHaveLength(2);
    socket.socket.terminate();
  },
);

test("§7 TOO_MANY_SUBSCRIPTIONS is a stream's only event, status 200, and on a socket an error that leaves it open", async () => {
  const { tutor, whiteboard } = here;
  const running = await stream(app, tutor, WATCH, { whiteboard });
  await running.next();
  const refused = await stream(app, tutor, WATCH, { whiteboard });
  expect([refused.status, await refused.next()]).toMatchObject([
    200,
    { errors: [{ extensions: { code: "TOO_MANY_SUBSCRIPTIONS" } }] },
  ]);
  expect(await refused.next()).toBeUndefined();
  running.stop();

  const socket = await rawSocket(app.url);
  await socket.hello(await tutor.token);
  await socket.ask("a", { query: WATCH, variables: { whiteboard } });
  const [refusal = ""] = await socket.ask("b", { query: WATCH, variables: { whiteboard } });
  expect(refusal).toContain('"code":"TOO_MANY_SUBSCRIPTIONS"');
  expect(await socket.ask("c", { query: "{ __typename }" })).toHaveLength(2);
  socket.socket.terminate();
});

test("§7 RATE_LIMITED is an answer like any other: 200 over HTTP, and the socket stays open", async () => {
  const { student, whiteboard } = here;
  const { id } = await connect(student, whiteboard);
  for (let i = 0; i < 5; i += 1) await student.get(HEARTBEAT, { id });
  const authorization = `Bearer ${await student.token}`;
  const answer = await post(app, { query: HEARTBEAT, variables: { id } }, { ...JSON_TYPE, authorization });
  expect([answer.status, answer.codes]).toEqual([200, ["RATE_LIMITED"]]);
  const socket = await rawSocket(app.url);
  await socket.hello(await student.token);
  for (const name of ["a", "b"]) {
    const [refusal = ""] = await socket.ask(name, { query: HEARTBEAT, variables: { id } });
    expect(refusal).toContain('"code":"RATE_LIMITED"');
  }
  socket.socket.terminate();
});
