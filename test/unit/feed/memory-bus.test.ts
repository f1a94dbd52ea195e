import { describe, expect, it } from "vitest";
import { MemoryBus } from "../../../src/events/memory-bus.ts";
import { stateNo } from "../../support/presence-states.ts";

const listener = () => {
  const heard: number[] = [];
  return { heard, hear: ({ version }: { version: number }) => void heard.push(version) };
};

describe("MemoryBus", () => {
  it("P11 tells everybody who listens to a whiteboard session, in order, and nobody else", () => {
    const bus = new MemoryBus();
    const [one, two, other] = [listener(), listener(), listener()];
    bus.subscribe(1, one.hear);
    bus.subscribe(1, two.hear);
    bus.subscribe(2, other.hear);
    for (const version of [1, 2, 3]) bus.publish(stateNo(version));
    bus.publish(stateNo(9, "CONNECTED", 2));
    expect([one.heard, two.heard, other.heard]).toEqual([[1, 2, 3], [1, 2, 3], [9]]);
  });

  it("P11 listens as soon as subscribe returns, and not to what was before", () => {
    const bus = new MemoryBus();
    const { heard, hear } = listener();
    bus.publish(stateNo(1));
    bus.subscribe(1, hear);
    bus.publish(stateNo(2));
    expect(heard).toEqual([2]);
  });

  it("P11 hears nothing from the moment of leaving; the others go on", () => {
    const bus = new MemoryBus();
    const [one, two] = [listener(), listener()];
    const leave = bus.subscribe(1, one.hear);
    bus.subscribe(1, two.hear);
    bus.publish(stateNo(1));
    leave();
    bus.publish(stateNo(2));
    expect([one.heard, two.heard]).toEqual([[1], [1, 2]]);
    expect(bus.topics).toBe(1);
  });

  it("P11 the last to leave takes the topic along; leaving twice takes nobody else's", () => {
    const bus = new MemoryBus();
    const leave = bus.subscribe(1, listener().hear);
    const leaveOther = bus.subscribe(2, listener().hear);
    expect(bus.topics).toBe(2);
    leave();
    leaveOther();
    expect(bus.topics).toBe(0);

    const { heard, hear } = listener();
    bus.subscribe(1, hear);
    leave();
    bus.publish(stateNo(1));
    expect(heard).toEqual([1]);
    expect(bus.topics).toBe(1);
  });

  it("P11 one who leaves in the middle of a change spoils it for nobody", () => {
    const bus = new MemoryBus();
    const { heard, hear } = listener();
    const leave = bus.subscribe(1, () => leave());
    bus.subscribe(1, hear);
    bus.publish(stateNo(1));
    bus.publish(stateNo(2));
    expect(heard).toEqual([1, 2]);
  });
});
