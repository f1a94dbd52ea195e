import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  MAX_WAITING,
  MAX_WAITING_SHARED,
  MAX_DEBT_MS,
  type Principal,
  principalOf,
  FairScheduler,
} from "../../../src/server/quotas/fair-scheduler.ts";

const ANN = 1;
const BEN = 2;

let shares: FairScheduler;
let begun: string[];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
  shares = new FairScheduler(() => performance.now());
  begun = [];
});
afterEach(() => {
  vi.useRealTimers();
});

/** Takes up so many requests of half a millisecond at once, and notes their names as they begin. */
async function ask(principal: Principal, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    void shares.take(principal, 0.5).then(() => begun.push(`${JSON.stringify(principal)} ${i}`));
  await vi.advanceTimersByTimeAsync(0);
}

describe("shares of the event loop's time", () => {
  it("§7 whoever sends a thousand requests gets a tenth of it, in order, and everybody else is begun at once", async () => {
    await ask(ANN, 1_000);
    expect(begun).toEqual(["1 0", "1 1"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(begun.length).toBeGreaterThan(95);
    expect(begun.length).toBeLessThan(105);
    expect(begun).toEqual(begun.map((_, i) => `1 ${i}`));
    await ask(BEN, 2);
    expect(begun.slice(-2)).toEqual(["2 0", "2 1"]);
    await vi.advanceTimersByTimeAsync(4_600);
    expect(begun).toHaveLength(1_002);
  });

  it("§7 who asks to wait is never called before that returns, also where there is something left by then", async () => {
    const called = vi.fn<() => void>();
    shares.wait(ANN, called);
    expect(called).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(called).toHaveBeenCalledOnce();
  });

  it("§7 nobody waits for more than 1.5 s for what went before, however long it took", async () => {
    await ask(BEN, 1);
    shares.charge(ANN, 5_000);
    await ask(ANN, 1);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(begun).toEqual(["2 0"]);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toEqual(["2 0", "1 0"]);
  });

  it("§7 whoever has been alone for a second has all of it, until somebody else comes", async () => {
    await ask(ANN, 300);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun.length).toBeLessThan(220);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toHaveLength(300);
    await ask(ANN, 1_000);
    expect(begun).toHaveLength(1_300);
    await ask(BEN, 1);
    await ask(ANN, 1_000);
    expect(begun.length).toBeLessThan(1_305);
    // What they had while they were alone they need not wait for.
    await vi.advanceTimersByTimeAsync(100);
    expect(begun.length).toBeGreaterThan(1_315);
    // Nor are those alone beside whom a service asks, which has no limit itself.
    for (let i = 0; i < 20; i += 1) {
      await ask(null, 1);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(begun.length).toBeLessThan(1_800);
  });

  it("what took long is waited for ten times as long", async () => {
    shares.charge(ANN, 20);
    expect([shares.hasBudget(ANN), shares.hasBudget(BEN)]).toEqual([false, true]);
    await ask(ANN, 1);
    await vi.advanceTimersByTimeAsync(180);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(20);
    expect(begun).toEqual(["1 0"]);
  });

  it("§7 whatever was done before, nobody waits longer than 1.5 s for it", async () => {
    for (const principal of [ANN, "anonymous"] as const) {
      begun = [];
      // One dear operation, or a minute of refusals.
      shares.charge(principal, principal === ANN ? 5_000 : 1);
      for (let i = 0; i < 60_000; i += 1) shares.charge(principal, 1);
      await ask(principal, 1);
      await vi.advanceTimersByTimeAsync(MAX_DEBT_MS * 10 - 50);
      expect(begun).toEqual([]);
      await vi.advanceTimersByTimeAsync(50);
      expect(begun).toHaveLength(1);
      expect(MAX_DEBT_MS * 10).toBeLessThanOrEqual(1_500);
    }
  });

  it("§7 strangers who fill all accounts that they share keep no user from waiting, nor do other users who ask too much", async () => {
    const refused: string[] = [];
    const ask = async (principal: Principal, count: number) => {
      for (let i = 0; i < count; i += 1)
        void shares
          .take(principal, 0.5)
          .catch((error: { code: string }) => refused.push(`${String(principal)} ${error.code}`));
      await vi.advanceTimersByTimeAsync(0);
    };
    for (const principal of ["anonymous", "page", "probe"] as const) await ask(principal, MAX_WAITING_SHARED + 12);
    expect(new Set(refused.splice(0))).toEqual(
      new Set(["anonymous RATE_LIMITED", "page RATE_LIMITED", "probe RATE_LIMITED"]),
    );
    for (const user of [ANN, BEN, 3]) await ask(user, MAX_WAITING);
    expect(refused).toEqual([]);
    await ask(4, 12);
    expect(refused).toEqual([]);
    await ask(4, 2);
    expect(refused).toEqual(["4 RATE_LIMITED", "4 RATE_LIMITED"]);
    // Who has waited makes whiteboard again.
    await vi.advanceTimersByTimeAsync(6_000);
    await ask(4, 100);
    expect(refused).toHaveLength(2);
  });

  it("a page that asks for ten things at once waits for none of them longer than anybody notices", async () => {
    await ask(ANN, 10);
    await vi.advanceTimersByTimeAsync(50);
    expect(begun).toHaveLength(10);
  });

  it("§7 services have no limit, and all who are unknown share one account", async () => {
    await ask(null, 100);
    expect(begun).toHaveLength(100);
    const viewer = { id: 7, name: null, expiresAt: 0 };
    expect(principalOf({ ...viewer, roles: new Set(["service", "tutor"]) })).toBeNull();
    expect(principalOf({ ...viewer, roles: new Set(["tutor"]) })).toBe(7);
    expect(principalOf(null)).toBe("anonymous");
    shares.charge(principalOf(null), 5);
    expect([shares.hasBudget("anonymous"), shares.hasBudget("page"), shares.hasBudget("probe")]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("whoever is alone but for probes still is", async () => {
    for (let i = 0; i < 20; i += 1) {
      shares.charge(ANN, 0.5);
      await ask("probe", 1);
      await vi.advanceTimersByTimeAsync(100);
    }
    begun = [];
    await ask(ANN, 100);
    expect(begun).toHaveLength(100);
  });

  it("§7 so many wait of one account, and of all; what comes on top is RATE_LIMITED, and who need not wait never is", async () => {
    const codes: string[] = [];
    const more = (principal: Principal, count: number) => {
      for (let i = 0; i < count; i += 1)
        shares.take(principal, 0.5).then(
          () => begun.push(String(principal)),
          (error: { code: string }) => codes.push(`${String(principal)} ${error.code}`),
        );
      return vi.advanceTimersByTimeAsync(0);
    };
    await more(ANN, MAX_WAITING + 12);
    expect(codes).toEqual(Array(10).fill("1 RATE_LIMITED"));
    await more(BEN, MAX_WAITING + 2);
    await more(5, MAX_WAITING + 2);
    expect(codes).toHaveLength(10);
    await more(3, 13);
    expect(codes.slice(10)).toEqual(["3 RATE_LIMITED"]);
    begun = [];
    await more(4, 1);
    expect(begun).toEqual(["4"]);
    // What waited goes on, and others may wait then.
    await vi.advanceTimersByTimeAsync(100);
    await more(3, 5);
    expect(codes).toHaveLength(11);
  });

  it("§7 of many who wait one goes on in each turn of the event loop, whoever has waited longest", async () => {
    vi.useRealTimers();
    const real = new FairScheduler(() => performance.now());
    const people = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    for (const person of people) real.charge(person, 1.5);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const gone: { person: number; turn: number }[] = [];
    let turn = 0;
    const count = () => {
      turn += 1;
      if (gone.length < 18) setImmediate(count);
    };
    setImmediate(count);
    for (const person of [...people, ...people]) real.wait(person, () => gone.push({ person, turn }));
    while (gone.length < 18) await new Promise((resolve) => setImmediate(resolve));
    expect(gone.map(({ person }) => person)).toEqual([...people, ...people]);
    expect(new Set(gone.map((each) => each.turn)).size).toBe(18);
  });

  it("nothing is left to do once nobody waits", async () => {
    await ask(ANN, 20);
    await vi.advanceTimersByTimeAsync(150);
    expect(begun).toHaveLength(20);
    expect(vi.getTimerCount()).toBe(0);
  });
});
