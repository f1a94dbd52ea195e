import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { type Sample, scrape } from "../../support/metrics.ts";
import { attend, beat, connect, END, leave, newDay, watch } from "../../support/presence.ts";
import { JSON_TYPE, post, send } from "../../support/request.ts";
import { stream } from "../../support/sse.ts";

let app: TestApp;
const lines = new Lines();
beforeAll(async () => {
  app = await testApp({ env: { LIMIT_BYTES: "4096", LIMIT_SUBSCRIPTIONS: "2" } });
});
afterEach(async () => {
  await lines.close(app);
  newDay(app);
});
afterAll(() => app.dispose());

/** By how much metrics move while `what` goes on. */
async function moved<T extends string>(names: readonly T[], what: () => Promise<unknown>): Promise<Record<T, number>> {
  const before = await scrape(app);
  await what();
  const after = await scrape(app);
  return Object.fromEntries(names.map((name) => [name, (after(name) ?? 0) - (before(name) ?? 0)])) as Record<T, number>;
}

/** Resolves when the server shows so much, which may take it a moment after its clients have moved on. */
const eventually = (expected: Record<string, number | undefined>) =>
  expect
    .poll(async () => {
      const now: Sample = await scrape(app);
      return Object.fromEntries(Object.keys(expected).map((name) => [name, now(name)]));
    })
    .toEqual(expected);

