import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Away,
  awayBy,
  bothAway,
  isLive,
  looked,
  lockedRowsLooked,
  type Watch,
} from "../../../src/domain/presence/lease.ts";
import { open } from "./spans.ts";

const LEASE = 16_000;
const TOLERANCE = 3_000;
const ROOM_TOLERANCE = LEASE / 8;

/** What keeps proofs of life out for some seconds: nothing, a lock on tables, a locked row of the whiteboard, no server at all. */
const stretch = fc.record({
  trouble: fc.constantFrom("none", "table", "row", "down"),
  seconds: fc.integer({ min: 1, max: 40 }),
});
type Trouble = "none" | "table" | "row" | "down";

/** The servers' records and one connection, second by second, without a thought on how the lease is reckoned. */
class Seconds {
  now = 100_000;
  lastSeenAt = this.now;
  #watch: Watch | null = { aliveAt: this.now, away: null };
  #whiteboard: Watch | null = null;

  /** @param tries whether the client tries to prove life. Answers with whether it lives at any time of this second */
  pass(trouble: Trouble, tries: boolean, looksFirst: boolean): boolean {
    this.now += 1_000;
    if (looksFirst) this.#look(trouble);
    const lives = this.#lives();
    if (tries && lives && trouble === "none") this.lastSeenAt = this.now;
    if (!looksFirst) this.#look(trouble);
    return lives && this.#lives();
  }

  #look(trouble: Trouble): void {
    if (trouble === "table" || trouble === "down") return;
    this.#watch = looked(this.#watch, this.now, TOLERANCE, LEASE);
    if (this.#whiteboard === null && this.now - this.lastSeenAt <= LEASE / 2) return;
    this.#whiteboard = lockedRowsLooked(
      this.#whiteboard,
      trouble === "none",
      this.now,
      ROOM_TOLERANCE,
      LEASE,
      awayBy(this.#watch, this.now, TOLERANCE, LEASE),
    );
  }

  #lives(): boolean {
    const away = awayBy(this.#watch, this.now, TOLERANCE, LEASE);
    return isLive(open(0, this.lastSeenAt), this.now, {
      length: LEASE,
      away: bothAway(away, this.#whiteboard?.away ?? null, LEASE),
    });
  }
}

it("P13 who tries to prove life, and again until it is written, is never gone, whatever keeps the proofs out", () => {
  fc.assert(
    fc.property(
      fc.array(stretch, { maxLength: 12 }),
      fc.integer({ min: 1, max: 8 }),
      fc.boolean(),
      (stretches, every, looksFirst) => {
        const run = new Seconds();
        let lived = true;
        for (const { trouble, seconds } of stretches) {
          for (let second = 0; second < seconds; second += 1) {
            const due = run.now + 1_000 - run.lastSeenAt >= every * 1_000;
            lived &&= run.pass(trouble, due, looksFirst);
          }
        }
        expect(lived).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

it("P5, P13 who stays silent is gone once proofs could be written for a lease, whatever was before", () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12 }), fc.boolean(), (stretches, looksFirst) => {
      const run = new Seconds();
      for (const { trouble, seconds } of stretches) {
        for (let second = 0; second < seconds; second += 1) run.pass(trouble, false, looksFirst);
      }
      for (let second = 0; second <= LEASE / 1_000; second += 1) run.pass("none", false, looksFirst);
      expect(run.pass("none", true, looksFirst)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

it("P13 a whiteboard that was never locked for longer than the tolerance keeps no record, and nobody gets a second more", () => {
  const free = (watch: Watch | null, now: number) => lockedRowsLooked(watch, true, now, ROOM_TOLERANCE, LEASE, null);
  const locked = (watch: Watch | null, now: number) => lockedRowsLooked(watch, false, now, ROOM_TOLERANCE, LEASE, null);
  expect(free(null, 0)).toBeNull();
  const once = locked(null, 1_000);
  expect(once).toEqual({ aliveAt: 1_000, away: null });
  expect(locked(once, 3_000)).toEqual({ aliveAt: 1_000, away: null });
  expect(free(locked(once, 3_000), 4_000)).toBeNull();
  const away = { from: 1_000, until: 3_001 };
  expect(locked(once, 3_001)).toEqual({ aliveAt: 1_000, away });
  const after = free(locked(once, 3_001), 4_000);
  expect(after).toEqual({ aliveAt: 4_000, away });
  expect(free(after, 3_001 + 2 * LEASE)).toEqual({ aliveAt: 3_001 + 2 * LEASE, away });
  expect(free(after, 3_002 + 2 * LEASE)).toBeNull();
});

const absence = fc.option(
  fc.tuple(fc.nat(60), fc.nat(60)).map(([from, length]) => ({ from: from * 1_000, until: (from + length) * 1_000 })),
);

it("P13 two absences are one where nobody had a lease between them, else the later one, in whichever order", () => {
  fc.assert(
    fc.property(absence, absence, (a, b) => {
      const both = bothAway(a, b, LEASE);
      expect(bothAway(b, a, LEASE)).toEqual(both);
      // Millisecond by millisecond it would take long: whole seconds do, as the times above are.
      const inside = (away: Away | null, at: number) => away !== null && away.from <= at && at <= away.until;
      let expected: Away | null = null;
      for (let at = 0; at <= 120_000; at += 1_000) {
        if (!inside(a, at) && !inside(b, at)) continue;
        expected = { from: expected !== null && at <= expected.until + LEASE ? expected.from : at, until: at };
      }
      expect(both).toEqual(expected);
    }),
  );
});
