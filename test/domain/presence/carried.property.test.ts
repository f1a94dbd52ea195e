import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { MERGED_WITHIN, SINGLE_SPANS, stretchesOf } from "../../../src/domain/presence/activity.ts";
import { type Carried, carry, NOTHING, reachesBehind } from "../../../src/domain/presence/carried.ts";
import { type ConnectionInput, transition } from "../../../src/domain/presence/connection.ts";
import type { Lease } from "../../../src/domain/presence/lease.ts";
import type { Millis, Span } from "../../../src/domain/model.ts";
import { connectionLog, type LogEntry, logAfter, summarise } from "../../../src/domain/presence/presence.ts";

const lease: Lease = { length: 35_000, away: null };
const FOREVER: Lease = { length: Number.POSITIVE_INFINITY, away: null };

/** A connection of several, what it says, after how long, and by how much it is late. */
const input = fc.record({
  slot: fc.nat(3),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("BEAT" as const) },
    { weight: 2, arbitrary: fc.constant("CONNECT" as const) },
    { weight: 1, arbitrary: fc.constantFrom("LEAVE" as const, "CUT" as const, "CHECK" as const, "END" as const) },
  ),
  active: fc.constantFrom(null, true, false),
  after: fc.oneof(fc.integer({ min: 0, max: 6_001 }), fc.integer({ min: 20_000, max: 80_000 })),
  late: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 40_000 }) },
  ),
});
type Input = typeof input extends fc.Arbitrary<infer T> ? T : never;

/** Keeps all spans, and beside them only what a store keeps of them: open spans, what is carried, the log. */
class TwoLedgers {
  readonly all = new Map<string, Span>();
  carried: Carried = NOTHING;
  log: readonly LogEntry[] = [];
  wholeReads = 0;
  now = 1_000_000;
  readonly #generation = [0, 0, 0, 0];

  get spans(): Span[] {
    return [...this.all.values()];
  }

  get open(): Span[] {
    return this.spans.filter((span) => span.endedAt === null);
  }

  take({ slot, kind, active, after, late }: Input): void {
    this.now += after;
    const at = this.now - late;
    const id = () => `${slot}.${this.#generation[slot]}`;
    const tail = () => this.spans.filter((span) => span.connectionId === id()).at(-1) ?? null;
    if (kind === "CONNECT" && tail()?.endedAt != null) this.#generation[slot]! += 1;
    // The last slot is a reported connection without a lease.
    const who = { id: id(), userId: 2, role: "STUDENT", evidence: slot === 3 ? "INTERVALS" : "LIVE" } as const;
    const full = { kind, at, active, alive: true } as ConnectionInput;
    this.#write(transition(who, tail(), full, lease).write);
  }

  #write(written: readonly Span[]): void {
    if (written.length === 0) return;
    const before = this.open;
    // As the fast path does it: a beat that changes nothing but the last proof of life is not accounted for.
    const beat = written.length === 1 && written[0]!.endedAt === null && this.all.has(keyOf(written[0]!));
    const behind = reachesBehind(this.carried, before, written);
    this.log = logAfter(this.log, before, written) ?? this.log;
    for (const span of written) this.all.set(keyOf(span), span);
    if (beat && written[0]!.changes === undefined) return;
    const touched = new Set(written.map(keyOf));
    const known = this.spans.filter((span) => span.endedAt === null || touched.has(keyOf(span)));
    this.carried = behind ? carry(NOTHING, this.spans, this.now) : carry(this.carried, known, this.now);
    if (behind) this.wholeReads += 1;
  }
}

const keyOf = (span: Span) => `${span.connectionId}/${span.seq}`;
const same = (actual: unknown, expected: unknown) =>
  isDeepStrictEqual(actual, expected) || expect(actual).toEqual(expected);

test("D4 D6 P10 what is carried says with the open spans what all spans say, whatever happens", () => {
  fc.assert(
    fc.property(fc.array(input, { minLength: 5, maxLength: 80 }), (inputs) => {
      const ledgers = new TwoLedgers();
      for (const each of inputs) {
        ledgers.take(each);
        for (const of of [lease, FOREVER]) {
          const now = ledgers.now;
          same(
            summarise(ledgers.open, "STUDENT", now, of, ledgers.carried),
            summarise(ledgers.spans, "STUDENT", now, of),
          );
        }
        same(ledgers.log, connectionLog(ledgers.spans));
      }
    }),
    { numRuns: 1_500 },
  );
}, 60_000);

/** Active milliseconds of one connection by its words alone, one after the other: nothing in it is a span. */
function activeByWords(words: readonly { at: Millis; active: boolean }[]): Millis {
  let total = 0;
  words.forEach(({ at, active }, index) => {
    const next = words[index + 1];
    if (active && next !== undefined) total += next.at - at;
  });
  return total;
}

test("P10 however often a client changes its mind: its active time is exact, and its spans are at most one a minute after ten", () => {
  const words = fc.array(
    fc.record({
      gap: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 12_000 })),
      active: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 300,
      size: "max",
    },
  );
  fc.assert(
    fc.property(words, (story) => {
      let at = 0;
      const told = [{ at: 0, active: true }, ...story.map(({ gap, active }) => ({ at: (at += gap), active }))];
      const who = { id: "c-1", userId: 2, role: "STUDENT", evidence: "LIVE" } as const;
      const spans: Span[] = [];
      told.forEach((word, index) => {
        const kind = index === 0 ? "CONNECT" : "BEAT";
        for (const span of transition(who, spans.at(-1) ?? null, { kind, ...word }, lease).write)
          spans[span.seq] = span;
      });
      expect(summarise(spans, "STUDENT", at, lease).totalActiveSeconds).toBe(Math.floor(activeByWords(told) / 1000));
      expect(spans.length).toBeLessThanOrEqual(SINGLE_SPANS + at / MERGED_WITHIN + 1);
      // The stretches tell the story without a seam.
      const stretches = spans.flatMap((span) => stretchesOf(span, at));
      stretches.forEach((stretch, index) => {
        const next = stretches[index + 1];
        if (next !== undefined) expect([next.from, next.active]).toEqual([stretch.to, !stretch.active]);
      });
    }),
    { numRuns: 200 },
  );
}, 30_000);

test("P10 20 connections that change their minds all the time leave little to read", () => {
  const ledgers = new TwoLedgers();
  for (let slot = 0; slot < 3; slot += 1) ledgers.take({ slot, kind: "CONNECT", active: true, after: 0, late: 0 });
  for (let i = 0; i < 3_000; i += 1) {
    ledgers.take({ slot: i % 3, kind: "BEAT", active: Math.floor(i / 3) % 2 === 1, after: 2_000, late: 0 });
    expect(ledgers.open).toHaveLength(3);
    expect(ledgers.carried.later.length).toBeLessThanOrEqual(10);
  }
  expect(ledgers.wholeReads).toBe(0);
});
