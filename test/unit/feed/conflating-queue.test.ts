import { describe, expect, it, vi } from "vitest";
import { MemoryBus } from "../../../src/events/memory-bus.ts";
import { ConflatingQueue } from "../../../src/services/shared/conflating-queue.ts";
import type { PresenceState } from "../../../src/services/presence/presence-state.ts";
import { stateNo } from "../../support/presence-states.ts";
import { quiet, watched } from "../../support/promises.ts";

const BACKLOG = 16;
const done = { done: true, value: undefined };
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, i) => from + i);

function mailbox() {
  const detach = vi.fn<() => void>();
  return { box: new ConflatingQueue<number>(detach), detach };
}

/** What is there, up to the end. */
async function drain(box: ConflatingQueue<number>): Promise<number[]> {
  const values: number[] = [];
  for await (const value of box) values.push(value);
  return values;
}

describe("values", () => {
  it("P11 a reader who keeps up gets every value in order, waiting for it or not", async () => {
    const { box } = mailbox();
    const got: (number | undefined)[] = [];
    for (const value of numbers(1_000)) {
      if (value % 3 === 0) {
        const waiting = box.next();
        box.push(value);
        got.push((await waiting).value);
      } else {
        box.push(value);
        got.push((await box.next()).value);
      }
    }
    expect(got).toEqual(numbers(1_000));
  });

  it("P11 a reader may lag behind by 16 values and still get them all", async () => {
    const { box } = mailbox();
    for (const value of numbers(BACKLOG)) box.push(value);
    box.finish();
    expect(await drain(box)).toEqual(numbers(BACKLOG));
  });

  it("P11 one who lags further gets the newest, in order, and what went before is let go", async () => {
    const { box } = mailbox();
    for (const value of numbers(BACKLOG + 1)) box.push(value);
    expect(await box.next()).toEqual({ done: false, value: BACKLOG });
    for (const value of numbers(100_000)) box.push(value);
    box.finish();
    const left = await drain(box);
    expect(left.length).toBeLessThanOrEqual(BACKLOG);
    expect(left).toEqual(numbers(left.length, 100_000 - left.length));
  });

  it("P11 every reader has a queue of their own", async () => {
    const [one, other] = [mailbox().box, mailbox().box];
    one.push(1);
    expect(await one.next()).toEqual({ done: false, value: 1 });
    const waiting = watched(other.next());
    await quiet();
    expect(waiting.settled).toBe(false);
  });
});

describe("leaving", () => {
  it("P11 a reader who leaves while waiting is answered and detached at once", async () => {
    const { box, detach } = mailbox();
    const waiting = box.next();
    const left = box.return();
    expect(detach).toHaveBeenCalledTimes(1);
    expect(await left).toEqual(done);
    expect(await waiting).toEqual(done);
  });

  it("P11 one who leaves while nobody is reading is detached at once, and what lay there is gone", async () => {
    const { box, detach } = mailbox();
    box.push(1);
    const left = box.return();
    expect(detach).toHaveBeenCalledTimes(1);
    expect(await left).toEqual(done);
    box.push(2);
    expect(await box.next()).toEqual(done);
  });

  it("P11 leaving a loop, by break or by an error in it, detaches", async () => {
    const [broken, failed] = [mailbox(), mailbox()];
    broken.box.push(1);
    for await (const _ of broken.box) break;
    expect(broken.detach).toHaveBeenCalledTimes(1);
    expect(await failed.box.throw()).toEqual(done);
    expect(failed.detach).toHaveBeenCalledTimes(1);
  });

  it("P11 leaving twice, or after the end, detaches once", async () => {
    const { box, detach } = mailbox();
    box.finish();
    await box.next();
    await box.return();
    await box.return();
    expect(await box.next()).toEqual(done);
    expect(detach).toHaveBeenCalledTimes(1);
  });

  it("P11 a thousand readers who come and leave, waiting or not, leave no listener behind", async () => {
    const bus = new MemoryBus();
    for (const cycle of numbers(1_000)) {
      let leave: () => void = () => undefined;
      const box = new ConflatingQueue<PresenceState>(() => leave());
      leave = bus.subscribe(cycle % 7, (state) => box.push(state));
      if (cycle % 3 === 0) void box.next();
      if (cycle % 3 === 1) bus.publish(stateNo(cycle, "CONNECTED", cycle % 7));
      expect(bus.topics).toBe(1);
      await box.return();
    }
    expect(bus.topics).toBe(0);
  });
});

describe("finish", () => {
  const failure = new Error("the ledger is away");

  it("P11 ends the reader who waits, and detaches", async () => {
    const { box, detach } = mailbox();
    const waiting = box.next();
    box.finish();
    expect(await waiting).toEqual(done);
    expect(detach).toHaveBeenCalledTimes(1);
  });

  it("P11 tells the reader who waits of an error, once", async () => {
    const { box, detach } = mailbox();
    const waiting = box.next();
    box.finish({ error: failure });
    await expect(waiting).rejects.toBe(failure);
    expect(detach).toHaveBeenCalledTimes(1);
    expect(await box.next()).toEqual(done);
  });

  it("P11 a reader who is busy gets what is there first, then the end or the error", async () => {
    const [ends, fails] = [mailbox(), mailbox()];
    for (const { box } of [ends, fails]) box.push(1);
    ends.box.finish();
    fails.box.finish({ error: failure });
    for (const { box, detach } of [ends, fails]) {
      expect(await box.next()).toEqual({ done: false, value: 1 });
      expect(detach).not.toHaveBeenCalled();
    }
    expect(await ends.box.next()).toEqual(done);
    await expect(fails.box.next()).rejects.toBe(failure);
    for (const { box, detach } of [ends, fails]) {
      expect(await box.next()).toEqual(done);
      expect(detach).toHaveBeenCalledTimes(1);
    }
  });

  it("P11 takes no value after it, and the first ending stands", async () => {
    const { box } = mailbox();
    box.finish();
    box.push(1);
    box.finish({ error: failure });
    expect(await box.next()).toEqual(done);
  });

  it("P11 who leaves hears nothing of an error any more", async () => {
    const { box } = mailbox();
    box.finish({ error: failure });
    expect(await box.return()).toEqual(done);
    expect(await box.next()).toEqual(done);
  });

  it("P11 an error that is no Error arrives as one", async () => {
    const { box } = mailbox();
    box.finish({ error: "away" });
    await expect(box.next()).rejects.toEqual(new Error("away"));
  });
});

describe("a view", () => {
  /** Shows values tenfold; 3 is the last. */
  const tenfold = () => {
    const box: ConflatingQueue<number> = new ConflatingQueue<number>(
      () => undefined,
      (value) => {
        if (value === 3) box.finish();
        return value * 10;
      },
    );
    return box;
  };

  it("is what the reader gets, whether they wait for it or not", async () => {
    const box = tenfold();
    box.push(1);
    expect(await box.next()).toEqual({ done: false, value: 10 });
    const waiting = box.next();
    box.push(2);
    expect(await waiting).toEqual({ done: false, value: 20 });
  });

  it.each([true, false])("may end it with the value that it shows (a reader waits: %s)", async (waits) => {
    const box = tenfold();
    const waiting = waits ? box.next() : null;
    box.push(3);
    expect(await (waiting ?? box.next())).toEqual({ done: false, value: 30 });
    expect(await box.next()).toEqual(done);
  });
});
