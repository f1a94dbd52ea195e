import { beforeEach, describe, expect, it } from "vitest";
import { LoopMeter, RequestUsage } from "../../../src/server/quotas/usage-meter.ts";
import { type Principal, FairScheduler } from "../../../src/server/quotas/fair-scheduler.ts";

const task = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that moves when somebody works. */
let now: number;
const work = (milliseconds: number) => void (now += milliseconds);
/** Of the processor, what other threads of the process took. */
let others: number;
const clocks = { processor: () => now + others, steady: () => now };
let charged: [Principal, number][];
let shares: FairScheduler;
let meter: LoopMeter;
beforeEach(() => {
  now = 0;
  charged = [];
  shares = new FairScheduler(() => 0);
  shares.charge = (principal, milliseconds) => void charged.push([principal, milliseconds]);
  others = 0;
  meter = new LoopMeter(clocks, true);
});

const total = (principal: Principal) =>
  charged.filter(([who]) => who === principal).reduce((sum, [, ms]) => sum + ms, 0);
const usage = (principal?: Principal) => new RequestUsage(meter, shares, principal);

describe("what the event loop's time is spent on", () => {
  it("§7 is charged to whom it was spent for, each slice once, however runs are nested", () => {
    const [ann, ben] = [usage(1), usage(2)];
    work(100);
    const answer = ann.run(() => {
      work(3);
      ben.run(() => ann.run(() => work(4)) ?? work(5));
      work(6);
      return "done";
    });
    work(100);
    expect(answer).toBe("done");
    expect([total(1), total(2)]).toEqual([13, 5]);
    expect(() =>
      ann.run(() => {
        work(1);
        throw new Error("failed");
      }),
    ).toThrow("failed");
    expect(total(1)).toBe(14);
  });

  it("§7 what arrives is charged with its reading before and all promises after, until the task of the event loop ends", async () => {
    const [ann, ben] = [usage(1), usage(2)];
    ben.run(() => undefined);
    const arrives = Promise.resolve().then(() => {
      work(7);
      ann.resumed();
      work(8);
    });
    await arrives.then(() => work(9));
    await task();
    work(100);
    ben.run(() => work(1));
    expect([total(1), total(2)]).toEqual([24, 1]);
    // Two in one task: each has what follows.
    await Promise.resolve().then(() => {
      ann.resumed();
      work(2);
      ben.resumed();
      work(3);
    });
    await task();
    expect([total(1) - 24, total(2) - 1]).toEqual([2, 3]);
    // What goes on by itself has nothing to do with what ran before.
    work(100);
    await Promise.resolve().then(() => {
      ann.goesOn();
      work(4);
    });
    await task();
    expect([total(1) - 26, total(2) - 4]).toEqual([4, 0]);
  });

  it("§7 what other threads of the process do meanwhile is charged to nobody", () => {
    const ann = usage(1);
    ann.run(() => {
      work(2);
      others += 50;
    });
    others += 50;
    ann.run(() => work(1));
    expect(total(1)).toBe(3);
  });

  it("§7 an account pays the larger of what was guessed and what was measured", () => {
    const ann = usage(1);
    ann.prepaid(0.5);
    ann.run(() => work(0.25));
    expect(charged).toEqual([]);
    ann.run(() => work(1.25));
    expect(total(1)).toBe(1);
    // Before anybody knows whose it is, it is kept, and belongs to them then.
    const unknown = usage();
    unknown.run(() => work(2));
    expect(total("anonymous")).toBe(0);
    unknown.belongsTo("anonymous");
    expect(total("anonymous")).toBe(2);
  });

  it("what arrives is not measured where the store works on the event loop itself", async () => {
    meter = new LoopMeter(clocks, false);
    const ann = usage(1);
    ann.resumed();
    ann.goesOn();
    work(5);
    await task();
    ann.run(() => work(1));
    expect(total(1)).toBe(1);
  });
});
