import { describe, expect, it } from "vitest";
import { MemoryBus } from "../../../src/events/memory-bus.ts";
import type { ConflatingQueue } from "../../../src/services/shared/conflating-queue.ts";
import type { PresenceState } from "../../../src/services/presence/presence-state.ts";
import { Whiteboards } from "../../support/followers.ts";
import { quiet } from "../../support/promises.ts";

/** What a reader has got by now: version and event. */
async function got(states: ConflatingQueue<PresenceState>): Promise<string[]> {
  const read: string[] = [];
  let reading = true;
  void (async () => {
    while (reading) {
      const { value } = await states.next();
      if (value !== undefined) read.push(`${value.version} ${value.event}`);
    }
  })();
  await quiet();
  reading = false;
  return read;
}

describe("followers", () => {
  it("P14 learn at the second refresh what nobody told them", async () => {
    const whiteboards = new Whiteboards(new MemoryBus());
    const states = await whiteboards.follow(1);
    whiteboards.change(1);
    await whiteboards.followers.refresh();
    await whiteboards.followers.refresh();
    expect(await got(states)).toEqual(["0 SNAPSHOT", "1 SNAPSHOT"]);
    expect(whiteboards.reads).toEqual([[1]]);
  });

  it("P14 get a change that was on its way at the first refresh as that change", async () => {
    const bus = new MemoryBus();
    const whiteboards = new Whiteboards(bus);
    const states = await whiteboards.follow(1);
    const change = whiteboards.change(1);
    await whiteboards.followers.refresh();
    bus.publish(change);
    await whiteboards.followers.refresh();
    expect(await got(states)).toEqual(["0 SNAPSHOT", "1 CONNECTED"]);
    expect(whiteboards.reads).toEqual([]);
  });

  it("P14 are told at once when it is known that changes were lost, and only those that missed something", async () => {
    const bus = new MemoryBus();
    const whiteboards = new Whiteboards(bus);
    const [missed, told] = [await whiteboards.follow(1), await whiteboards.follow(2)];
    whiteboards.change(1);
    bus.publish(whiteboards.change(2));
    await whiteboards.followers.recover();
    expect(await got(missed)).toEqual(["0 SNAPSHOT", "1 SNAPSHOT"]);
    expect(await got(told)).toEqual(["0 SNAPSHOT", "1 CONNECTED"]);
    expect(whiteboards.reads).toEqual([[1]]);
  });

  it("P14 are told too when they were still reading as it became known", async () => {
    const whiteboards = new Whiteboards(new MemoryBus());
    const states = await whiteboards.follow(1, async () => {
      whiteboards.change(1);
      await whiteboards.followers.recover();
    });
    expect((await got(states)).at(-1)).toBe("1 SNAPSHOT");
  });

  it("P11 start over when the ledger has lost what they were told, and not before that is sure", async () => {
    const whiteboards = new Whiteboards(new MemoryBus());
    whiteboards.change(1);
    whiteboards.change(1);
    const states = await whiteboards.follow(1);
    await whiteboards.followers.refresh();
    whiteboards.lose(1, 1);
    await whiteboards.followers.refresh();
    expect(whiteboards.followers.size).toBe(1);
    await whiteboards.followers.refresh();
    await states.next();
    await expect(states.next()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(whiteboards.followers.size).toBe(0);
  });

  it("P11 leave nothing behind", async () => {
    const whiteboards = new Whiteboards(new MemoryBus());
    const [one, two] = [await whiteboards.follow(1), await whiteboards.follow(1)];
    expect(whiteboards.followers.size).toBe(2);
    await one.return();
    await two.return();
    expect(whiteboards.followers.size).toBe(0);
    whiteboards.change(1);
    await whiteboards.followers.recover();
    expect(whiteboards.reads).toEqual([]);
  });

  it("read many whiteboard sessions in few statements", async () => {
    const whiteboards = new Whiteboards(new MemoryBus());
    for (let whiteboard = 1; whiteboard <= 250; whiteboard += 1) {
      await whiteboards.follow(whiteboard);
      whiteboards.change(whiteboard);
    }
    await whiteboards.followers.recover();
    expect(whiteboards.reads.map((ids) => ids.length)).toEqual([100, 100, 50]);
  });
});
