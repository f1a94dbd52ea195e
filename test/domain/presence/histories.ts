/** Random histories of a lesson's connections, and the ledger that plays them through the domain. */
import fc from "fast-check";
import { type ConnectionInput, type Fact, transition } from "../../../src/domain/presence/connection.ts";
import { awayBy, type Lease, looked, type Watch } from "../../../src/domain/presence/lease.ts";
import type { ParticipantRole, Span } from "../../../src/domain/model.ts";
import { tails } from "../../../src/domain/presence/presence.ts";
import type { Rules } from "./presence-oracle.ts";

/** Short, so that a few steps cross every boundary. */
export const rules: Rules = { lease: 7, tolerance: 2 };
/** No whole second, so that rounding shows. */
export const TICK = 700;
export const SLOTS = 4;

/** Three tabs of the student, one of the tutor. */
export const roleOf = (slot: number): ParticipantRole => (slot < 3 ? "STUDENT" : "TUTOR");

export type Step =
  | { readonly do: "wait" | "beAway"; readonly ticks: number }
  | { readonly do: "sweep" }
  /** `anew`: under a new id, as a client does whose connection is over. Otherwise a repetition. */
  | { readonly do: "connect"; readonly slot: number; readonly anew: boolean; readonly active: boolean | null }
  /** `late`: ticks that lie between its arrival and its handling. */
  | { readonly do: "beat"; readonly slot: number; readonly active: boolean | null; readonly late: number }
  | { readonly do: "leave" | "cutAlive" | "cutDead" | "end"; readonly slot: number; readonly late: number };

const slot = fc.nat(SLOTS - 1);
const active = fc.constantFrom(null, true, false);
const late = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ do: fc.constant("wait" as const), ticks: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), ticks: fc.integer({ min: 5, max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("beAway" as const), ticks: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("connect" as const), slot, anew: fc.boolean(), active }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("beat" as const), slot, active, late }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("leave", "cutAlive", "cutDead", "end"), slot, late }),
  },
);

/** Begins with somebody there. */
export const history: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.nat(2), fc.array(step, { minLength: 4, maxLength: 36 }))
  .map(([slot, steps]) => [{ do: "connect", slot, anew: true, active: null }, ...steps]);

/** Spans as a store keeps them, swept as often as it is told to, and what it told others. */
export class PlainLedger {
  readonly facts: Fact[] = [];
  readonly #connections = new Map<string, Span[]>();
  readonly #sweepsEveryTick: boolean;
  #watch: Watch = { aliveAt: 0, away: null };
  #now = 0;

  constructor(sweepsEveryTick: boolean) {
    this.#sweepsEveryTick = sweepsEveryTick;
  }

  get spans(): Span[] {
    return [...this.#connections.values()].flat();
  }

  get now(): number {
    return this.#now * TICK;
  }

  get lease(): Lease {
    const length = rules.lease * TICK;
    return { length, away: awayBy(this.#watch, this.now, rules.tolerance * TICK, length) };
  }

  wait(ticks: number): void {
    for (let i = 0; i < ticks; i += 1) {
      this.#now += 1;
      this.look();
      if (this.#sweepsEveryTick) this.sweep();
    }
  }

  /** Nobody looks, not even at the end. */
  beAway(ticks: number): void {
    this.#now += ticks;
  }

  look(): void {
    this.#watch = looked(this.#watch, this.now, rules.tolerance * TICK, rules.lease * TICK);
  }

  sweep(): void {
    for (const tail of tails(this.spans)) this.input(tail.connectionId, tail.role, { kind: "CHECK", at: this.now });
  }

  input(id: string, role: ParticipantRole, input: ConnectionInput): string {
    const who = { id, role, userId: role === "TUTOR" ? 1 : 2, evidence: "LIVE" } as const;
    const spans = this.#connections.get(id) ?? [];
    const { write, fact, outcome } = transition(who, spans.at(-1) ?? null, input, this.lease);
    for (const span of write) {
      requireForward(spans, span);
      spans[span.seq] = span;
    }
    if (write.length > 0) this.#connections.set(id, spans);
    if (fact !== null) this.facts.push(fact);
    return outcome;
  }
}

/** P6: no time of a connection moves backwards, and what has ended stays as it ended. */
function requireForward(spans: readonly Span[], next: Span): void {
  const before = spans[next.seq];
  const previous = spans[next.seq - 1];
  const forward =
    (before === undefined
      ? next.seq === spans.length && (previous === undefined || (previous.endedAt ?? Infinity) <= next.startedAt)
      : before.endedAt === null && before.startedAt === next.startedAt && before.lastSeenAt <= next.lastSeenAt) &&
    next.startedAt <= next.lastSeenAt &&
    (next.endedAt === null || next.endedAt === next.lastSeenAt);
  if (!forward) throw new Error(`${JSON.stringify(before ?? previous)} cannot become ${JSON.stringify(next)}`);
}
