import { describe, expect, it } from "vitest";
import type { RollcallError } from "../../../src/domain/errors.ts";
import { Heartbeats } from "../../../src/services/presence/heartbeats.ts";
import type { Beat, BeatRow, LockedBeat } from "../../../src/services/shared/ports.ts";
import { type Deferred, deferred, quiet, watched } from "../../support/promises.ts";

const beat = (connectionId: string, at: number, more: Partial<Beat> = {}): Beat => ({
  connectionId,
  userId: 2,
  active: true,
  at,
  ...more,
});
const rowOf = ({ connectionId, at }: Beat): BeatRow => ({
  connectionId,
  whiteboardSessionId: 1,
  role: "STUDENT",
  lastSeenAt: at,
});
const ids = (count: number) => Array.from({ length: count }, (_, i) => `c-${i}`);

/** Heartbeats whose writes wait for the test, and closer looks that answer by the beat's time. */
function setUp() {
  const writes: { readonly beats: readonly Beat[]; readonly done: Deferred<(BeatRow | LockedBeat)[]> }[] = [];
  const pauses: { readonly ms: number; readonly done: Deferred<void> }[] = [];
  const heartbeats = new Heartbeats(
    (beats) => {
      const done = deferred<(BeatRow | LockedBeat)[]>();
      writes.push({ beats, done });
      return done.promise;
    },
    (ms) => {
      const done = deferred<void>();
      pauses.push({ ms, done });
      return done.promise;
    },
  );
  const looks: { readonly beat: Beat; readonly done: Deferred<string> }[] = [];
  const record = (beat: Beat) =>
    watched(
      heartbeats.record(beat, () => {
        const done = deferred<string>();
        looks.push({ beat, done });
        return done.promise;
      }),
    );
  let answered = 0;
  return {
    heartbeats,
    writes,
    pauses,
    looks,
    record,
    /** The oldest write that has not been answered commits: all of its beats, unless `but` is among them. */
    commit: async (...but: string[]) => {
      const write = writes[answered++];
      write?.done.resolve(write.beats.filter((b) => !but.includes(b.connectionId)).map(rowOf));
      await quiet();
    },
    /** The oldest write that has not been answered finds the rows of these locked, and commits the rest. */
    commitAllBut: async (...locked: string[]) => {
      const write = writes[answered++];
      const answer = (b: Beat) =>
        locked.includes(b.connectionId) ? ({ connectionId: b.connectionId, lastSeenAt: null } as const) : rowOf(b);
      write?.done.resolve(write.beats.map(answer));
      await quiet();
    },
    fail: async (error: unknown) => {
      writes[answered++]?.done.reject(error);
      await quiet();
    },
  };
}
describe("group commit", () => {
  it("P4 a lone beat is written at once, by no timer", async () => {
    const { record, writes, commit } = setUp();
    const one = record(beat("c-1", 10));
    await Promise.resolve();
    expect(writes.map((write) => write.beats)).toEqual([[beat("c-1", 10)]]);
    await commit();
    expect(one).toEqual({ value: rowOf(beat("c-1", 10)), settled: true });
    expect(writes).toHaveLength(1);
  });

  it("P4 those that wait while a write is in flight go together in ONE next write", async () => {
    const { record, writes, commit } = setUp();
    const first = record(beat("c-0", 1));
    await quiet();
    const waiting = ids(300).map((id, i) => record(beat(id, 10 + i)));
    await quiet();
    expect(writes).toHaveLength(1);
    await commit();
    expect(first.settled).toBe(true);
    expect(writes.map((write) => write.beats.length)).toEqual([1, 300]);
    await commit();
    expect(waiting.every((one) => one.settled)).toBe(true);
    expect(writes).toHaveLength(2);
  });

  it("P4 those that arrive in one go share the first write too", async () => {
    const { record, writes } = setUp();
    for (const id of ids(5)) record(beat(id, 10));
    await quiet();
    expect(writes.map((write) => write.beats.length)).toEqual([5]);
  });

  it("P4 beats of one connection are folded into its latest, each is answered with the row", async () => {
    const { record, writes, commit } = setUp();
    const three = [record(beat("c-1", 10)), record(beat("c-1", 30)), record(beat("c-1", 20))];
    const other = record(beat("c-2", 5));
    await quiet();
    expect(writes[0]?.beats).toEqual([beat("c-1", 30), beat("c-2", 5)]);
    await commit();
    for (const one of three) expect(one.value).toEqual(rowOf(beat("c-1", 30)));
    expect(other.value).toEqual(rowOf(beat("c-2", 5)));
  });

  it("P4 none is acknowledged before its own write has resolved", async () => {
    const { record, commit } = setUp();
    const first = record(beat("c-1", 10));
    await quiet();
    const second = record(beat("c-1", 20));
    await quiet();
    expect([first.settled, second.settled]).toEqual([false, false]);
    await commit();
    expect([first.settled, second.settled]).toEqual([true, false]);
    await commit();
    expect(second.value).toEqual(rowOf(beat("c-1", 20)));
  });

  it("P4 a failing write rejects just its batch, and the next one works", async () => {
    const { record, writes, fail, commit } = setUp();
    const failing = [record(beat("c-1", 10)), record(beat("c-2", 10))];
    await quiet();
    const next = record(beat("c-1", 20));
    const away = new Error("away");
    await fail(away);
    expect(failing).toEqual([
      { error: away, settled: true },
      { error: away, settled: true },
    ]);
    expect(next.settled).toBe(false);
    await commit();
    expect(next.value).toEqual(rowOf(beat("c-1", 20)));
    record(beat("c-3", 30));
    await quiet();
    expect(writes).toHaveLength(3);
  });

  it("P4 more than 1,000 connections are written by the thousand, none lost", async () => {
    const { record, writes, commit } = setUp();
    const all = ids(2_500).flatMap((id) => [record(beat(id, 10)), record(beat(id, 20))]);
    await quiet();
    for (let i = 0; i < 3; i += 1) await commit();
    expect(writes.map((write) => write.beats.length)).toEqual([1_000, 1_000, 500]);
    expect(new Set(writes.flatMap((write) => write.beats.map((b) => b.connectionId))).size).toBe(2_500);
    expect(writes.flatMap((write) => write.beats).every((b) => b.at === 20)).toBe(true);
    expect(all.every((one) => one.settled)).toBe(true);
  });

  it("P4 is idle when nothing is in flight, and only then", async () => {
    const { heartbeats, record, commit, looks } = setUp();
    await heartbeats.idle();
    record(beat("c-1", 10));
    await quiet();
    record(beat("c-2", 10));
    const idle = watched(heartbeats.idle());
    await commit();
    expect(idle.settled).toBe(false);
    await commit("c-2");
    expect(idle.settled).toBe(false);
    looks[0]?.done.resolve("looked");
    await quiet();
    expect(idle.settled).toBe(true);
  });
});