describe("/metrics", () => {
  test("is Prometheus' text, for GET and HEAD alone", async () => {
    const url = new URL("/metrics", app.url);
    const page = await fetch(url);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    const text = await page.text();
    for (const name of text.matchAll(/^# TYPE (\S+)/gm)) expect(text).toContain(`# HELP ${name[1]} `);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m);
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    for (const method of ["POST", "PUT", "DELETE"]) {
      const refused = await fetch(url, { method });
      expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
    }
  });

  test("shows who is there now, and nobody when they have left", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    const line = await lines.open(student);
    const here = attend(line.client, whiteboard);
    await here.next();
    const watching = watch((await lines.open(tutor)).client, whiteboard);
    await watching.next();
    const over = await stream(
      app,
      tutor,
      `subscription { presence(whiteboardSessionId: ${whiteboard}) { version } }`,
      {},
    );
    await over.next();
    const present = { rollcall_attendees: 1, rollcall_sockets: 2, rollcall_connections_bound: 1 };
    await eventually({ ...present, rollcall_subscriptions: 3 });

    over.stop();
    watching.stop();
    await eventually({ ...present, rollcall_subscriptions: 1 });
    await line.client.dispose();
    await eventually({
      rollcall_attendees: 0,
      rollcall_sockets: 1,
      rollcall_connections_bound: 0,
      rollcall_subscriptions: 0,
    });
  });

  test("counts and times heartbeats by the batch, changes by their commit, and operations by type and transport", async () => {
    const { student, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    const names = ["size_sum", "size_count", "seconds_count"].map((name) => `rollcall_heartbeat_batch_${name}`);
    const mutations = 'rollcall_operations_total{type="mutation",transport="http"}';
    const timed = 'rollcall_operation_seconds_count{type="mutation",transport="http"}';
    const beats = await moved([...names, "rollcall_heartbeats_total", mutations, timed], () => beat(student, id));
    expect(Object.values(beats)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await moved(["rollcall_ledger_commit_seconds_count"], () => leave(student, id))).toEqual({
      rollcall_ledger_commit_seconds_count: 1,
    });
    const line = await lines.open(student);
    const queries = 'rollcall_operations_total{type="query",transport="websocket"}';
    expect(await moved([queries], () => line.get("{ me { name } }"))).toEqual({ [queries]: 1 });
  });

  test("times the way from a commit to each follower", async () => {
    const { student, tutor, whiteboard } = await lesson(app);
    const { client } = await lines.open(tutor);
    const followers = [watch(client, whiteboard), watch(client, whiteboard)];
    for (const follower of followers) await follower.next();
    const delivered = await moved(["rollcall_delivery_seconds_count"], async () => {
      await connect(student, whiteboard);
      for (const follower of followers) await follower.next();
    });
    expect(delivered).toEqual({ rollcall_delivery_seconds_count: 2 });
  });

  test("counts who ran out of their lease once, whoever notices, and nobody who left", async () => {
    // Those of the tests before.
    await app.app.jobScheduler.sweep();
    const { student, tutor, whiteboard } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    await leave(tutor, (await connect(tutor, whiteboard)).id);
    await connect(tutor, whiteboard);
    const expired = await moved(["rollcall_connections_expired_total"], async () => {
      app.clock.jumpTo(app.clock.now() + 36_000);
      await beat(student, id).catch(() => undefined);
      await app.app.jobScheduler.sweep();
      await app.app.jobScheduler.sweep();
    });
    expect(expired).toEqual({ rollcall_connections_expired_total: 2 });
  });

  test("counts sessions that are completed, with a whiteboard and without, by request and by themselves", async () => {
    const [asked, bare, left, unused] = [
      await lesson(app),
      await lesson(app, { open: false }),
      await lesson(app),
      await lesson(app, { open: false }),
    ];
    app.clock.jumpTo(app.clock.at("16:10"));
    const completed = ["rollcall_sessions_completed_total"] as const;
    const byRequest = await moved(completed, async () => {
      for (const { tutor, sessionId } of [asked, bare]) {
        await tutor.get(END, { id: sessionId });
        await tutor.get(END, { id: sessionId });
      }
    });
    expect(byRequest).toEqual({ rollcall_sessions_completed_total: 2 });
    app.clock.jumpTo(app.clock.at("18:00"));
    const byThemselves = await moved(completed, () => app.app.services.maintenanceJobs.completeOverdue());
    expect(byThemselves[completed[0]]).toBeGreaterThanOrEqual([left, unused].length);
  });

  test("shows the store, and its pool where there is one", async () => {
    const now = await scrape(app);
    expect(now("rollcall_database_up")).toBe(1);
    expect(now("rollcall_redis_up")).toBeUndefined();
    const pool = ["total", "idle", "waiting"].map((state) => now(`rollcall_pool_connections{state="${state}"}`));
    if (store === "embedded") expect(pool).toEqual([undefined, undefined, undefined]);
    else expect(pool).toEqual([expect.toSatisfy((n: number) => n >= 1 && n <= 5), expect.any(Number), 0]);
  });
});

describe("§7 every error that a client is told is counted once, by its code", () => {
  const codes = ["NOT_FOUND", "UNAUTHENTICATED", "BAD_USER_INPUT", "INTERNAL_SERVER_ERROR"];
  const more = ["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_COMPLEX", "TOO_MANY_SUBSCRIPTIONS"];
  const names = [...codes, ...more].map((code) => `rollcall_errors_total{code="${code}"}`);
  const counted = async (what: () => Promise<unknown>) => {
    const changes = await moved(names, what);
    return Object.fromEntries(
      Object.entries(changes)
        .filter(([, count]) => count !== 0)
        .map(([name, count]) => [/"(.*)"/.exec(name)?.[1], count]),
    );
  };

  test("over HTTP, refusals before there is an operation among them", async () => {
    const { tutor } = await lesson(app);
    expect(await counted(() => tutor.ask("{ a: session(id: 0) { id } me { nam } }"))).toEqual({
      GRAPHQL_VALIDATION_FAILED: 1,
    });
    expect(await counted(() => tutor.ask("{ session(id: 0) { id } }"))).toEqual({ BAD_USER_INPUT: 1 });
    expect(await counted(() => tutor.ask("{ connectionStatus(whiteboardSessionId: 99) { version } }"))).toEqual({
      NOT_FOUND: 1,
    });
    expect(await counted(() => tutor.ask("{"))).toEqual({ GRAPHQL_PARSE_FAILED: 1 });
    expect(await counted(() => app.bearing("nonsense").ask("{ __typename }"))).toEqual({ UNAUTHENTICATED: 1 });
    expect(await counted(() => app.anonymous.ask("{ sessions { totalCount } }"))).toEqual({ UNAUTHENTICATED: 1 });
    expect(await counted(() => post(app, "{}", { "content-type": "text/plain" }))).toEqual({ BAD_USER_INPUT: 1 });
    expect(await counted(() => post(app, "{"))).toEqual({ BAD_USER_INPUT: 1 });
    expect(await counted(() => post(app, "x".repeat(5_000)))).toEqual({ QUERY_TOO_COMPLEX: 1 });
    const mutation = "mutation { endSession(sessionId: 1) { id } }";
    expect(await counted(() => send(app, "GET", { query: mutation, headers: JSON_TYPE }))).toEqual({
      BAD_USER_INPUT: 1,
    });
  });

  test("over WebSocket, of operations and of subscriptions", async () => {
    const { tutor, whiteboard } = await lesson(app);
    const line = await lines.open(tutor);
    const ask = (query: string) => counted(() => line.get(query).catch(() => undefined));
    expect(await ask("{ session(id: 0) { id } }")).toEqual({ BAD_USER_INPUT: 1 });
    expect(await ask("{")).toEqual({ GRAPHQL_PARSE_FAILED: 1 });
    expect(await ask("{ nothing }")).toEqual({ GRAPHQL_VALIDATION_FAILED: 1 });
    expect(await ask("subscription { presence(whiteboardSessionId: 99) { version } }")).toEqual({ NOT_FOUND: 1 });
    for (const follower of [watch(line.client, whiteboard), watch(line.client, whiteboard)]) await follower.next();
    expect(await ask(`subscription { presence(whiteboardSessionId: ${whiteboard}) { version } }`)).toEqual({
      TOO_MANY_SUBSCRIPTIONS: 1,
    });
  });
});
