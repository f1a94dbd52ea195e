import { mayKnowAll } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import type { Access, Subscriber } from "../shared/access.ts";
import type { SessionsChanged, FeedSubscriber } from "./subscriber-index.ts";
import { MAX_PAGE_SIZE } from "../shared/arguments.ts";
import type { Clock, Log, StoreTrouble } from "../shared/ports.ts";
import type { ShownSession, SessionHead, SessionStore } from "../sessions/session-store.ts";

/** A process reads what has changed at most once in that time, and a viewer has at most one event in it. */
const EVERY_MS = 500;
/** Sessions that one statement reads. */
const SESSIONS_BATCH_SIZE = 500;
/** Events that are handed over in one go. */
const DISPATCH_BATCH_SIZE = 20;

type Taken = ReadonlyMap<FeedSubscriber, readonly number[]>;

/**
 * Tells viewers of the sessions that have changed. Only ids wait: what a viewer is told is read when they take it, so
 * that a slow one gets the newest states, and read once for all who are told at the same time.
 */
export class FeedDispatcher {
  /** Viewers with something to be told. */
  readonly #behind = new Set<FeedSubscriber>();
  readonly #store: Pick<SessionStore, "heads" | "byIds">;
  readonly #access: Pick<Access, "revoked">;
  readonly #clock: Clock;
  readonly #log: Pick<Log, "error">;
  readonly #troubleOf: (error: unknown) => StoreTrouble;
  readonly #learn: (heads: readonly SessionHead[], told: Taken) => void;
  #toldAt = Number.NEGATIVE_INFINITY;
  #telling = false;
  #wait: (() => void) | null = null;

  /** @param deps.learn what is told to some viewers, before they are */
  constructor(deps: {
    store: Pick<SessionStore, "heads" | "byIds">;
    access: Pick<Access, "revoked">;
    clock: Clock;
    log: Pick<Log, "error">;
    troubleOf: (error: unknown) => StoreTrouble;
    learn: (heads: readonly SessionHead[], told: Taken) => void;
  }) {
    this.#store = deps.store;
    this.#access = deps.access;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#troubleOf = deps.troubleOf;
    this.#learn = deps.learn;
  }

  /** Somebody may have left meanwhile, such as during a read that failed: nothing would ever forget them again. */
  note(viewer: FeedSubscriber, sessionId: number): void {
    if (!viewer.mailbox.open) return;
    viewer.changed.add(sessionId);
    this.#behind.add(viewer);
  }

  /** How many viewers have something to be told. */
  get behind(): number {
    return this.#behind.size;
  }

  forget(viewer: FeedSubscriber): void {
    this.#behind.delete(viewer);
    if (this.#behind.size === 0) this.#rest();
  }

  /** Tells now, or as soon as it is time. */
  wake(): void {
    if (this.#telling || this.#wait !== null || !this.#isWanted()) return;
    const left = this.#toldAt + EVERY_MS - this.#clock.monotonic();
    if (left > 0) this.#wait = this.#clock.every(left, () => this.#tell());
    else {
      // After those who follow the presence of that one session, who are told by whoever announces this.
      this.#telling = true;
      setImmediate(() => void this.#tell());
    }
  }

  #isWanted(): boolean {
    for (const { mailbox } of this.#behind) if (mailbox.wanted) return true;
    return false;
  }

  #rest(): void {
    this.#wait?.();
    this.#wait = null;
  }

  async #tell(): Promise<void> {
    this.#rest();
    this.#telling = true;
    this.#toldAt = this.#clock.monotonic();
    const taken = this.#take();
    try {
      const sessions = await this.#read(taken);
      await hand(eventsFor(await this.#allowed(taken, sessions)));
    } catch (error) {
      this.#telling = false;
      if (this.#troubleOf(error) === "fault") return this.#giveUp(taken, error);
      // Tried again after the next look at the database, which says why it fails.
      for (const [viewer, ids] of taken) for (const id of ids) this.note(viewer, id);
      return;
    }
    this.#telling = false;
    this.wake();
  }

  /** A fault would come again with the same sessions, for ever: their viewers learn that their lists are no longer live. */
  #giveUp(taken: Taken, fault: unknown): void {
    this.#log.error({ err: fault, viewers: taken.size }, "changes of sessions could not be told");
    const error = new RollcallError("UNAVAILABLE", "The changes could not be read. Subscribe again.");
    for (const { mailbox } of taken.keys()) mailbox.finish({ error });
    this.wake();
  }

  #take(): Taken {
    const taken = new Map<FeedSubscriber, readonly number[]>();
    for (const viewer of this.#behind) {
      if (!viewer.mailbox.wanted) continue;
      const ids = [...viewer.changed].slice(0, MAX_PAGE_SIZE);
      for (const id of ids) viewer.changed.delete(id);
      if (viewer.changed.size === 0) this.#behind.delete(viewer);
      taken.set(viewer, ids);
    }
    return taken;
  }

  async #read(taken: Taken): Promise<ReadonlyMap<number, ShownSession>> {
    const ids = [...new Set([...taken.values()].flat())];
    const sessions = new Map<number, ShownSession>();
    for (let from = 0; from < ids.length; from += SESSIONS_BATCH_SIZE) {
      const part = ids.slice(from, from + SESSIONS_BATCH_SIZE);
      // The versions first: what is read after them is no older.
      const heads = await this.#store.heads(part);
      for (const session of await this.#store.byIds(part)) sessions.set(session.id, session);
      this.#learn(heads, taken);
    }
    return sessions;
  }

  /** What each may know of by who is tutor, student and parent now. */
  async #allowed(
    taken: Taken,
    sessions: ReadonlyMap<number, ShownSession>,
  ): Promise<Map<FeedSubscriber, ShownSession[]>> {
    const guests = [...taken].flatMap(([viewer, ids]) =>
      ids.flatMap((id) => {
        const session = sessions.get(id);
        return session === undefined ? [] : { session, guest: { ...GUEST, actor: viewer.actor, viewer, session } };
      }),
    );
    const unwelcome = new Set(await this.#access.revoked(guests));
    const allowed = new Map<FeedSubscriber, ShownSession[]>();
    for (const { guest, session } of guests) {
      if (unwelcome.has(guest)) continue;
      const known = allowed.get(guest.viewer);
      if (known === undefined) allowed.set(guest.viewer, [session]);
      else known.push(session);
    }
    return allowed;
  }
}

/** Others get their turn in between: what comes of an event is worked out and sent as soon as it is handed over. */
async function hand(events: ReadonlyMap<FeedSubscriber, SessionsChanged>): Promise<void> {
  let handed = 0;
  for (const [{ mailbox }, event] of events) {
    mailbox.push(event);
    handed += 1;
    if (handed % DISPATCH_BATCH_SIZE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

const GUEST: Pick<Subscriber, "mayReceive"> = { mayReceive: (who) => who.knows };

/** Admins and services see the same of a session: one event is executed once for all of them who are told it. */
function eventsFor(
  allowed: ReadonlyMap<FeedSubscriber, readonly ShownSession[]>,
): Map<FeedSubscriber, SessionsChanged> {
  const shared = new Map<string, SessionsChanged>();
  const events = new Map<FeedSubscriber, SessionsChanged>();
  for (const [viewer, sessions] of allowed) {
    const key = mayKnowAll(viewer.actor) ? sessions.map(({ id }) => id).join() : null;
    const event = (key === null ? undefined : shared.get(key)) ?? { sessions };
    if (key !== null) shared.set(key, event);
    events.set(viewer, event);
  }
  return events;
}
