import { describe, expect, it } from "vitest";
import { sharerOf, Shares } from "../../src/server/shares.ts";

const ANN = 1;
const BEN = 2;
const sameTurn = () => new Promise<void>((resolve) => process.nextTick(resolve));
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Takes up so many of somebody's at once, and notes their names as they may begin. */
function ask(shares: Shares, sharer: number | null, count: number, begun: string[]): void {
  for (let i = 0; i < count; i += 1) void shares.take(sharer, 1).then(() => begun.push(`${sharer} ${i}`));
}

describe("shares of a turn of the event loop", () => {
  it("§7 whoever sends a hundred requests has one of them begun in a turn, and everybody else theirs at once", async () => {
    const shares = new Shares();
    const begun: string[] = [];
    ask(shares, ANN, 100, begun);
    ask(shares, BEN, 1, begun);
    await sameTurn();
    expect(begun).toEqual(["1 0", "2 0"]);
    await nextTurn();
    expect(begun).toEqual(["1 0", "2 0", "1 1"]);
    for (let turn = 0; turn < 110; turn += 1) await nextTurn();
    expect(begun.filter((name) => name.startsWith("1"))).toEqual(Array.from({ length: 100 }, (_, i) => `1 ${i}`));
  });

  it("who comes later does not come first", async () => {
    const shares = new Shares();
    const begun: string[] = [];
    ask(shares, ANN, 3, begun);
    await nextTurn();
    void shares.take(ANN, 0.1).then(() => begun.push("late"));
    for (let turn = 0; turn < 10; turn += 1) await nextTurn();
    expect(begun).toEqual(["1 0", "1 1", "1 2", "late"]);
  });

  it("small ones go together until the share is spent, and are back in the next turn", async () => {
    const shares = new Shares();
    shares.spend(ANN, 0.4);
    expect(shares.left(ANN)).toBe(true);
    shares.spend(ANN, 0.7);
    expect([shares.left(ANN), shares.left(BEN)]).toEqual([false, true]);
    await nextTurn();
    expect(shares.left(ANN)).toBe(true);
  });

  it("services have no limit, those who have not said who they are one each", async () => {
    const shares = new Shares();
    const begun: string[] = [];
    ask(shares, null, 100, begun);
    await sameTurn();
    expect(begun).toHaveLength(100);
    const viewer = { id: 7, name: null, expiresAt: 0 };
    const [one, other] = [{}, {}];
    expect(sharerOf({ ...viewer, roles: new Set(["service", "tutor"]) }, one)).toBeNull();
    expect(sharerOf({ ...viewer, roles: new Set(["tutor"]) }, one)).toBe(7);
    shares.spend(sharerOf(null, one), 5);
    expect([shares.left(one), shares.left(other)]).toEqual([false, true]);
  });
});
