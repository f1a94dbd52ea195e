import { describe, expect, it, vi } from "vitest";
import { MemoryBus } from "../../../src/events/memory-bus.ts";
import type { ConflatingQueue } from "../../../src/services/shared/conflating-queue.ts";
import type { PresenceState } from "../../../src/services/presence/presence-state.ts";
import { follow } from "../../support/followers.ts";
import { stateNo } from "../../support/presence-states.ts";
import { turns } from "../../support/promises.ts";

/** A whiteboard whose changes are committed first and published then, as the ledger does. */
class Whiteboard {
  readonly bus = new MemoryBus();
  version = 10;

  async change(turnsToPublish = 0): Promise<void> {
    this.version += 1;
    const state = stateNo(this.version);
    await turns(turnsToPublish);
    this.bus.publish(state);
  }
}

async function readUntil(states: ConflatingQueue<PresenceState>, version: number): Promise<PresenceState[]> {
  const read: PresenceState[] = [];
  for await (const state of states) {
    read.push(state);
    if (state.version >= version) return read;
  }
  return read;
}

const CHANGES = 4;

/** A reader comes while the whiteboard changes, every delay in turns of the queue. Answers with the versions that they saw. */
async function race(delays: { read: number; answer: number; between: number; publish: number }): Promise<number[]> {
  const whiteboard = new Whiteboard();
  const changing = (async () => {
    for (let i = 0; i < CHANGES; i += 1) {
      await turns(delays.between);
      await whiteboard.change(delays.publish);
    }
  })();
  const states = await follow(whiteboard.bus, 1, async () => {
    await turns(delays.read);
    const state = stateNo(whiteboard.version, "SNAPSHOT");
    await turns(delays.answer);
    return state;
  });
  const read = await readUntil(states, 10 + CHANGES);
  await changing;
  await turns(20);
  // What comes after the last version would be a repetition.
  await states.return();
  expect(whiteboard.bus.topics).toBe(0);
  expect(read[0]?.event).toBe("SNAPSHOT");
  return read.map((state) => state.version);
}

describe("follow", () => {
  it("P11 in 1,000 races of the first state against changes none is missed, none repeated, all are in order", async () => {
    const begunAt = new Set<number>();
    for (let read = 0; read < 10; read += 1) {
      for (let answer = 0; answer < 10; answer += 1) {
        for (let between = 0; between < 5; between += 1) {
          for (let publish = 0; publish < 2; publish += 1) {
            const versions = await race({ read, answer, between, publish: publish * 3 });
            const first = versions[0] ?? NaN;
            begunAt.add(first);
            const every = Array.from({ length: 10 + CHANGES - first + 1 }, (_, i) => first + i);
            expect(versions, JSON.stringify({ read, answer, between, publish })).toEqual(every);
          }
        }
      }
    }
    // The races were races: first states from before, amid and after the changes.
    expect([...begunAt].sort()).toEqual([10, 11, 12, 13, 14]);
  });

  it("P11 a change that is published twice, or late, comes once and in its place", async () => {
    const bus = new MemoryBus();
    const states = await follow(bus, 1, async () => stateNo(5, "SNAPSHOT"));
    for (const version of [5, 4, 6, 6, 5, 8, 7, 9]) bus.publish(stateNo(version));
    const versions = (await readUntil(states, 9)).map((state) => state.version);
    expect(versions).toEqual([5, 6, 7, 8, 9]);
  });

  it("P11 a change that overtakes the reading of an older state follows it", async () => {
    const whiteboard = new Whiteboard();
    const states = await follow(whiteboard.bus, 1, async () => {
      const old = stateNo(whiteboard.version, "SNAPSHOT");
      for (let i = 0; i < 3; i += 1) await whiteboard.change();
      return old;
    });
    expect((await readUntil(states, 13)).map((state) => state.version)).toEqual([10, 11, 12, 13]);
  });

  it("P11 an error in the reading detaches and is told; nobody has left, since nobody was let in", async () => {
    const bus = new MemoryBus();
    const left = vi.fn<() => void>();
    const away = new Error("away");
    await expect(follow(bus, 1, () => Promise.reject(away), left)).rejects.toBe(away);
    expect(bus.topics).toBe(0);
    expect(left).not.toHaveBeenCalled();
  });

  it("P11 left is told once, when the reader leaves or has had the last value", async () => {
    const bus = new MemoryBus();
    const left = vi.fn<() => void>();
    const leaves = await follow(bus, 1, async () => stateNo(1, "SNAPSHOT"), left);
    await leaves.return();
    await leaves.return();
    expect(left).toHaveBeenCalledTimes(1);

    const ends = await follow(bus, 1, async () => stateNo(1, "SNAPSHOT"), left);
    ends.finish();
    await ends.next();
    expect(left).toHaveBeenCalledTimes(1);
    expect((await ends.next()).done).toBe(true);
    expect(left).toHaveBeenCalledTimes(2);
    expect(bus.topics).toBe(0);
  });
});
