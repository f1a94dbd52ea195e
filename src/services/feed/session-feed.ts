import { type Actor, mayKnowAll } from "../../domain/access.ts";
import { heard, RollcallError } from "../../domain/errors.ts";
import type { Access, AccessStore } from "../shared/access.ts";
import { SubscriberIndex, type SessionsChanged, type FeedSubscriber } from "./subscriber-index.ts";
import { type FilterInput, parseFilter } from "../sessions/list-sessions.ts";
import { ConflatingQueue } from "../shared/conflating-queue.ts";
import type { ChangeBus, ChangedSession, Clock, Log, StoreTrouble } from "../shared/ports.ts";
import type { SessionHead, SessionStore } from "../sessions/session-store.ts";
import { FeedDispatcher } from "./feed-dispatcher.ts";
import { createBatcher } from "../shared/batcher.ts";

/** People whose children one statement asks for. */
const PEOPLE_BATCH_SIZE = 500;
/** Sessions that a viewer may be behind. With more it is cheaper to begin anew. */
const MAX_SESSIONS_BEHIND = 10_000;
/** What lines have lost is looked for among the sessions that start within a day: whatever "today" means somewhere. */
const LOOK_AROUND_MS = 24 * 3_600_000;
/** Sessions that one statement asks for, where many have changed unheard. */
const SESSION_HEADS_BATCH_SIZE = 5_000;

/**
 * Who follows all of their sessions in this process. As with presence the bus makes it quick, and a regular look at the
 * database makes it right.
 */
export class SessionFeed {
  readonly #audience = new SubscriberIndex();
  readonly #teller: FeedDispatcher;
  readonly #bus: ChangeBus;
  readonly #store: Pick<SessionStore, "heads" | "versionsBetween">;
  readonly #childrenOf: (parentId: number) => Promise<ReadonlySet<number>>;
  readonly #clock: Clock;
  /** How many follow, or are about to; and what they wait for before they do. */
  #following = 0;
  #opened: Promise<() => void> | null = null;
  /** The version of each session that all whom it concerns have been told, or are about to be. */
  #known = new Map<number, number>();
  /** The greatest id of a session at the look before the last, and at the last. */
  #newest: readonly [number, number] | null = null;

  constructor(deps: {
    bus: ChangeBus;
    store: Pick<SessionStore, "heads" | "versionsBetween" | "byIds">;
    access: Pick<Access, "revoked">;
    people: Pick<AccessStore, "children">;
    clock: Clock;
    log: Log;
    troubleOf: (error: unknown) => StoreTrouble;
  }) {
    this.#bus = deps.bus;
    this.#store = deps.store;
    this.#childrenOf = createBatcher((ids: readonly number[]) => deps.people.children(ids), PEOPLE_BATCH_SIZE);
    this.#clock = deps.clock;
    this.#teller = new FeedDispatcher({ ...deps, learn: (heads, told) => this.#learn(heads, told) });
  }

  /** How many viewers follow. */
  get size(): number {
    return this.#audience.size;
  }

  /** An empty event once nothing is missed any more; then what changes of the sessions that the actor may know of. */
  async follow(actor: Actor, input: FilterInput): Promise<ConflatingQueue<SessionsChanged>> {
    const filter = parseFilter(input);
    this.#following += 1;
    try {
      await (this.#opened ??= this.#open());
      const children = await this.#children(actor);
      const leave = () => {
        this.#audience.remove(viewer);
        this.#teller.forget(viewer);
        this.#left();
      };
      const mailbox = new ConflatingQueue<SessionsChanged>(leave, undefined, () => this.#teller.wake());
      const viewer: FeedSubscriber = { actor, filter, mailbox, children, changed: new Set() };
      this.#audience.add(viewer);
      askAnew(viewer);
      return mailbox;
    } catch (error) {
      this.#left();
      throw error;
    }
  }

  /** Tells what lines have lost, and follows the children that somebody has got. */
  async refresh(): Promise<void> {
    if (this.#audience.size === 0) return;
    await this.#review();
    await this.#look();
    this.#teller.wake();
  }

  /** Changes were lost, and nobody knows which. */
  recover(): void {
    for (const viewer of this.#audience) askAnew(viewer);
  }

  /** Listens, and learns what is. Where it fails the next who comes tries again. */
  async #open(): Promise<() => void> {
    try {
      const detach = await this.#bus.listen((changed) => this.#note(changed));
      await this.#look().catch((error: unknown) => {
        detach();
        throw error;
      });
      return detach;
    } catch (error) {
      this.#opened = null;
      throw error;
    }
  }

  #left(): void {
    this.#following -= 1;
    if (this.#following > 0) return;
    // Where it could not be opened, those who wanted to follow have had the error.
    void this.#opened?.then((detach) => detach(), heard);
    this.#opened = null;
    this.#known.clear();
    this.#newest = null;
  }

  async #children(actor: Actor): Promise<ReadonlySet<number>> {
    return mayKnowAll(actor) ? new Set() : this.#childrenOf(actor.id);
  }

  async #review(): Promise<void> {
    const review = async (viewer: FeedSubscriber) => {
      const children = await this.#children(viewer.actor);
      if (!this.#audience.has(viewer)) return;
      const came = [...children].some((child) => !viewer.children.has(child));
      this.#audience.remove(viewer);
      viewer.children = children;
      this.#audience.add(viewer);
      if (came) askAnew(viewer);
    };
    await Promise.all([...this.#audience].map(review));
  }

  /** Notes what has changed without that anybody here was told. */
  async #look(): Promise<void> {
    const now = this.#clock.now();
    const { byId, newest } = await this.#store.versionsBetween(now - LOOK_AROUND_MS, now + LOOK_AROUND_MS);
    // Not those that time has brought near. A look late: of two that are scheduled at once the later one may show first.
    const [newestBefore, newestLast] = this.#newest ?? [newest, newest];
    const news = [...byId].filter(
      ([id, version]) => (this.#known.get(id) ?? (id > newestBefore ? -1 : version)) !== version,
    );
    for (let from = 0; from < news.length; from += SESSION_HEADS_BATCH_SIZE) {
      this.#note(await this.#store.heads(news.slice(from, from + SESSION_HEADS_BATCH_SIZE).map(([id]) => id)));
    }
    this.#known = byId;
    this.#newest = [newestLast, newest];
  }

  /** What some are told now is news for the others too where no line has told it. */
  #learn(heads: readonly SessionHead[], told: ReadonlyMap<FeedSubscriber, readonly number[]>): void {
    const news = heads.filter(({ id, version }) => (this.#known.get(id) ?? version) !== version);
    for (const { id, version } of heads) this.#known.set(id, version);
    this.#note(news, told);
  }

  #note(changed: readonly ChangedSession[], told: ReadonlyMap<FeedSubscriber, readonly number[]> = new Map()): void {
    for (const session of changed) {
      for (const viewer of this.#audience.of(session)) {
        if (told.get(viewer)?.includes(session.id) !== true) this.#teller.note(viewer, session.id);
        if (viewer.changed.size > MAX_SESSIONS_BEHIND) giveUp(viewer);
      }
    }
    this.#teller.wake();
  }
}

function askAnew({ mailbox }: FeedSubscriber): void {
  // Of its own for each: what comes of an event is kept as long as the event.
  mailbox.push({ sessions: [] });
}

function giveUp({ changed, mailbox }: FeedSubscriber): void {
  changed.clear();
  mailbox.finish({ error: new RollcallError("UNAVAILABLE", "This subscription is too far behind. Subscribe again.") });
}
