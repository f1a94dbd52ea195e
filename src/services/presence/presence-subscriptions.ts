import { RollcallError } from "../../domain/errors.ts";
import type { Access, Subscriber } from "../shared/access.ts";
import { ConflatingQueue } from "../shared/conflating-queue.ts";
import type { Clock, Head, LedgerStore, PresenceBus } from "../shared/ports.ts";
import type { PresenceState } from "./presence-state.ts";
import { Resequencer } from "../shared/resequencer.ts";

/** Whiteboard sessions that one statement asks for: of their heads, of all that presence is derived from. */
const HEADS_BATCH_SIZE = 1_000;
const STATES_BATCH_SIZE = 100;

interface Follower extends Subscriber {
  readonly whiteboardId: number;
  readonly sequence: Resequencer;
  readonly mailbox: ConflatingQueue<PresenceState>;
}

/**
 * Who follows which whiteboard session in this process. The bus makes them quick, the ledger makes them right: a bus
 * forgets what it carried while a line was down, a process may die between its commit and its publishing, and a parent
 * may be none any more.
 */
export class PresenceSubscriptions {
  readonly #whiteboards = new Map<number, Set<Follower>>();
  /** Whiteboard sessions whose followers were behind the ledger at the last refresh, each with its version then. */
  #behind: ReadonlyMap<number, number> = new Map();
  /** Followers who were ahead of the ledger at the last refresh. */
  #ahead: ReadonlySet<Follower> = new Set();
  readonly #bus: PresenceBus;
  readonly #store: Pick<LedgerStore, "heads">;
  readonly #access: Pick<Access, "revoked">;
  readonly #read: (whiteboardIds: readonly number[]) => Promise<PresenceState[]>;
  readonly #clock: Pick<Clock, "every">;

  /** @param deps.read the states of those whiteboard sessions now; those that do not exist are left out */
  constructor(deps: {
    bus: PresenceBus;
    store: Pick<LedgerStore, "heads">;
    access: Pick<Access, "revoked">;
    read: (whiteboardIds: readonly number[]) => Promise<PresenceState[]>;
    clock: Pick<Clock, "every">;
  }) {
    this.#bus = deps.bus;
    this.#store = deps.store;
    this.#access = deps.access;
    this.#read = deps.read;
    this.#clock = deps.clock;
  }

  /** How many readers follow. */
  get size(): number {
    return this.#of(this.#whiteboards.keys()).length;
  }

