import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip, firstCovered, unionLength } from "../../../src/domain/presence/intervals.ts";

const SPACE = 60;
const interval = fc.tuple(fc.nat(SPACE), fc.nat(SPACE)).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const intervals = fc.array(interval, { maxLength: 12 });
const moments = Array.from({ length: SPACE + 1 }, (_, moment) => moment);

describe("intervals against a count of every single moment", () => {
  it("unionLength counts the moments that any half-open interval holds", () => {
    fc.assert(
      fc.property(intervals, (given) => {
        const held = moments.filter((moment) => given.some(({ from, to }) => from <= moment && moment < to));
        expect(unionLength(given)).toBe(held.length);
      }),
    );
  });

  it("clip leaves exactly the moments that interval and window share", () => {
    fc.assert(
      fc.property(intervals, interval, (given, window) => {
        const within = (list: typeof given) =>
          moments.filter((moment) => list.some(({ from, to }) => from <= moment && moment <= to));
        const shared = within(given).filter((moment) => window.from <= moment && moment <= window.to);
        expect(within(clip(given, window))).toEqual(shared);
      }),
    );
  });

  it("firstCovered is the first moment from then on that any closed interval holds", () => {
    fc.assert(
      fc.property(intervals, fc.nat(SPACE), (given, at) => {
        const first = moments.find((moment) => moment >= at && given.some((i) => i.from <= moment && moment <= i.to));
        expect(firstCovered(given, at)).toBe(first ?? null);
      }),
    );
  });
});
