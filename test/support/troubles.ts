import { setTimeout as sleep } from "node:timers/promises";
import { type Fleet, startAgain } from "./fleet.ts";
import { keepLock } from "./locks.ts";
import type { RunningLesson } from "./many-lessons.ts";
import type { OwnPostgreSQL } from "./own-postgresql.ts";
import type { OwnRedis } from "./own-redis.ts";

export interface Trouble {
  readonly name: string;
  /** Resolves when it is over. */
  happen(): Promise<void>;
}

/** One of each kind, in an order that `next` decides. */
export function troubles(world: {
  readonly fleet: Fleet;
  readonly postgresql: OwnPostgreSQL;
  readonly redis: OwnRedis;
  readonly lessons: readonly RunningLesson[];
  readonly next: () => number;
  /** How long locks are held, and processes stand still. */
  readonly heldMs: number;
}): Trouble[] {
  const { fleet, postgresql, redis, lessons, next, heldMs } = world;
  const one = <T>(among: readonly T[]) => among[Math.floor(next() * among.length)];

  const locked = (name: string, lock: () => string): Trouble => ({
    name,
    async happen() {
      const kept = await keepLock(postgresql.url, lock()).catch(() => null);
      await sleep(heldMs);
      await kept?.release().catch(() => undefined);
    },
  });
  const table = (name: string) => locked(`lock on ${name}`, () => `lock table ${name} in share mode`);
  const row = (name: string, column: string, by: string) =>
    locked(`locked row of ${name}`, () => {
      const room = one(lessons)?.room;
      return `select from ${name} where ${column} in (select ${by} from whiteboard_sessions where id = ${room}) for update`;
    });
  const restart = (mode: "fast" | "immediate", after: number): Trouble => ({
    name: `PostgreSQL stopped ${mode}`,
    async happen() {
      // Not both at the same moment, should they come together; and not before locks have outlived the lease: they go with it.
      await sleep(heldMs * after);
      postgresql.stop(mode);
      await sleep(heldMs / 10);
      postgresql.start();
    },
  });

  const all: Trouble[] = [
    {
      name: "kill -9",
      async happen() {
        const victim = one(fleet.up());
        if (victim === undefined) return;
        await fleet.kill(victim);
        await startAgain(() => fleet.start(victim));
      },
    },
    {
      name: "SIGSTOP",
      async happen() {
        // Somebody must be there to go to.
        const [victim, other] = fleet.up();
        if (victim === undefined || other === undefined) return;
        fleet.freeze(victim);
        await sleep(heldMs);
        fleet.thaw(victim);
      },
    },
    {
      name: "Redis frozen",
      async happen() {
        redis.freeze();
        await sleep(heldMs);
        redis.thaw();
      },
    },
    table("connection_spans"),
    table("whiteboard_sessions"),
    table("connections"),
    row("whiteboard_sessions", "id", "id"),
    row("sessions", "id", "session_id"),
    row("connection_spans", "whiteboard_session_id", "id"),
    row("connections", "whiteboard_session_id", "id"),
    restart("fast", 1),
    restart("immediate", 1.2),
  ];
  return all
    .map((trouble) => ({ trouble, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ trouble }) => trouble);
}
