import { vi } from "vitest";
import type { TestApp } from "./app.ts";

export interface Held {
  /** How many have come that match, held or not. */
  statements: number;
  /** Lets the first one go on. */
  release(): void;
}

/** Holds back the first statement with such a text, and counts them all. Undone by vi.restoreAllMocks. */
export function holdFirst(app: TestApp, text: string): Held {
  const { prisma } = app.store.database;
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = { statements: 0, release: () => release() };
  for (const way of ["$queryRaw", "$queryRawUnsafe"] as const) {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- a transaction's client is another `this`
    const run = prisma[way] as (this: unknown, ...args: unknown[]) => Promise<unknown>;
    vi.spyOn(prisma, way).mockImplementation(async function (this: unknown, ...args: unknown[]) {
      if (textOf(args[0]).includes(text) && ++held.statements === 1) await released;
      return run.apply(this, args);
    } as never);
  }
  return held;
}

/** Of a text, a template or what `Prisma.sql` made. */
function textOf(query: unknown): string {
  if (typeof query === "string") return query;
  const strings = (query as { strings?: readonly string[] }).strings ?? (query as readonly string[]);
  return strings.join("?");
}

/** The statement of heartbeats and pongs. */
export const BEAT = "unnest($1::uuid[]";

/** The statement that asks what somebody is to a session. */
export const RELATION = "parent_links p where";
