import { describe, expect, it } from "vitest";
import { clip, firstCovered, lastCovered, unionLength } from "../../../src/domain/presence/intervals.ts";

const spans = (...pairs: [number, number][]) => pairs.map(([from, to]) => ({ from, to }));

describe("unionLength", () => {
  it.each([
    ["nothing", spans(), 0],
    ["one", spans([10, 25]), 15],
    ["gaps count nothing", spans([0, 10], [20, 30]), 20],
    ["overlap counts once", spans([0, 10], [5, 12]), 12],
    ["one inside another counts once, and hides nothing after it", spans([0, 10], [2, 4], [8, 12]), 12],
    ["neighbours join without a seam", spans([0, 10], [10, 20]), 20],
    ["any order", spans([20, 30], [0, 10], [5, 22]), 30],
    ["the same one twice", spans([3, 8], [3, 8]), 5],
    ["a moment has no length", spans([5, 5]), 0],
    ["one that runs backwards is empty", spans([9, 4], [10, 11]), 1],
  ])("%s", (_, intervals, length) => {
    expect(unionLength(intervals)).toBe(length);
  });

  it("does not reorder what it is given", () => {
    const intervals = spans([20, 30], [0, 10]);
    unionLength(intervals);
    expect(intervals).toEqual(spans([20, 30], [0, 10]));
  });
});

describe("clip", () => {
  it("keeps what lies inside, cut at both ends, in the order given", () => {
    expect(clip(spans([18, 30], [0, 12], [13, 15], [0, 40]), { from: 10, to: 20 })).toEqual(
      spans([18, 20], [10, 12], [13, 15], [10, 20]),
    );
  });

  it("keeps one that touches an end as a moment, and drops one a millisecond away", () => {
    expect(clip(spans([0, 10], [20, 30]), { from: 10, to: 20 })).toEqual(spans([10, 10], [20, 20]));
    expect(clip(spans([0, 9], [21, 30]), { from: 10, to: 20 })).toEqual([]);
  });

  it("keeps a connection that was never seen again, as the moment that it was", () => {
    expect(clip(spans([15, 15]), { from: 10, to: 20 })).toEqual(spans([15, 15]));
  });

  it("drops one that runs backwards", () => {
    expect(clip(spans([16, 14]), { from: 10, to: 20 })).toEqual([]);
  });
});

describe("firstCovered", () => {
  it.each([
    ["nothing", spans(), null],
    ["already there", spans([0, 30]), 10],
    ["comes later", spans([40, 50], [12, 20], [15, 20]), 12],
    ["gone before", spans([0, 9]), null],
    ["gone at that very moment: still there", spans([0, 10]), 10],
    ["comes at that very moment", spans([10, 30]), 10],
    ["connected for a moment", spans([14, 14]), 14],
    ["an earlier one that is over does not count", spans([0, 5], [25, 30]), 25],
    ["one that runs backwards is no moment", spans([14, 12]), null],
  ])("%s", (_, intervals, first) => {
    expect(firstCovered(intervals, 10)).toBe(first);
  });
});

describe("lastCovered", () => {
  it("is the latest end, wherever it stands, and null of nothing", () => {
    expect(lastCovered(spans([0, 9], [1, 30], [12, 20]))).toBe(30);
    expect(lastCovered(spans([5, 5]))).toBe(5);
    expect(lastCovered(spans([14, 12]))).toBeNull();
    expect(lastCovered(spans())).toBeNull();
  });
});
