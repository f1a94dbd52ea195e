/** suggest() against a plain count of moments and against laws that hold whatever the evidence. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SessionFacts } from "../../../src/domain/model.ts";
import { suggest, type ParticipantEvidence, type SuggestionInput } from "../../../src/domain/suggestion/suggest.ts";
import { lesson, MINUTE, START, suggestFor, there, END } from "../presence/lesson.ts";
import { expectedVerdict, type Moment } from "./oracle.ts";

/** The grid of the oracle, 15 s: quarters of a minute, so that every threshold of minutes is met exactly. */
const TICK = MINUTE / 4;
const LAST = 4 * 120;
const moment = fc.integer({ min: -80, max: LAST });
const evidence: fc.Arbitrary<ParticipantEvidence> = fc.record({
  connected: fc.constant(false),
  intervals: fc.array(
    fc.tuple(moment, moment, fc.boolean()).map(([a, b, active]) => ({
      from: START + Math.min(a, b) * TICK,
      to: START + Math.max(a, b) * TICK,
      active,
    })),
    { maxLength: 6 },
  ),
});
const length = fc.integer({ min: 1, max: 4 * 90 });

describe("suggest against an oracle that looks at every moment", () => {
  it("S1 to S6, S10, S11, S12 of any finished lesson", () => {
    fc.assert(
      fc.property(
        length,
        fc.option(fc.nat(LAST)),
        fc.integer({ min: -40, max: LAST }),
        evidence,
        (ticks, ended, opened, student) => {
          const session = {
            scheduledEnd: START + ticks * TICK,
            endedAt: START + (ended ?? ticks) * TICK,
            endedOnRequest: ended !== null,
          };
          const suggestion = suggestFor({ session, whiteboard: { openedAt: START + opened * TICK }, student });
          const timeline: Moment[] = [];
          for (let tick = -80; tick <= LAST; tick += 1) timeline.push(momentAt(student, tick));
          const { rule, status, confidence, metrics } = suggestion.student;
          expect({ rule, status, confidence, ...metrics }).toEqual(expectedVerdict(timeline, ticks, ended, opened));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

function momentAt({ intervals }: ParticipantEvidence, tick: number): Moment {
  const time = START + tick * TICK;
  const at = intervals.filter(({ from, to }) => from <= time && time <= to);
  const next = intervals.filter(({ from, to }) => from <= time && time < to);
  return {
    tick,
    present: at.length > 0,
    activeHere: at.some(({ active }) => active),
    activeUntilNext: next.some(({ active }) => active),
  };
}

describe("laws", () => {
  const order = { ABSENT: 0, LATE: 1, PRESENT: 2 };
  const inside = fc.integer({ min: 0, max: END - START });

  it("S4 to S6 arriving later never improves the status", () => {
    fc.assert(
      fc.property(inside, inside, inside, (a, b, leave) => {
        const to = START + Math.max(a, b, leave);
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map(
          (from) => suggestFor({ student: there([START + from, to]) }).student,
        );
        expect(order[early!.status]).toBeGreaterThanOrEqual(order[late!.status]);
      }),
    );
  });

  it("S2 more active time never makes the status worse", () => {
    fc.assert(
      fc.property(evidence, evidence, (some, more) => {
        const union = { connected: false, intervals: [...some.intervals, ...more.intervals] };
        const before = suggestFor({ student: some }).student;
        const after = suggestFor({ student: union }).student;
        expect(order[after.status]).toBeGreaterThanOrEqual(order[before.status]);
      }),
    );
  });

  it("S6 the order of the evidence, and cutting it in pieces, change nothing", () => {
    fc.assert(
      fc.property(evidence, fc.integer({ min: 0, max: END - START }), ({ intervals }, cut) => {
        const at = START + cut;
        const pieces = intervals.flatMap((interval) =>
          interval.from < at && at < interval.to
            ? [
                { ...interval, from: at },
                { ...interval, to: at },
              ]
            : [interval],
        );
        const shuffled = { connected: false, intervals: pieces.reverse() };
        expect(suggestFor({ student: shuffled })).toEqual(suggestFor({ student: { connected: false, intervals } }));
      }),
    );
  });
});

describe("totality", () => {
  const anyTime = fc.integer({ min: START - 90 * MINUTE, max: START + 200 * MINUTE });
  const anyEvidence: fc.Arbitrary<ParticipantEvidence> = fc.record({
    connected: fc.boolean(),
    intervals: fc.array(fc.record({ from: anyTime, to: anyTime, active: fc.boolean() }), { maxLength: 5 }),
  });
  const anySession: fc.Arbitrary<SessionFacts> = fc
    .record({
      status: fc.constantFrom("SCHEDULED", "IN_PROGRESS", "COMPLETED"),
      scheduledEnd: anyTime,
      endedAt: fc.option(anyTime),
      endedOnRequest: fc.boolean(),
    })
    .map((facts) => ({ ...lesson, ...facts }));
  const anyInput: fc.Arbitrary<SuggestionInput> = fc.record({
    session: anySession,
    whiteboard: fc.option(fc.record({ openedAt: anyTime })),
    tutor: anyEvidence,
    student: anyEvidence,
    now: anyTime,
  });

  it("S8 every number is finite and in range, whatever the input, even nonsense", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { tutor, student, isFinal, recommendation } = suggest(input);
        for (const { metrics, confidence, reasons } of [tutor, student]) {
          expect(metrics.connected).toBe(metrics.latenessMinutes !== null);
          for (const minutes of [metrics.activeMinutes, metrics.sessionMinutes, metrics.earlyDepartureMinutes]) {
            expect(minutes).toBeGreaterThanOrEqual(0);
            expect(minutes).toBeLessThanOrEqual(24 * 60);
          }
          expect(metrics.latenessMinutes ?? 0).toBeGreaterThanOrEqual(0);
          expect(metrics.engagementPercentage).toBeGreaterThanOrEqual(0);
          expect(metrics.engagementPercentage).toBeLessThanOrEqual(100);
          expect(metrics.leftEarly).toBe(metrics.earlyDepartureMinutes > 0);
          if (!isFinal) expect(confidence).not.toBe("HIGH");
          expect(reasons.length).toBeGreaterThan(0);
          expect([...reasons, recommendation].join(" ")).not.toMatch(/NaN|Infinity|undefined|null|-\d/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("S8 is plain JSON, so that a mark can keep it", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const suggestion = suggest(input);
        expect(JSON.parse(JSON.stringify(suggestion))).toEqual(suggestion);
      }),
    );
  });
});
