import type { Guest } from "../../src/services/access.ts";
import { Followers } from "../../src/services/followers.ts";
import type { Mailbox } from "../../src/services/mailbox.ts";
import type { PresenceBus } from "../../src/services/ports.ts";
import type { PresenceState } from "../../src/services/presence-state.ts";
import { FakeClock } from "./clock.ts";
import { stateNo } from "./presence-states.ts";

const anybody: Guest = { actor: { id: 1, roles: new Set() }, admits: () => true };

/** Boards in memory, as many as a test asks for: the ledger that followers look at. */
export class Boards {
  readonly clock = new FakeClock("2026-03-02T15:00:00Z");
  readonly followers: Followers;
  readonly #versions = new Map<number, number>();
  /** The whiteboard sessions that were read, one entry for each statement. */
  readonly reads: (readonly number[])[] = [];

  constructor(bus: PresenceBus) {
    this.followers = new Followers({
      bus,
      clock: this.clock,
      store: {
        heads: async (ids) => ids.map((id) => ({ id, version: this.version(id), tutorId: 1, studentId: 2 })),
      },
      access: { unwelcome: async () => [] },
      read: async (ids) => {
        this.reads.push(ids);
        return ids.map((id) => stateNo(this.version(id), "SNAPSHOT", id));
      },
    });
  }

  version(board: number): number {
    return this.#versions.get(board) ?? 0;
  }

  /** Commits a change and answers with what is to be published. */
  change(board: number): PresenceState {
    this.#versions.set(board, this.version(board) + 1);
    return stateNo(this.version(board), "CONNECTED", board);
  }

  /** The last changes are gone, as where a standby takes over that had not got them. */
  lose(board: number, changes: number): void {
    this.#versions.set(board, this.version(board) - changes);
  }

  /** @param meanwhile happens while the first state is on its way */
  follow(board: number, meanwhile: () => Promise<void> = async () => undefined): Promise<Mailbox<PresenceState>> {
    return this.followers.follow(board, anybody, async () => {
      const state = stateNo(this.version(board), "SNAPSHOT", board);
      await meanwhile();
      return state;
    });
  }
}

export function follow(
  bus: PresenceBus,
  boardId: number,
  read: () => Promise<PresenceState>,
  left?: () => void,
): Promise<Mailbox<PresenceState>> {
  return new Boards(bus).followers.follow(boardId, anybody, read, left);
}
