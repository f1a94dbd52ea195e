import type { Beat, BeatRow } from "./ports.ts";

interface Waiting {
  readonly beat: Beat;
  readonly resolve: (row: BeatRow | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Keeps statements within what one parameter array does well; what is left over goes with the next one. */
const LARGEST_BATCH = 1_000;

/**
 * Group commit (P4): what arrived while the last write was in flight goes together in the next one. No timer: a lone
 * beat is written at once. A beat is answered only when the statement that holds it has committed.
 */
export class Heartbeats {
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  readonly #write: (beats: readonly Beat[]) => Promise<BeatRow[]>;

  /** @param write records a batch in one statement and answers with the beats it could record */
  constructor(write: (beats: readonly Beat[]) => Promise<BeatRow[]>) {
    this.#write = write;
  }

  /**
   * @returns the committed row, or null when the fast path does not apply and the domain has to look closer
   * @throws whatever the write throws: then nothing is acknowledged
   */
  record(beat: Beat): Promise<BeatRow | null> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ beat, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  /** Resolves when nothing is in flight any more. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    // A turn of the queue first: beats that arrive in one go share the first statement too.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#writeOnce();
    this.#writing = null;
  }

  async #writeOnce(): Promise<void> {
    const { batch, folded } = this.#take();
    try {
      const rows = await this.#write([...folded.values()]);
      const known = new Map(rows.map((row) => [row.connectionId, row]));
      for (const { beat, resolve } of batch) resolve(known.get(beat.connectionId) ?? null);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /**
   * Folds the waiting beats per connection. A beat that says something else than its connection's earlier ones waits
   * for the next statement, and all later ones of that connection behind it: an activity holds from its beat onward.
   */
  #take(): { batch: Waiting[]; folded: Map<string, Beat> } {
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    const folded = new Map<string, Beat>();
    const held = new Set<string>();
    for (const waiting of this.#waiting) {
      const { beat } = waiting;
      const known = folded.get(beat.connectionId);
      const full = known === undefined && folded.size >= LARGEST_BATCH;
      if (full || held.has(beat.connectionId) || (known !== undefined && !sameWords(known, beat))) {
        held.add(beat.connectionId);
        later.push(waiting);
      } else {
        if (known === undefined || beat.at > known.at) folded.set(beat.connectionId, beat);
        batch.push(waiting);
      }
    }
    this.#waiting = later;
    return { batch, folded };
  }
}

/** From the same person and about the same activity: the later of the two says all that both say. */
function sameWords(a: Beat, b: Beat): boolean {
  return a.userId === b.userId && a.active === b.active;
}
