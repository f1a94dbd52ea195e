import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EvidenceRecord, whyNoSuggestion } from "../../../src/domain/suggestion/suggest.ts";
import { at, lesson, START } from "../presence/lesson.ts";

const whole: EvidenceRecord = { removed: false, trackedFrom: null, bothReported: false, timesRepaired: false };
const why = (evidence: Partial<EvidenceRecord>) => whyNoSuggestion(lesson, { ...whole, ...evidence });

describe("S7 whether there is a suggestion", () => {
  it("S7 each reason has a message of its own, and asks for a mark by hand", () => {
    const reasons = [why({ removed: true }), why({ timesRepaired: true }), why({ trackedFrom: at(1) })];
    expect(reasons).toEqual([
      expect.stringContaining("no longer kept"),
      expect.stringContaining("were not valid"),
      expect.stringContaining("not yet recorded when this session began"),
    ]);
    for (const reason of reasons) expect(reason).toContain("Please mark attendance manually.");
    const cancelled = { ...lesson, status: "CANCELLED" } as const;
    expect(whyNoSuggestion(cancelled, null)).toBe("A cancelled session has no suggestion.");
    expect(whyNoSuggestion(lesson, null)).toBeNull();
    expect(why({})).toBeNull();
  });

  it("S7 tracked from the start on is tracked; a millisecond later it is not, unless a back end reported on both", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.boolean(), (after, bothReported) => {
        const missing = after > 0 && !bothReported;
        expect(why({ trackedFrom: START + after, bothReported }) !== null).toBe(missing);
      }),
      {
        examples: [
          [0, false],
          [1, false],
          [1, true],
        ],
      },
    );
  });
});