describe("beats that say something else", () => {
  it("P10 flips of activity keep their order, one write behind the other", async () => {
    const { record, writes, commit } = setUp();
    const said = [true, false, false, true, null];
    const acknowledged = said.map((active, i) => record(beat("c-1", 10 + i, { active })));
    record(beat("c-2", 10));
    await quiet();
    for (let i = 0; i < 4; i += 1) await commit();
    expect(writes.map((write) => write.beats.map((b) => [b.connectionId, b.active, b.at]))).toEqual([
      [
        ["c-1", true, 10],
        ["c-2", true, 10],
      ],
      [["c-1", false, 12]],
      [["c-1", true, 13]],
      [["c-1", null, 14]],
    ]);
    expect(acknowledged.every((one) => one.settled)).toBe(true);
  });

  it("P4 the same connection by two people is two beats: the words of one are not the other's", async () => {
    const { record, writes, looks, commit } = setUp();
    const theirs = record(beat("c-1", 10, { userId: 2 }));
    const strangers = record(beat("c-1", 99, { userId: 66 }));
    const again = record(beat("c-1", 20, { userId: 2 }));
    await quiet();
    expect(writes[0]?.beats).toEqual([beat("c-1", 10)]);
    await commit();
    expect(theirs.value).toEqual(rowOf(beat("c-1", 10)));
    expect(writes[1]?.beats).toEqual([beat("c-1", 99, { userId: 66 })]);
    await commit("c-1");
    expect(looks.map((look) => look.beat.userId)).toEqual([66]);
    await commit();
    expect(again.value).toEqual(rowOf(beat("c-1", 20)));
    looks[0]?.done.reject(new Error("NOT_FOUND"));
    await quiet();
    expect(strangers.error).toEqual(new Error("NOT_FOUND"));
  });

  it("P10 one that needs a closer look is answered by it, and later ones of theirs wait for it", async () => {
    const { record, writes, looks, commit } = setUp();
    const idle = record(beat("c-1", 10, { active: false }));
    await quiet();
    const back = record(beat("c-1", 11));
    const other = record(beat("c-2", 11));
    await commit("c-1");
    expect(looks.map((look) => look.beat.at)).toEqual([10]);
    expect(writes[1]?.beats.map((b) => b.connectionId)).toEqual(["c-2"]);
    await commit();
    expect([idle.settled, back.settled, other.settled]).toEqual([false, false, true]);
    looks[0]?.done.resolve("flipped");
    await quiet();
    expect(idle.value).toBe("flipped");
    expect(writes[2]?.beats).toEqual([beat("c-1", 11)]);
    await commit();
    expect(back.value).toEqual(rowOf(beat("c-1", 11)));
  });

  it("P4 closer looks of one batch come one after the other, and one that fails rejects its own beat only", async () => {
    const { record, looks, commit, writes } = setUp();
    const both = [10, 11].map((at) => record(beat("c-1", at, { active: false })));
    await quiet();
    await commit("c-1");
    expect(looks.map((look) => look.beat.at)).toEqual([10]);
    looks[0]?.done.reject(new Error("expired"));
    await quiet();
    expect(looks.map((look) => look.beat.at)).toEqual([10, 11]);
    looks[1]?.done.resolve("looked");
    await quiet();
    expect(both).toEqual([
      { error: new Error("expired"), settled: true },
      { value: "looked", settled: true },
    ]);
    record(beat("c-1", 20));
    await quiet();
    expect(writes).toHaveLength(2);
  });
});

