import type { Subscriber } from "../../src/services/shared/access.ts";
import { PresenceSubscriptions } from "../../src/services/presence/presence-subscriptions.ts";
import type { ConflatingQueue } from "../../src/services/shared/conflating-queue.ts";
import type { PresenceBus } from "../../src/services/shared/ports.ts";
import type { PresenceState } from "../../src/services/presence/presence-state.ts";
import { FakeClock } from "./clock.ts";
import { stateNo } from "./presence-states.ts";

const anybody: Subscriber = { actor: { id: 1, roles: new Set() }, mayReceive: () => true };

/** Whiteboards in memory, as many as a test asks for: the ledger that followers look at. */
export class Whiteboards {
  readonly clock = new FakeClock("2026-03-02T15:00:00Z");
  readonly followers: PresenceSubscriptions;
  readonly #versions = new Map<number, number>();
  /** The whiteboard sessions that were read, one entry for each statement. */
  readonly reads: (readonly number[])[] = [];

  constructor(bus: PresenceBus) {
    this.followers = new PresenceSubscriptions({
      bus,
      clock: this.clock,
      store: {
        heads: async (ids) => ids.map((id) => ({ id, version: this.version(id), tutorId: 1, studentId: 2 })),
      },
      access: { revoked: async () => [] },
      read: async (ids) => {
        this.reads.push(ids);
        return ids.map((id) => stateNo(this.version(id), "SNAPSHOT", id));
      },
    });
  }

  version(whiteboard: number): number {
    return this.#versions.get(whiteboard) ?? 0;
  }

  /** Commits a change and answers with what is to be published. */
  change(whiteboard: number): PresenceState {
    this.#versions.set(whiteboard, this.version(whiteboard) + 1);
    return stateNo(this.version(whiteboard), "CONNECTED", whiteboard);
  }

  /** The last changes are gone, as where a standby takes over that had not got them. */
  lose(whiteboard: number, changes: number): void {
    this.#versions.set(whiteboard, this.version(whiteboard) - changes);
  }

  /** @param meanwhile happens while the first state is on its way */
  follow(
    whiteboard: number,
    meanwhile: () => Promise<void> = async () => undefined,
  ): Promise<ConflatingQueue<PresenceState>> {
    return this.followers.follow(whiteboard, anybody, async () => {
      const state = stateNo(this.version(whiteboard), "SNAPSHOT", whiteboard);
      await meanwhile();
      return state;
    });
  }
}

export function follow(
  bus: PresenceBus,
  whiteboardId: number,
  read: () => Promise<PresenceState>,
  left?: () => void,
): Promise<ConflatingQueue<PresenceState>> {
  return new Whiteboards(bus).followers.follow(whiteboardId, anybody, read, left);
}
