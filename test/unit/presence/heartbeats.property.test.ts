import fc from "fast-check";
import { expect, it } from "vitest";
import { Heartbeats } from "../../../src/services/presence/heartbeats.ts";
import type { Beat, BeatRow, LockedBeat } from "../../../src/services/shared/ports.ts";
import { turns } from "../../support/promises.ts";

interface Kept {
  seen: number;
  active: boolean;
  readonly said: boolean[];
}

/** What beats do to connections when nothing ever overlaps. */
class Connections {
  readonly #kept = new Map<string, Kept>();

  of(id: string): Kept {
    const kept = this.#kept.get(id) ?? { seen: 0, active: true, said: [] };
    this.#kept.set(id, kept);
    return kept;
  }

  /** The statement: only what says nothing new about activity. */
  fast(beat: Beat): BeatRow | null {
    const kept = this.of(beat.connectionId);
    if (beat.active !== null && beat.active !== kept.active) return null;
    kept.seen = Math.max(kept.seen, beat.at);
    return { connectionId: beat.connectionId, whiteboardSessionId: 1, role: "STUDENT", lastSeenAt: kept.seen };
  }

  take(beat: Beat): number {
    const kept = this.of(beat.connectionId);
    if (beat.active !== null && beat.active !== kept.active) kept.said.push((kept.active = beat.active));
    return (kept.seen = Math.max(kept.seen, beat.at));
  }
}

type Step =
  | { readonly do: "beat"; readonly connection: number; readonly active: boolean }
  | { readonly do: "pong"; readonly connection: number }
  /** Somebody takes a lock on its rows, or lets it go. */
  | { readonly do: "lock"; readonly connection: number }
  /** Something that is under way comes to its end. */
  | { readonly do: "settle"; readonly which: number; readonly fails: boolean };

const connection = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("beat" as const), connection, active: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pong" as const), connection }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lock" as const), connection }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      which: fc.nat(5),
      fails: fc.nat(5).map((one) => one === 0),
    }),
  },
);

/** A store that commits when told to, the heartbeats in front of it, and what became of every beat. */
class Run {
  readonly store = new Connections();
  readonly beats: { readonly beat: Beat; outcome: "waits" | "acknowledged" | "rejected" }[] = [];
  readonly #underWay: ((fails: boolean) => void)[] = [];
  readonly faults: string[] = [];
  readonly locked = new Set<string>();
  #writes = 0;
  readonly #heartbeats = new Heartbeats(
    (beats) => this.#write(beats),
    () => new Promise<void>((resolve) => this.#underWay.push(() => resolve())),
  );

  #write(beats: readonly Beat[]): Promise<(BeatRow | LockedBeat)[]> {
    if (++this.#writes > 1) this.faults.push("two writes at once");
    if (new Set(beats.map((beat) => beat.connectionId)).size < beats.length) this.faults.push("not folded");
    return this.#later(
      () => {
        this.#writes -= 1;
        return beats.flatMap((beat) => {
          const { connectionId } = beat;
          return this.locked.has(connectionId) ? { connectionId, lastSeenAt: null } : (this.store.fast(beat) ?? []);
        });
      },
      () => (this.#writes -= 1),
    );
  }

  record(beat: Beat): void {
    const one: Run["beats"][number] = { beat, outcome: "waits" };
    this.beats.push(one);
    const look = () => this.#later(() => ({ lastSeenAt: this.store.take(beat) }));
    this.#heartbeats.record(beat, look).then(
      ({ lastSeenAt }) => {
        one.outcome = "acknowledged";
        const committed = Math.min(lastSeenAt, this.store.of(beat.connectionId).seen);
        if (committed < beat.at) this.faults.push("acknowledged before it was committed");
      },
      () => (one.outcome = "rejected"),
    );
  }

  settle(which: number, fails: boolean): void {
    const [settle] = this.#underWay.splice(which % Math.max(1, this.#underWay.length), 1);
    settle?.(fails);
  }

  lock(connectionId: string): void {
    if (!this.locked.delete(connectionId)) this.locked.add(connectionId);
  }

  async toTheEnd(): Promise<void> {
    this.locked.clear();
    for (let waiting = true; waiting; waiting = this.#underWay.length > 0) {
      this.settle(0, false);
      await turns(12);
    }
    await this.#heartbeats.idle();
  }

  #later<T>(commit: () => T, abandon: () => void = () => undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#underWay.push((fails) => {
        if (!fails) return resolve(commit());
        abandon();
        reject(new Error("away"));
      });
    });
  }
}

it("P4 P6 P10 whatever overlaps and fails, what was acknowledged is as if one beat had come after the other", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const run = new Run();
      let now = 0;
      for (const step of steps) {
        now += 1;
        if (step.do === "settle") run.settle(step.which, step.fails);
        else if (step.do === "lock") run.lock(`c-${step.connection}`);
        else {
          const said = step.do === "beat" ? { userId: 2, active: step.active } : { userId: null, active: null };
          run.record({ connectionId: `c-${step.connection}`, at: now, ...said });
        }
        await turns(now % 7);
      }
      await run.toTheEnd();

      expect(run.faults).toEqual([]);
      const naive = new Connections();
      for (const { beat, outcome } of run.beats) {
        expect(outcome).not.toBe("waits");
        if (outcome === "acknowledged") naive.take(beat);
      }
      for (const id of ["c-0", "c-1", "c-2"]) expect(run.store.of(id)).toEqual(naive.of(id));
    }),
    { numRuns: 1_000 },
  );
});
