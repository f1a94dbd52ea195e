import { setTimeout as sleep } from "node:timers/promises";
import { type Fleet, startAgain } from "./fleet.ts";
import { keepLock } from "./locks.ts";
import type { RunningLesson } from "./many-lessons.ts";
import type { OwnPostgreSQL } from "./own-postgresql.ts";
import type { OwnRedis } from "./own-redis.ts";

export interface Trouble {
  readonly name: string;
  /** It keeps everybody out, and would hide what another trouble does to some: it comes alone. */
  readonly everywhere?: boolean;
  /** Resolves when it is over, with whether it really was. */
  happen(): Promise<boolean>;
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
      const kept = await keepLock(postgresql.url, lock());
      await sleep(heldMs);
      const held = kept.rows !== 0 && (await kept.isHeld());
      await kept.release().catch(() => undefined);
      return held;
    },
  });
  const table = (name: string): Trouble => ({
    ...locked(`lock on ${name}`, () => `lock table ${name} in share mode`),
    everywhere: true,
  });
  const row = (name: string, column: string, by: string) =>
    locked(`locked row of ${name}`, () => {
      const whiteboard = one(lessons)?.whiteboard;
      return `select from ${name} where ${column} in (select ${by} from whiteboard_sessions where id = ${whiteboard}) for update`;
    });
  const restart = (mode: "fast" | "immediate"): Trouble => ({
    name: `PostgreSQL stopped ${mode}`,
    everywhere: true,
    async happen() {
      postgresql.stop(mode);
      await sleep(heldMs / 10);
      postgresql.start();
      return true;
    },
  });

  const all: Trouble[] = [
    {
      name: "kill -9",
      async happen() {
        const victim = one(fleet.up());
        if (victim === undefined) return false;
        await fleet.kill(victim);
        await startAgain(() => fleet.start(victim));
        return true;
      },
    },
    {
      name: "SIGSTOP",
      async happen() {
        // Somebody must be there to go to.
        const [victim, other] = fleet.up();
        if (victim === undefined || other === undefined) return false;
        fleet.freeze(victim);
        await sleep(heldMs);
        fleet.thaw(victim);
        return true;
      },
    },
    {
      name: "Redis frozen",
      async happen() {
        redis.freeze();
        await sleep(heldMs);
        redis.thaw();
        return true;
      },
    },
    table("connection_spans"),
    table("whiteboard_sessions"),
    table("connections"),
    row("whiteboard_sessions", "id", "id"),
    row("sessions", "id", "session_id"),
    row("connection_spans", "whiteboard_session_id", "id"),
    row("connections", "whiteboard_session_id", "id"),
    restart("fast"),
    restart("immediate"),
  ];
  return all
    .map((trouble) => ({ trouble, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ trouble }) => trouble);
}
