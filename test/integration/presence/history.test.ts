import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns } from "../../support/ledger.ts";
import { lesson } from "../../support/lesson.ts";
import { CONNECT, DISCONNECT, HEARTBEAT, newDay, status } from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

const LEASE = 35_000;
/** The long form takes 200. */
const RUNS = Number(process.env.ROLLCALL_HISTORIES ?? 30);

/** One connection, counted the slow way: a set of stretches of active time, to the millisecond. */
class Tab {
  id = "";
  state: "none" | "open" | "over" = "none";
  active = true;
  seen = 0;
  readonly stretches: [from: number, to: number][] = [];

  /** Ends at its last proof of life when that is more than a lease ago. */
  look(now: number): void {
    if (this.state === "open" && now > this.seen + LEASE) this.state = "over";
  }
  connect(now: number): void {
    this.look(now);
    if (this.state === "open") return this.prove(now);
    if (this.state === "none") Object.assign(this, { state: "open", seen: now });
  }
  prove(now: number): void {
    this.look(now);
    if (this.state !== "open") return;
    if (this.active) this.stretches.push([this.seen, now]);
    this.seen = now;
  }
  beat(now: number, active: boolean): void {
    this.prove(now);
    if (this.state === "open") this.active = active;
  }
  leave(now: number): void {
    this.prove(now);
    if (this.state === "open") this.state = "over";
  }
}

/** Milliseconds in at least one stretch, by the borders between which nothing changes. */
function covered(stretches: readonly (readonly [number, number])[]): number {
  const borders = [...new Set(stretches.flat())].sort((a, b) => a - b);
  return borders.slice(1).reduce((sum, to, i) => {
    const from = borders[i]!;
    return stretches.some(([start, end]) => start <= from && to <= end) ? sum + to - from : sum;
  }, 0);
}

const tab = fc.integer({ min: 0, max: 2 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("connect" as const), tab }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("beat" as const), tab, active: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), tab }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const), tab }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("sweep" as const) }) },
);
/** How long the clock moves before each step: mostly within the lease, at times just about it, at times far beyond. */
const wait = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: LEASE - 1, max: LEASE + 1 }) },
  { weight: 1, arbitrary: fc.integer({ min: LEASE, max: 90_000 }) },
);

test("D4, P5, P6, P7, P10 after any history of several connections the columns are those of an exact account", async () => {
  const history = fc.array(fc.tuple(wait, step), { minLength: 4, maxLength: 12 });
  await fc.assert(fc.asyncProperty(history, lives), { numRuns: RUNS });
}, 300_000);

async function lives(history: readonly (readonly [number, typeof step extends fc.Arbitrary<infer T> ? T : never])[]) {
  newDay(app);
  const { student, whiteboard } = await lesson(app);
  const tabs = Array.from({ length: 3 }, () => new Tab());
  const past: Tab[] = [];
  let first: number | null = null;
  for (const [ms, one] of history) {
    app.clock.jumpTo(app.clock.now() + ms);
    const now = app.clock.now();
    if (one.kind === "sweep") {
      await app.app.jobScheduler.sweep();
      continue;
    }
    const here = tabs[one.tab]!;
    if (here.id === "") here.id = randomUUID();
    if (one.kind === "connect") {
      await student.ask(CONNECT, { input: { whiteboardSessionId: whiteboard, connectionId: here.id } });
      here.connect(now);
      first ??= now;
    } else if (one.kind === "beat") {
      await student.ask(HEARTBEAT, { id: here.id, activity: one.active ? "DRAW" : "IDLE" });
      here.beat(now, one.active);
    } else {
      await student.ask(DISCONNECT, { id: here.id });
      here.leave(now);
      if (one.kind === "reload" && here.state === "over") past.push(...tabs.splice(one.tab, 1, new Tab()));
    }
  }
  await expectAccount(whiteboard, [...past, ...tabs], first);
}

async function expectAccount(whiteboard: string, tabs: readonly Tab[], first: number | null): Promise<void> {
  const now = app.clock.now();
  for (const one of tabs) one.look(now);
  const known = tabs.filter((one) => one.state !== "none");
  const last = known.length === 0 ? null : Math.max(...known.map((one) => one.seen));
  const open = known.filter((one) => one.state === "open");
  const time = (at: number | null) => (at === null ? null : new Date(at).toISOString().slice(11, 23));
  const seconds = Math.floor(covered(known.flatMap((one) => one.stretches)) / 1000);
  await app.app.jobScheduler.sweep();
  expect(await columns(app, whiteboard, "student")).toMatchObject({
    connected_at: time(first),
    last_activity_at: time(last),
    disconnected_at: open.length > 0 ? null : time(last),
    ...(open.length > 0 ? {} : { total_active_seconds: seconds }),
  });
  expect((await status(app.as(2, "student"), whiteboard)).student).toMatchObject({
    openConnections: open.length,
    active: open.some((one) => one.active),
    totalActiveSeconds: seconds,
  });
}
