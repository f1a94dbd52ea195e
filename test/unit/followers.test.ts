import { describe, expect, it } from "vitest";
import { MemoryBus } from "../../src/events/memory-bus.ts";
import type { Mailbox } from "../../src/services/mailbox.ts";
import type { PresenceState } from "../../src/services/presence-state.ts";
import { Boards } from "../support/followers.ts";
import { quiet } from "../support/promises.ts";

/** What a reader has got by now: version and event. */
async function got(states: Mailbox<PresenceState>): Promise<string[]> {
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
    const boards = new Boards(new MemoryBus());
    const states = await boards.follow(1);
    boards.change(1);
    await boards.followers.refresh();
    await boards.followers.refresh();
    expect(await got(states)).toEqual(["0 SNAPSHOT", "1 SNAPSHOT"]);
    expect(boards.reads).toEqual([[1]]);
  });

  it("P14 get a change that was on its way at the first refresh as that change", async () => {
    const bus = new MemoryBus();
    const boards = new Boards(bus);
    const states = await boards.follow(1);
    const change = boards.change(1);
    await boards.followers.refresh();
    bus.publish(change);
    await boards.followers.refresh();
    expect(await got(states)).toEqual(["0 SNAPSHOT", "1 CONNECTED"]);
    expect(boards.reads).toEqual([]);
  });

  it("P14 are told at once when it is known that changes were lost, and only those that missed something", async () => {
    const bus = new MemoryBus();
    const boards = new Boards(bus);
    const [missed, told] = [await boards.follow(1), await boards.follow(2)];
    boards.change(1);
    bus.publish(boards.change(2));
    await boards.followers.recover();
    expect(await got(missed)).toEqual(["0 SNAPSHOT", "1 SNAPSHOT"]);
    expect(await got(told)).toEqual(["0 SNAPSHOT", "1 CONNECTED"]);
    expect(boards.reads).toEqual([[1]]);
  });

  it("P14 are told too when they were still reading as it became known", async () => {
    const boards = new Boards(new MemoryBus());
    const states = await boards.follow(1, async () => {
      boards.change(1);
      await boards.followers.recover();
    });
    expect((await got(states)).at(-1)).toBe("1 SNAPSHOT");
  });

  it("P11 start over when the ledger has lost what they were told, and not before that is sure", async () => {
    const boards = new Boards(new MemoryBus());
    boards.change(1);
    boards.change(1);
    const states = await boards.follow(1);
    await boards.followers.refresh();
    boards.lose(1, 1);
    await boards.followers.refresh();
    expect(boards.followers.size).toBe(1);
    await boards.followers.refresh();
    await states.next();
    await expect(states.next()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(boards.followers.size).toBe(0);
  });

  it("P11 leave nothing behind", async () => {
    const boards = new Boards(new MemoryBus());
    const [one, two] = [await boards.follow(1), await boards.follow(1)];
    expect(boards.followers.size).toBe(2);
    await one.return();
    await two.return();
    expect(boards.followers.size).toBe(0);
    boards.change(1);
    await boards.followers.recover();
    expect(boards.reads).toEqual([]);
  });

  it("read many whiteboard sessions in few statements", async () => {
    const boards = new Boards(new MemoryBus());
    for (let board = 1; board <= 250; board += 1) {
      await boards.follow(board);
      boards.change(board);
    }
    await boards.followers.recover();
    expect(boards.reads.map((ids) => ids.length)).toEqual([100, 100, 50]);
  });
});
