import { Redis, type RedisOptions } from "ioredis";
import type { ChangeBus, ChangedSession, Log, PresenceBus } from "../services/shared/ports.ts";
import type { PresenceState } from "../services/presence/presence-state.ts";
import { MemoryBus } from "./memory-bus.ts";
import { areChanges, isLost, isPresence, type Lost, readMessage, writeMessage } from "./message.ts";
import { PendingPublishes } from "./pending-publishes.ts";

const MAX_RETRY_MS = 1_000;

const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectionName: "rollcall",
  connectTimeout: 2_000,
  commandTimeout: 1_000,
  // Whatever cannot be said now is out of date later: followers read the ledger when the line is back.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  autoResubscribe: false,
  retryStrategy: (times) => Math.min(times * 50, MAX_RETRY_MS),
};

const PING_EVERY_MS = 1_000;
/** Channels in one SUBSCRIBE after a line was lost. */
const CHANNELS_BATCH_SIZE = 1_000;
/** Of what waited for the line, so much goes out before others get their turn. */
const SEND_BATCH_SIZE = 50;

/**
 * Events between processes, a channel for the presence of each whiteboard session and one for the changes of all
 * sessions: a process receives only what somebody follows here. Those of our own go the short way, through memory.
 * Losing Redis loses no state (P14).
 */
export class RedisBus implements PresenceBus, ChangeBus {
  readonly #self: string;
  readonly #local = new MemoryBus();
  /** Channels somebody here listens to, each with the state of its subscribing. */
  readonly #channels = new Map<string, Promise<unknown>>();
  readonly #publishing = new Set<Promise<unknown>>();
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #prefix: string;
  readonly #log: Log;
  readonly #recovered: () => void;
  readonly #pings: NodeJS.Timeout;
  readonly #pending = new PendingPublishes();
  #up = false;
  #wasAway = false;
  #closed = false;

