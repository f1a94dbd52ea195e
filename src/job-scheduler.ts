import type { Health } from "./server/http/server.ts";
import type { Clock, Log, StoreTrouble } from "./services/shared/ports.ts";
import type { Services } from "./services/services.ts";

const MAX_LOOK_INTERVAL_MS = 1_000;
const SWEEP_EVERY_MS = 1_000;
const MAX_FLUSH_INTERVAL_MS = 2_000;
const COMPLETE_EVERY_MS = 5_000;
/** A follower is told at the second refresh after the bus lost a change: within 10 s, also where everything is slow. */
const REFRESH_EVERY_MS = 2_500;
/** Costs more than a refresh of followers: it looks at all sessions of two days. */
const LIST_EVERY_MS = 5_000;
const REMOVE_EVERY_MS = 60_000;

/** The timers of the process, and what they tell about its health. */
export class JobScheduler {
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #requireSpace: () => Promise<void>;
  readonly #lookEvery: number;
  readonly #lookAtLockedRowsEvery: number;
  readonly #flushEvery: number;
  readonly #troubleOf: (error: unknown) => StoreTrouble;
  #stops: (() => void)[] = [];
  #draining = false;
  #database: "up" | "away" = "up";
  readonly #running = new Set<Promise<unknown>>();

  /**
   * @param requireSpace throws when the database cannot take more
   * @param lease length of the lease in milliseconds: pongs come three times in it, and may not wait out the rest; who looks
   * four times in it notices an absence of half of it; whiteboards are looked at from half of it on, and twice in an eighth (P13)
   */
  constructor(
    services: Services,
    clock: Clock,
    log: Log,
    requireSpace: () => Promise<void>,
    lease: number,
    troubleOf: (error: unknown) => StoreTrouble,
  ) {
    this.#services = services;
    this.#clock = clock;
    this.#log = log;
    this.#requireSpace = requireSpace;
    this.#troubleOf = troubleOf;
    this.#lookEvery = Math.min(MAX_LOOK_INTERVAL_MS, lease / 4);
    this.#lookAtLockedRowsEvery = Math.min(MAX_LOOK_INTERVAL_MS, lease / 16);
    this.#flushEvery = Math.min(MAX_FLUSH_INTERVAL_MS, lease / 6);
  }

  /**
   * Resolves when presence has been looked after once: what a crash left behind is known from then on. Where a lock keeps
   * that out the process serves what it can, and is not ready.
   */
  async start(): Promise<void> {
    const {
      maintenanceJobs: maintenanceJobs,
      sockets,
      presenceSubscriptions: followers,
      sessionFeed: changes,
    } = this.#services;
    await this.#look();
    const repeat = (ms: number, what: () => Promise<unknown>) =>
      this.#stops.push(this.#clock.every(ms, () => this.#run(what)));
    // On a timer of its own: a sweep that takes long is no absence.
    this.#stops.push(this.#clock.every(this.#lookEvery, () => this.#run(() => this.#look())));
    repeat(this.#lookAtLockedRowsEvery, () => maintenanceJobs.lookAtLockedRows());
    repeat(SWEEP_EVERY_MS, () => maintenanceJobs.sweep());
    repeat(this.#flushEvery, () => sockets.flush());
    repeat(REFRESH_EVERY_MS, () => followers.refresh());
    repeat(LIST_EVERY_MS, () => changes.refresh());
    repeat(COMPLETE_EVERY_MS, () => maintenanceJobs.completeOverdue());
    repeat(REMOVE_EVERY_MS, () => maintenanceJobs.removeOldEvidence());
  }

  /** Changes of other processes may have been missed: followers are told now what they are. */
  recover(): void {
    this.#services.sessionFeed.recover();
    void this.#run(() => this.#services.presenceSubscriptions.recover());
  }

  /** Once, now: what the timers do every second. */
  async sweep(): Promise<void> {
    await this.#services.maintenanceJobs.look();
    await this.#services.maintenanceJobs.lookAtLockedRows();
    await this.#services.maintenanceJobs.sweep();
  }

  /** Not ready from here on. */
  drain(): void {
    this.#draining = true;
    this.#services.maintenanceJobs.rest();
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await Promise.all(this.#running);
  }

  health(): Health {
    const ready = !this.#draining && this.#database === "up";
    return { ready, details: { database: this.#database, ...(this.#draining ? { server: "draining" } : {}) } };
  }

  async #run(what: () => Promise<unknown>): Promise<void> {
    const run = what().then(
      () => undefined,
      (error: unknown) => {
        // While the database is away that is said once, by the looks. A fault is said in any case.
        const isKnown = this.#database === "away" && this.#troubleOf(error) !== "fault";
        if (!isKnown) this.#log.warn({ err: error }, "a maintenance job failed");
      },
    );
    this.#running.add(run);
    await run;
    this.#running.delete(run);
  }

  /** The looks tell whether the database is there: it is logged when that changes, not once a second. */
  async #look(): Promise<void> {
    try {
      await this.#services.maintenanceJobs.look();
      await this.#requireSpace();
      if (this.#database === "away") this.#log.info({}, "the database is back");
      this.#database = "up";
    } catch (error) {
      if (this.#troubleOf(error) === "fault") this.#log.error({ err: error }, "looking after presence failed");
      else if (this.#database === "up") this.#log.error({ err: error }, "the database is away");
      this.#database = "away";
    }
  }
}
