import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { BEAT, holdFirst } from "../../support/held.ts";
import { lesson, type Lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { recordLog, scrape } from "../../support/metrics.ts";
import { attend, connect, HEARTBEAT } from "../../support/presence.ts";
import { JSON_TYPE, post, send } from "../../support/request.ts";
import { stream } from "../../support/sse.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

let app: TestApp;
let here: Lesson;
const recorded = recordLog();
const lines = new Lines();
beforeAll(async () => {
  app = await testApp({ log: recorded.log, env: { LIMIT_BYTES: "4096" } });
  here = await lesson(app);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await lines.close(app);
});
afterAll(() => app.dispose());

/** The lines that `what` leaves in the log, of one level. */
async function logged(level: string, what: () => Promise<unknown>) {
  const before = recorded.lines().length;
  await what();
  return recorded
    .lines()
    .slice(before)
    .filter((line) => line.level === level);
}

describe("every answer of /graphql carries the id of its request", () => {
  const idOf = async (headers: Record<string, string>, body: unknown = { query: "{ __typename }" }) =>
    (await post(app, body, { ...JSON_TYPE, ...headers })).headers.get("x-request-id");

  test("the one that came with it, where that can stand in a log as it is", async () => {
    for (const id of ["a", "web-1.2_3", "x".repeat(64)]) expect(await idOf({ "x-request-id": id })).toBe(id);
  });

  test("else a new one", async () => {
    const wrong = ["x".repeat(65), "a b", 'a"b', "a{b}", "ü", "a/1", ""];
    const ids = await Promise.all([idOf({}), ...wrong.map((id) => idOf({ "x-request-id": id }))]);
    for (const id of ids) expect(id).toMatch(UUID);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("refusals and streams too", async () => {
    const own = { "x-request-id": "mine" };
    expect(await idOf({ ...own, authorization: "Bearer nonsense" })).toBe("mine");
    expect(await idOf({ ...own, "content-type": "text/plain" })).toBe("mine");
    expect(await idOf(own, "{")).toBe("mine");
    expect(await idOf(own, "x".repeat(5_000))).toBe("mine");
    expect(await idOf(own, { query: "{ nothing" })).toBe("mine");
    expect((await send(app, "PUT", { headers: own })).headers.get("x-request-id")).toBe("mine");
    const authorization = `Bearer ${await here.tutor.token}`;
    const query = `subscription { presence(whiteboardSessionId: ${here.whiteboard}) { version } }`;
    const headers = { ...JSON_TYPE, ...own, authorization, accept: "text/event-stream" };
    const over = await fetch(app.url, { method: "POST", headers, body: JSON.stringify({ query }) });
    expect(over.headers.get("x-request-id")).toBe("mine");
    await over.body?.cancel();
  });
});

describe("a fault is logged once, with all that is needed to find it, and counted once", () => {
  const COUNT = 'rollcall_errors_total{code="INTERNAL_SERVER_ERROR"}';
  const query = `query Who { connectionStatus(whiteboardSessionId: 1) { version } }`;
  const subscription = `subscription Watch { presence(whiteboardSessionId: 1) { version } }`;
  const READING = [
    "connection_spans rename column seq to place",
    "connection_spans rename column place to seq",
  ] as const;
  const CONNECTING = [
    "connections add constraint no_more check (false) not valid",
    "connections drop constraint no_more",
  ];
  const broken = async (what: () => Promise<unknown>, [damage, repair]: readonly string[] = READING) => {
    const { prisma } = app.store.database;
    const before = (await scrape(app))(COUNT) ?? 0;
    await prisma.$executeRawUnsafe(`alter table ${damage}`);
    const faults = await logged("error", what).finally(() => prisma.$executeRawUnsafe(`alter table ${repair}`));
    expect((await scrape(app))(COUNT)).toBe(before + 1);
    expect(faults).toHaveLength(1);
    return faults[0];
  };

  test("over HTTP", async () => {
    const authorization = `Bearer ${await here.tutor.token}`;
    const fault = await broken(() =>
      post(app, { query }, { ...JSON_TYPE, authorization, "x-request-id": "look-here" }),
    );
    expect(fault).toMatchObject({
      msg: "an operation failed",
      requestId: "look-here",
      viewerId: TUTOR,
      operation: "Who",
      err: { message: expect.stringContaining("seq") },
    });
  });

  test("over SSE", async () => {
    const fault = await broken(async () => (await stream(app, here.tutor, subscription, {})).next());
    expect(fault).toMatchObject({ requestId: expect.stringMatching(UUID), viewerId: TUTOR, operation: "Watch" });
  });

  test("over WebSocket, where the id is the socket's and the number of the operation", async () => {
    const line = await lines.open(here.student);
    await line.get("{ __typename }");
    const fault = await broken(() => line.get(query).catch(() => undefined));
    expect(fault).toMatchObject({
      requestId: expect.stringMatching(/^[\da-f-]{36}\/3$/),
      viewerId: STUDENT,
      operation: "Who",
    });
    const next = await broken(() => line.get(subscription).catch(() => undefined));
    expect(next.requestId).toBe(fault.requestId.replace("/3", "/4"));
  });

  test("in the middle of a subscription", async () => {
    const { student, whiteboard } = await lesson(app);
    const line = await lines.open(student);
    const attending = attend(line.client, whiteboard);
    await attending.next();
    app.clock.jumpTo(app.clock.now() + 36_000);
    await app.app.jobScheduler.sweep();
    await attending.next();
    // The pong finds its connection over, and connecting anew fails.
    const fault = await broken(async () => {
      await line.pong();
      await app.app.services.sockets.flush();
      await expect(attending.next()).rejects.toThrow("Something went wrong here.");
    }, CONNECTING);
    expect(fault).toMatchObject({ requestId: expect.stringMatching(/\/2$/), viewerId: STUDENT, operation: null });
  });
});

test("an operation of more than a second is a warning, with its time and without its variables", async () => {
  const { student, whiteboard } = await lesson(app);
  const { id } = await connect(student, whiteboard);
  const held = holdFirst(app, BEAT);
  const slow = await logged("warn", async () => {
    const beating = student.get(HEARTBEAT.replace("mutation", "mutation Beat"), { id });
    await expect.poll(() => held.statements).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    held.release();
    await beating;
  });
  expect(slow).toMatchObject([{ msg: "a slow operation", operation: "Beat", requestId: expect.stringMatching(UUID) }]);
  expect(slow[0].ms).toBeGreaterThan(1_000);
  expect(JSON.stringify(slow)).not.toContain(id);
});

test("every operation is a line of debugging", async () => {
  const told = await logged("debug", () => here.tutor.get("query Me { me { name } }"));
  expect(told).toMatchObject([{ operation: "Me", type: "query", transport: "http", requestId: expect.anything() }]);
});
