import { Mailbox } from "./mailbox.ts";
import type { Clock, LedgerStore, PresenceBus } from "./ports.ts";
import type { PresenceState } from "./presence-state.ts";
import { Sequence } from "./sequence.ts";

/** Whiteboard sessions that one statement asks for: of their versions, of all that presence is derived from. */
const VERSIONS_AT_ONCE = 5_000;
const STATES_AT_ONCE = 100;

/**
 * Who follows which whiteboard session in this process. The bus makes them quick, the ledger makes them right: a bus
 * forgets what it carried while a line was down, and a process may die between its commit and its publishing.
 */
export class Followers {
  readonly #boards = new Map<number, Set<Sequence>>();
  /** Whiteboard sessions whose followers were behind the ledger at the last refresh, each with its version then. */
  #behind: ReadonlyMap<number, number> = new Map();
  readonly #bus: PresenceBus;
  readonly #store: Pick<LedgerStore, "versions">;
  readonly #read: (boardIds: readonly number[]) => Promise<PresenceState[]>;
  readonly #clock: Pick<Clock, "every">;

  /** @param deps.read the states of those whiteboard sessions now; those that do not exist are left out */
  constructor(deps: {
    bus: PresenceBus;
    store: Pick<LedgerStore, "versions">;
    read: (boardIds: readonly number[]) => Promise<PresenceState[]>;
    clock: Pick<Clock, "every">;
  }) {
    this.#bus = deps.bus;
    this.#store = deps.store;
    this.#read = deps.read;
    this.#clock = deps.clock;
  }

  /** How many readers follow. */
  get size(): number {
    return [...this.#boards.values()].reduce((sum, sequences) => sum + sequences.size, 0);
  }

  /**
   * Listens first and reads then, so that no change can fall between the state and the changes: what came while reading
   * and is not in the state read follows it, in order, and nothing comes twice. `left` is called once, when the reader
   * leaves or has had the last value.
   */
  async follow(
    boardId: number,
    read: () => Promise<PresenceState>,
    left: () => void = () => undefined,
  ): Promise<Mailbox<PresenceState>> {
    const sequence = new Sequence(this.#clock, (state) => mailbox.push(state));
    const detach = await this.#bus.subscribe(boardId, (state) => sequence.offer(state));
    const leave = () => {
      detach();
      sequence.end();
      this.#remove(boardId, sequence);
    };
    const mailbox = new Mailbox<PresenceState>(() => {
      leave();
      left();
    });
    try {
      sequence.catchUp(await read());
    } catch (error) {
      leave();
      throw error;
    }
    const others = this.#boards.get(boardId);
    if (others === undefined) this.#boards.set(boardId, new Set([sequence]));
    else others.add(sequence);
    return mailbox;
  }

  /**
   * Tells the followers what they missed. Behind once may mean that a change is on its way to them: those are told that
   * were behind the last time, and still are.
   */
  async refresh(): Promise<void> {
    const before = this.#behind;
    this.#behind = await this.#lagging();
    await this.#tell([...before].filter(([id, version]) => this.#newest(id) < version).map(([id]) => id));
  }

  /** The same at once, when it is known that changes were lost. */
  async recover(): Promise<void> {
    await this.#tell([...(await this.#lagging()).keys()]);
  }

  async #lagging(): Promise<Map<number, number>> {
    const versions = new Map<number, number>();
    for (const ids of inParts([...this.#boards.keys()], VERSIONS_AT_ONCE)) {
      for (const { id, version } of await this.#store.versions(ids)) {
        if (version > this.#newest(id)) versions.set(id, version);
      }
    }
    return versions;
  }

  async #tell(boardIds: readonly number[]): Promise<void> {
    for (const ids of inParts(boardIds, STATES_AT_ONCE)) {
      for (const state of await this.#read(ids)) {
        this.#boards.get(state.whiteboardSessionId)?.forEach((sequence) => sequence.catchUp(state));
      }
    }
  }

  /** What the slowest of its followers has had. */
  #newest(boardId: number): number {
    return Math.min(...[...(this.#boards.get(boardId) ?? [])].map((sequence) => sequence.newest));
  }

  #remove(boardId: number, sequence: Sequence): void {
    const sequences = this.#boards.get(boardId);
    sequences?.delete(sequence);
    if (sequences?.size === 0) this.#boards.delete(boardId);
  }
}

function* inParts<T>(values: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
}