  /**
   * @param deps.url redis:// or rediss://
   * @param deps.self how our own messages are told from others': one of its own for every bus
   * @param deps.installation tells the channels of installations that share a Redis apart
   * @param deps.recovered called when messages may have been lost, once the line is back
   */
  constructor(deps: { url: string; self: string; installation: string; log: Log; recovered: () => void }) {
    this.#self = deps.self;
    this.#prefix = `rollcall:${deps.installation}:`;
    this.#log = deps.log;
    this.#recovered = deps.recovered;
    this.#publisher = new Redis(deps.url, REDIS_OPTIONS);
    this.#subscriber = new Redis(deps.url, REDIS_OPTIONS);
    for (const redis of [this.#publisher, this.#subscriber]) {
      redis.on("error", (error: Error) => this.#away(error));
      redis.on("close", () => this.#away(new Error("The connection to Redis was closed.")));
      redis.on("ready", () => void this.#ready());
    }
    this.#subscriber.on("message", (channel: string, message: string) => this.#receive(channel, message));
    // A Redis that hangs, or a network that drops packets without a word, shows in nothing but a missing answer.
    this.#pings = setInterval(() => void this.#ping(), PING_EVERY_MS);
    this.#pings.unref();
  }

  get state(): "up" | "away" {
    return this.#up ? "up" : "away";
  }

  /** What somebody listens to. */
  get topics(): number {
    return this.#local.topics;
  }

  /** What is kept until the line is back. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Resolves when it is known whether Redis is there; a server starts without it too. */
  async connect(): Promise<void> {
    await Promise.allSettled([this.#publisher.connect(), this.#subscriber.connect()]);
    if (this.#publisher.status === "ready" && this.#subscriber.status === "ready") await this.#ready();
  }

  publish(state: PresenceState): void {
    this.#local.publish(state);
    this.#tell(state);
  }

  announce(changed: readonly ChangedSession[]): void {
    this.#local.announce(changed);
    this.#tellChanges(changed);
  }

  #tell(state: PresenceState): void {
    this.#send(this.#presence(state.whiteboardSessionId), state, () => this.#pending.keepState(state));
  }

  #tellChanges(changed: readonly ChangedSession[]): void {
    this.#send(this.#changes, changed, () => this.#pending.keepChanges(changed));
  }

  #send(channel: string, value: PresenceState | readonly ChangedSession[] | Lost, keep: () => void): void {
    const publishing = this.#publisher
      .publish(channel, writeMessage(this.#self, value))
      .catch((error: Error) => {
        keep();
        this.#away(error);
      })
      .finally(() => this.#publishing.delete(publishing));
    this.#publishing.add(publishing);
  }

  subscribe(whiteboardSessionId: number, listener: (state: PresenceState) => void): Promise<() => void> {
    const detach = this.#local.subscribe(whiteboardSessionId, listener);
    return this.#attach(this.#presence(whiteboardSessionId), detach, () => this.#local.hears(whiteboardSessionId));
  }

  listen(listener: (changed: readonly ChangedSession[]) => void): Promise<() => void> {
    return this.#attach(this.#changes, this.#local.listen(listener), () => this.#local.hearsChanges);
  }

  /** Resolves when Redis has confirmed it, or is away: then what it misses is read from the ledger later. */
  async #attach(channel: string, detach: () => void, heard: () => boolean): Promise<() => void> {
    let subscribing = this.#channels.get(channel);
    if (subscribing === undefined) {
      subscribing = this.#subscribeTo([channel]);
      this.#channels.set(channel, subscribing);
    }
    await subscribing;
    return () => {
      detach();
      if (heard() || !this.#channels.delete(channel)) return;
      // Commands of one connection run in order: who comes back meanwhile subscribes after this.
      this.#subscriber.unsubscribe(channel).catch((error: Error) => this.#away(error));
    };
  }

  /** Waits for what is being published. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#pings);
    await Promise.all(this.#publishing);
    for (const redis of [this.#publisher, this.#subscriber]) {
      redis
        .removeAllListeners("close")
        .removeAllListeners("error")
        .on("error", () => undefined);
      redis.disconnect();
    }
  }

  #presence(whiteboardSessionId: number): string {
    return `${this.#prefix}presence:${whiteboardSessionId}`;
  }

  get #changes(): string {
    return `${this.#prefix}changes`;
  }

  async #subscribeTo(channels: readonly string[]): Promise<boolean> {
    if (channels.length === 0) return true;
    try {
      await this.#subscriber.subscribe(...channels);
      return true;
    } catch (error) {
      this.#away(error as Error);
      return false;
    }
  }

  #receive(channel: string, message: string): void {
    // Who speaks another version of this is heard through the ledger.
    const value = readMessage(this.#self, message);
    if (channel === this.#changes) {
      if (areChanges(value)) this.#local.announce(value);
      else if (isLost(value)) this.#recovered();
    } else if (isPresence(value) && this.#presence(value.whiteboardSessionId) === channel) this.#local.publish(value);
  }

  /** Up is when everything that somebody listens to is subscribed to again. */
  async #ready(): Promise<void> {
    if (this.#up || this.#publisher.status !== "ready" || this.#subscriber.status !== "ready") return;
    const channels = [...this.#channels.keys()];
    for (let from = 0; from < channels.length; from += CHANNELS_BATCH_SIZE) {
      if (!(await this.#subscribeTo(channels.slice(from, from + CHANNELS_BATCH_SIZE)))) return;
    }
    if (this.#up) return;
    this.#up = true;
    if (this.#wasAway) {
      this.#log.info({}, "Redis is back");
      this.#recovered();
    }
    await this.#catchUp();
  }

  /** Sends what waited for the line, part by part: 20,000 states in one go held the event loop for 0.9 s. */
  async #catchUp(): Promise<void> {
    const { states, changes, lost } = this.#pending.take();
    if (lost) this.#send(this.#changes, { lost: true }, () => this.#pending.lose());
    for (let from = 0; from < Math.max(states.length, changes.length); from += SEND_BATCH_SIZE) {
      for (const state of states.slice(from, from + SEND_BATCH_SIZE)) this.#tell(state);
      const changed = changes.slice(from, from + SEND_BATCH_SIZE);
      if (changed.length > 0) this.#tellChanges(changed);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #away(error: Error): void {
    if (this.#closed || (!this.#up && this.#wasAway)) return;
    this.#up = false;
    this.#wasAway = true;
    this.#log.error({ err: error }, "Redis is away: changes of other processes arrive seconds late");
  }

  async #ping(): Promise<void> {
    for (const redis of [this.#publisher, this.#subscriber]) {
      if (redis.status !== "ready") continue;
      await redis.ping().catch((error: Error) => {
        this.#away(error);
        if (!this.#closed) redis.disconnect(true);
      });
    }
    await this.#ready();
  }
}
