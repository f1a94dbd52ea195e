import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Resequencer } from "../../../src/services/shared/resequencer.ts";
import { FakeClock } from "../../support/clock.ts";
import { stateNo } from "../../support/presence-states.ts";

function sequence() {
  const clock = new FakeClock("2026-03-02T15:00:00Z");
  const versions: number[] = [];
  return { clock, versions, line: new Resequencer(clock, (state) => versions.push(state.version)) };
}

describe("a reader's states", () => {
  it("P14 wait for the one before them that is still on its way from another process", () => {
    const { line, versions } = sequence();
    line.catchUp(stateNo(4, "SNAPSHOT"));
    line.offer(stateNo(6));
    line.offer(stateNo(8));
    expect(versions).toEqual([4]);
    line.offer(stateNo(5));
    expect(versions).toEqual([4, 5, 6]);
    line.offer(stateNo(7));
    expect(versions).toEqual([4, 5, 6, 7, 8]);
  });

  it("P14 do not wait for ever: whoever should have told it may be dead", async () => {
    const { line, versions, clock } = sequence();
    line.catchUp(stateNo(4, "SNAPSHOT"));
    line.offer(stateNo(8));
    line.offer(stateNo(6));
    await clock.advance(249);
    expect(versions).toEqual([4]);
    await clock.advance(1);
    expect(versions).toEqual([4, 6, 8]);
    line.offer(stateNo(7));
    line.offer(stateNo(9));
    expect(versions).toEqual([4, 6, 8, 9]);
  });

  it("P14 every gap gets the whole patience", async () => {
    const { line, versions, clock } = sequence();
    line.catchUp(stateNo(4, "SNAPSHOT"));
    line.offer(stateNo(6));
    await clock.advance(240);
    line.offer(stateNo(8));
    line.offer(stateNo(5));
    await clock.advance(20);
    line.offer(stateNo(7));
    expect(versions).toEqual([4, 5, 6, 7, 8]);
  });

  it("P11 wait for the first state, and need nothing of what it holds already", async () => {
    const { line, versions, clock } = sequence();
    for (const version of [6, 4, 5]) line.offer(stateNo(version));
    await clock.advance(1_000);
    expect(versions).toEqual([]);
    line.catchUp(stateNo(5, "SNAPSHOT"));
    expect(versions).toEqual([5, 6]);
  });

  it("P14 catch up with the ledger over a gap", async () => {
    const { line, versions, clock } = sequence();
    line.catchUp(stateNo(1, "SNAPSHOT"));
    line.offer(stateNo(3));
    line.offer(stateNo(6));
    line.catchUp(stateNo(5, "SNAPSHOT"));
    line.catchUp(stateNo(2, "SNAPSHOT"));
    expect(versions).toEqual([1, 5, 6]);
    await clock.advance(1_000);
    expect(versions).toEqual([1, 5, 6]);
  });

  it("P11 stop when the reader leaves, also those that wait", async () => {
    const { line, versions, clock } = sequence();
    line.catchUp(stateNo(1, "SNAPSHOT"));
    line.offer(stateNo(3));
    line.end();
    await clock.advance(1_000);
    expect(versions).toEqual([1]);
  });

  it("P11, P14 in whatever order and however often they come, each comes once, in order, and none that came is missing", async () => {
    const arrivals = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 30 }).chain((versions) =>
      fc.tuple(
        fc.shuffledSubarray([...versions, ...versions], {
          minLength: 2 * versions.length,
          maxLength: 2 * versions.length,
        }),
        fc.nat({ max: 30 }),
        fc.nat({ max: 60 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(arrivals, async ([order, first, readAfter]) => {
        const { line, versions, clock } = sequence();
        order.slice(0, readAfter).forEach((version) => line.offer(stateNo(version)));
        line.catchUp(stateNo(first, "SNAPSHOT"));
        order.slice(readAfter).forEach((version) => line.offer(stateNo(version)));
        await clock.advance(1_000);
        const every = [first, ...new Set(order.filter((version) => version > first))].sort((a, b) => a - b);
        expect(versions).toEqual(every);
      }),
    );
  });
});