  /**
   * Listens first and reads then, so that no change can fall between the state and the changes: what came while reading
   * and is not in the state read follows it, in order, and nothing comes twice. `left` is called once, when the reader
   * leaves or has had the last value; `view` makes of a state what this reader gets.
   */
  async follow(
    whiteboardId: number,
    guest: Subscriber,
    read: () => Promise<PresenceState>,
    left: () => void = () => undefined,
    view?: (state: PresenceState) => PresenceState,
  ): Promise<ConflatingQueue<PresenceState>> {
    const sequence = new Resequencer(this.#clock, (state) => mailbox.push(state));
    const detach = await this.#bus.subscribe(whiteboardId, (state) => sequence.offer(state));
    const leave = () => {
      detach();
      sequence.end();
      this.#remove(follower);
    };
    const mailbox = new ConflatingQueue<PresenceState>(() => {
      leave();
      left();
    }, view);
    const follower: Follower = { ...guest, whiteboardId, sequence, mailbox };
    // Known before it has read: a bus that recovers meanwhile tells it too.
    const others = this.#whiteboards.get(whiteboardId);
    if (others === undefined) this.#whiteboards.set(whiteboardId, new Set([follower]));
    else others.add(follower);
    try {
      sequence.catchUp(await read());
    } catch (error) {
      leave();
      throw error;
    }
    return mailbox;
  }

  /**
   * Tells the followers what they missed, and ends those who may not follow any more. Behind once may mean that a change
   * is on its way to them: those are told that were behind the last time, and still are.
   */
  async refresh(): Promise<void> {
    const [behindBefore, aheadBefore] = [this.#behind, this.#ahead];
    const behind = new Map<number, number>();
    const ahead = new Set<Follower>();
    // Part by part: looking at 10,000 in one go kept everybody else out for a tenth of a second.
    for (const ids of inParts([...this.#whiteboards.keys()], HEADS_BATCH_SIZE)) {
      const heads = await this.#heads(ids);
      for (const [id, version] of this.#lagging(heads)) behind.set(id, version);
      await this.#tell(ids.filter((id) => this.#newest(id) < (behindBefore.get(id) ?? -1)));
      for (const follower of this.#aheadOf(heads, ids)) {
        ahead.add(follower);
        if (aheadBefore.has(follower)) startOver(follower);
      }
      await this.#review(heads);
    }
    [this.#behind, this.#ahead] = [behind, ahead];
  }

  /** The first at once, when it is known that changes were lost. */
  async recover(): Promise<void> {
    for (const ids of inParts([...this.#whiteboards.keys()], HEADS_BATCH_SIZE)) {
      await this.#tell([...this.#lagging(await this.#heads(ids)).keys()]);
    }
  }

  async #heads(ids: readonly number[]): Promise<Map<number, Head>> {
    return new Map((await this.#store.heads(ids)).map((head) => [head.id, head]));
  }

  #lagging(heads: ReadonlyMap<number, Head>): Map<number, number> {
    const lagging = [...heads.values()].filter(({ id, version }) => version > this.#newest(id));
    return new Map(lagging.map(({ id, version }) => [id, version]));
  }

  async #tell(whiteboardIds: readonly number[]): Promise<void> {
    for (const ids of inParts(whiteboardIds, STATES_BATCH_SIZE)) {
      for (const state of await this.#read(ids)) {
        this.#whiteboards.get(state.whiteboardSessionId)?.forEach(({ sequence }) => sequence.catchUp(state));
      }
    }
  }

  #aheadOf(heads: ReadonlyMap<number, Head>, ids: readonly number[]): Follower[] {
    return this.#of(ids).filter(
      ({ whiteboardId, sequence }) => sequence.newest > (heads.get(whiteboardId)?.version ?? 0),
    );
  }

  async #review(heads: ReadonlyMap<number, Head>): Promise<void> {
    const guests = [...heads.values()].flatMap((session) =>
      this.#of([session.id]).map((guest) => ({ guest, session })),
    );
    // Told as somebody is who comes anew: of what they may not know there is none.
    const error = new RollcallError("NOT_FOUND", "There is no such whiteboard session.");
    for (const { mailbox } of await this.#access.revoked(guests)) mailbox.finish({ error });
  }

  #of(whiteboardIds: Iterable<number>): Follower[] {
    return [...whiteboardIds].flatMap((id) => [...(this.#whiteboards.get(id) ?? [])]);
  }

  /** What the slowest of its followers has had. */
  #newest(whiteboardId: number): number {
    return Math.min(...[...(this.#whiteboards.get(whiteboardId) ?? [])].map(({ sequence }) => sequence.newest));
  }

  #remove(follower: Follower): void {
    const followers = this.#whiteboards.get(follower.whiteboardId);
    followers?.delete(follower);
    if (followers?.size === 0) this.#whiteboards.delete(follower.whiteboardId);
  }
}

/**
 * A ledger that is behind its followers, and was so the last time, has lost what they were told, as where a standby
 * takes over that had not got everything. Versions only grow: they come again, to the state as it is.
 */
function startOver({ mailbox }: Follower): void {
  const error = new RollcallError(
    "UNAVAILABLE",
    "The state that this subscription has told was lost. Subscribe again.",
  );
  mailbox.finish({ error });
}

function* inParts<T>(values: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size);
}
