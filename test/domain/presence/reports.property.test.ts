import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { creditedUntil } from "../../../src/domain/presence/lease.ts";
import type { Activity, ConnectionEventKind } from "../../../src/domain/model.ts";
import { foldReports, type ReportedEvent } from "../../../src/domain/presence/reports.ts";
import { lifeOf } from "./reports-oracle.ts";
import { student } from "./spans.ts";

/** Ticks of one millisecond: short enough that a few events meet every boundary. */
const LEASE = 7;
const LESSON = 60;

const kind: fc.Arbitrary<ConnectionEventKind> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("CONNECT") },
  { weight: 8, arbitrary: fc.constant("HEARTBEAT") },
  { weight: 1, arbitrary: fc.constant("DISCONNECT") },
);
const activity = fc.constantFrom<Activity>("HEARTBEAT", "DRAW", "IDLE");
const event: fc.Arbitrary<ReportedEvent> = fc.record({ kind, activity, at: fc.nat(LESSON) });
/** Some lone events, and runs of heartbeats with gaps around a lease, so that connections live for a while. */
const run = fc
  .tuple(
    fc.nat(LESSON / 2),
    fc.array(fc.record({ gap: fc.integer({ min: 0, max: LEASE + 1 }), activity }), { maxLength: 8 }),
  )
  .map(([start, beats]) => {
    let at = start;
    return beats.map(({ gap, activity }): ReportedEvent => ({ kind: "HEARTBEAT", activity, at: (at += gap) }));
  });
const events = fc.tuple(fc.array(event, { maxLength: 8 }), run).map(([some, more]) => [...some, ...more]);

interface Report {
  readonly told: readonly ReportedEvent[];
  readonly of: "LEASED" | "INTERVALS";
  readonly now: number;
  readonly endedAt: number | null;
}
/** Now and the end of the session lie around the last event and the end of its lease; nothing lies after an end. */
const report: fc.Arbitrary<Report> = events.chain((told) => {
  const last = Math.max(0, ...told.map((event) => event.at));
  return fc.record({
    told: fc.constant(told),
    of: fc.constantFrom("LEASED", "INTERVALS"),
    now: fc.integer({ min: last - 3, max: last + 2 * LEASE }),
    endedAt: fc.option(fc.integer({ min: last, max: last + 2 * LEASE }), { freq: 2 }),
  });
});

const fold = ({ told, of, now, endedAt }: Report) =>
  foldReports({ ...student, evidence: of }, told, LEASE, now, endedAt);

/** The same events in another order, some of them several times, in a number of calls. */
const calls = (told: readonly ReportedEvent[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...told], { minLength: told.length }),
      told.length === 0 ? fc.constant([]) : fc.array(fc.constantFrom(...told), { maxLength: 5 }),
      fc.array(fc.nat(told.length), { maxLength: 3 }),
    )
    .map(([shuffled, repeats, cuts]) => {
      const all = [...shuffled, ...repeats];
      const ends = [...cuts.sort((a, b) => a - b), all.length];
      return ends.map((until, i) => all.slice(ends[i - 1] ?? 0, until));
    });

describe("any report", () => {
  it("P15 any order, repetition and division into calls gives the same spans", () => {
    const reported = report.chain((whole) => fc.tuple(fc.constant(whole), calls(whole.told)));
    fc.assert(
      fc.property(reported, ([whole, divided]) => {
        let known: ReportedEvent[] = [];
        let spans = fold({ ...whole, told: known });
        for (const call of divided) {
          known = [...known, ...call];
          spans = fold({ ...whole, told: known });
        }
        expect(spans).toEqual(fold(whole));
      }),
      { numRuns: 3_000 },
    );
  });

  it("P15 P10 P12 is the life that its events tell of, LEASED or INTERVALS", () => {
    fc.assert(
      fc.property(report, (whole) => {
        const { told, of, now, endedAt } = whole;
        const spans = fold(whole);
        const life = lifeOf(told, of === "LEASED" ? LEASE : null, now, endedAt);
        const last = spans.at(-1);
        const activeTicks = spans
          .filter((span) => span.active)
          .flatMap(({ startedAt, ...span }) =>
            Array.from({ length: creditedUntil({ startedAt, ...span }, now) - startedAt }, (_, i) => startedAt + i),
          );
        const lived = last && {
          from: spans[0]?.startedAt,
          lastSeen: last.lastSeenAt,
          end: last.endedAt,
          reason: last.endReason,
          activeTicks,
        };
        expect(lived ?? null).toEqual(life);
      }),
      { numRuns: 5_000 },
    );
  });

  it("P15 its spans join without a seam or overlap, numbered from 0, and only the last may be open", () => {
    fc.assert(
      fc.property(report, (whole) => {
        fold(whole).forEach((span, seq, spans) => {
          const next = spans[seq + 1];
          expect(span).toMatchObject({ seq, evidence: whole.of, connectionId: student.id, userId: 2, role: "STUDENT" });
          expect(span.lastSeenAt).toBeGreaterThanOrEqual(span.startedAt);
          if (next === undefined) return;
          expect(next.startedAt).toBe(span.endedAt);
          expect([span.active, span.endReason]).toEqual(next.active ? [false, "ACTIVE"] : [true, "IDLE"]);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it("P15 what lies before its CONNECT counts nothing", () => {
    fc.assert(
      fc.property(report, (whole) => {
        const { told } = whole;
        const connects = told.filter((event) => event.kind === "CONNECT").map((event) => event.at);
        const from = Math.min(...connects);
        const since = told.filter((event) => event.at >= from);
        expect(fold(whole)).toEqual(fold({ ...whole, told: since }));
        if (connects.length === 0) expect(fold(whole)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