describe("beats whose rows somebody keeps locked", () => {
  it("P4, P13 wait alone: the others are answered and go on, and theirs go with a later statement", async () => {
    const { record, writes, pauses, commit, commitAllBut } = setUp();
    const [held, other] = [record(beat("c-1", 10)), record(beat("c-2", 10))];
    await quiet();
    await commitAllBut("c-1");
    expect([held.settled, other.settled]).toEqual([false, true]);
    expect(pauses).toHaveLength(1);
    const next = record(beat("c-2", 20));
    await quiet();
    await commit();
    expect(next.settled).toBe(true);
    pauses[0]?.done.resolve();
    await quiet();
    expect(writes.map((write) => write.beats.map((b) => b.connectionId))).toEqual([["c-1", "c-2"], ["c-2"], ["c-1"]]);
    await commit();
    expect(held.value).toEqual(rowOf(beat("c-1", 10)));
  });

  it("P10 later ones of the same connection wait behind them, in their order", async () => {
    const { record, writes, pauses, commit, commitAllBut } = setUp();
    const first = record(beat("c-1", 10));
    await quiet();
    const idle = record(beat("c-1", 20, { active: false }));
    await commitAllBut("c-1");
    expect(writes).toHaveLength(1);
    pauses[0]?.done.resolve();
    await quiet();
    expect(writes[1]?.beats).toEqual([beat("c-1", 10)]);
    await commit();
    expect([first.settled, idle.settled]).toEqual([true, false]);
    expect(writes[2]?.beats).toEqual([beat("c-1", 20, { active: false })]);
  });

  it("P13 are UNAVAILABLE after two seconds, as whatever waits for a lock, and the next one tries again", async () => {
    const { heartbeats, record, writes, pauses, commit, commitAllBut } = setUp();
    const both = [record(beat("c-1", 10)), record(beat("c-1", 11))];
    await quiet();
    const idle = watched(heartbeats.idle());
    for (let tries = 0; both.some((one) => !one.settled); tries += 1) {
      expect(idle.settled).toBe(false);
      await commitAllBut("c-1");
      pauses[tries]?.done.resolve();
      await quiet();
    }
    expect(both.map((one) => (one.error as RollcallError).code)).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
    const waited = pauses.reduce((all, { ms }) => all + ms, 0);
    expect(waited).toBeGreaterThan(1_900);
    expect(waited).toBeLessThanOrEqual(2_100);
    expect(idle.settled).toBe(true);
    const next = record(beat("c-1", 20));
    await quiet();
    expect(writes.at(-1)?.beats).toEqual([beat("c-1", 20)]);
    await commit();
    expect(next.settled).toBe(true);
  });
});

describe("beats that no statement could write", () => {
  it("P13 are told of since the first one, until one is written or nobody tries any more", async () => {
    const { heartbeats, record, fail, commit, commitAllBut } = setUp();
    expect(heartbeats.unwritten(0)).toBeNull();
    for (const at of [100, 200]) {
      void record(beat("c-1", at));
      void record(beat("c-2", at + 5));
      await quiet();
      await fail(new Error("no space left"));
    }
    expect(heartbeats.unwritten(205)).toBe(100);
    expect(heartbeats.unwritten(206)).toBeNull();
    record(beat("c-1", 300));
    await quiet();
    await commit();
    expect(heartbeats.unwritten(0)).toBeNull();
    // Locked rows are no fault of the statement's.
    record(beat("c-1", 400));
    await quiet();
    await commitAllBut("c-1");
    expect(heartbeats.unwritten(0)).toBeNull();
  });
});
