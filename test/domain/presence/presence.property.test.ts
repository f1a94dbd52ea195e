import fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { ROLES } from "../../../src/domain/model.ts";
import { anybodyConnected, summarise } from "../../../src/domain/presence/presence.ts";
import { history, PlainLedger, roleOf, rules, SLOTS, type Step, TICK } from "./histories.ts";
import { TickWorld } from "./presence-oracle.ts";

/** As `expect` does, which is slow: millions of comparisons ask it only to say what differs. */
function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** Plays one history in the tick world and in three ledgers: never swept, swept as told, and swept every tick. */
class Play {
  readonly world = new TickWorld(rules);
  readonly ledgers = [new PlainLedger(false), new PlainLedger(false), new PlainLedger(true)] as const;
  readonly #ids: string[][] = Array.from({ length: SLOTS }, () => []);

  run(steps: readonly Step[]): void {
    for (const step of steps) {
      this.#take(step);
      this.#compare();
    }
  }

  #take(step: Step): void {
    const { world, ledgers } = this;
    switch (step.do) {
      case "wait":
      case "beAway":
        // Not before: what comes right after an absence finds that nobody has looked yet.
        for (const ledger of ledgers) ledger.look();
        for (const each of [world, ...ledgers]) each[step.do](step.ticks);
        return;
      case "sweep":
        ledgers[1].sweep();
        return;
      case "connect":
        if (step.anew || this.#id(step.slot) === undefined) this.#new(step.slot);
        return this.#input(step.slot, "CONNECT", 0, { active: step.active });
      case "beat":
        return this.#input(step.slot, "BEAT", step.late, { active: step.active });
      case "leave":
        return this.#input(step.slot, "LEAVE", step.late, {});
      case "cutAlive":
      case "cutDead":
        return this.#input(step.slot, "CUT", step.late, { alive: step.do === "cutAlive" });
      case "end":
        return this.#input(step.slot, "END", step.late, {});
    }
  }

  #new(slot: number): void {
    this.#ids[slot]?.push(`${slot}.${this.#ids[slot].length}`);
  }

  #id(slot: number): string | undefined {
    return this.#ids[slot]?.at(-1);
  }

  #input(
    slot: number,
    kind: "CONNECT" | "BEAT" | "LEAVE" | "CUT" | "END",
    late: number,
    more: { active?: boolean | null; alive?: boolean },
  ): void {
    const { world } = this;
    const id = this.#id(slot) ?? "nobody's";
    // What is handled after a sweep may have declared it gone would be a race; connection-times.test.ts has that case.
    const at = Math.max(0, world.now - (world.alive(id) ? late : 0));
    const active = more.active ?? null;
    const expected = {
      CONNECT: () => world.connect(id, at, active),
      BEAT: () => world.beat(id, at, active),
      LEAVE: () => world.leave(id, at, true),
      CUT: () => world.leave(id, at, more.alive ?? false),
      END: () => world.leave(id, at, false),
    }[kind]();
    const input = { kind, at: at * TICK, active, alive: more.alive ?? false };
    for (const ledger of this.ledgers) same(ledger.input(id, roleOf(slot), input), expected);
  }

  /** Both participants, swept or not, are as the tick world says; and then so is whether anybody is connected. */
  #compare(): void {
    for (const role of ROLES) {
      const { activeTicks, ...expected } = this.world.summary(
        this.#ids.flatMap((ids, s) => (roleOf(s) === role ? ids : [])),
      );
      const inMillis = (tick: number | null) => (tick === null ? null : tick * TICK);
      for (const { spans, now, lease } of this.ledgers) {
        same(summarise(spans, role, now, lease), {
          ...expected,
          connectedAt: inMillis(expected.connectedAt),
          disconnectedAt: inMillis(expected.disconnectedAt),
          lastActivityAt: inMillis(expected.lastActivityAt),
          totalActiveSeconds: Math.floor((activeTicks * TICK) / 1000),
        });
      }
    }
    const somebody = this.#ids.flat().some((id) => this.world.alive(id));
    for (const { spans, now, lease } of this.ledgers) same(anybodyConnected(spans, now, lease), somebody);
  }
}

/** Thousands more in the long form. */
const RUNS = process.env.ROLLCALL_LONG ? 10_000 : 2_500;

const play = (steps: readonly Step[]): Play => {
  const played = new Play();
  played.run(steps);
  return played;
};

describe("any history of connections", () => {
  it("P5 P6 P7 P10 P13 all of them come out as told tick by tick, swept or not", () => {
    fc.assert(
      fc.property(history, (steps) => void play(steps)),
      { numRuns: RUNS },
    );
  }, 60_000);

  it("P5 P14 told once: a connection comes once and goes once, however often anybody checks", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const [, asTold, everyTick] = play([...steps, { do: "wait", ticks: rules.lease + 1 }, { do: "sweep" }]).ledgers;
        const goings = (facts: readonly string[]) =>
          facts.filter((fact) => fact !== "CONNECTED" && fact !== "ACTIVITY");
        for (const { facts, spans } of [asTold, everyTick]) {
          const connections = new Set(spans.map((span) => span.connectionId)).size;
          expect(facts.filter((fact) => fact === "CONNECTED")).toHaveLength(connections);
          expect(goings(facts)).toHaveLength(connections);
        }
        expect(everyTick.spans).toEqual(asTold.spans);
      }),
      { numRuns: RUNS / 5 },
    );
  }, 60_000);
});
