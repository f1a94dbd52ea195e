import { RollcallError } from "../../domain/errors.ts";
import type { Millis } from "../../domain/model.ts";
import type { Beat, BeatRow, LockedBeat } from "../shared/ports.ts";

interface Waiting {
  readonly beat: Beat;
  readonly resolve: (row: BeatRow) => void;
  readonly reject: (error: unknown) => void;
  /** Answers for itself: a closer look at a beat that the statement could not record. */
  readonly look: () => Promise<void>;
  /** How often it was left out because somebody held a lock. */
  locked: number;
}

interface Taken {
  readonly batch: readonly Waiting[];
  readonly folded: ReadonlyMap<string, Beat>;
}

/** Keeps statements within what one parameter array does well; what is left over goes with the next one. */
const MAX_BATCH_SIZE = 1_000;
/** Milliseconds until what was locked is tried again, each time: locks of ours are gone soon. 2 s in all, as for any lock. */
const TRY_AGAIN_AFTER = [5, 10, 20, 40, 80, 160, 250, 250, 250, 250, 250, 250, 250];

/**
 * Group commit (P4): what arrived while the last write was in flight goes together in the next one. No timer: a lone
 * beat is written at once. A beat is answered only when the statement that holds it has committed. One whose rows
 * somebody keeps locked waits alone, and no statement waits with it.
 */
export class Heartbeats {
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  /** The last closer look, or wait for a lock, under way, by connection and person. */
  readonly #looks = new Map<string, Promise<void>>();
  readonly #write: (beats: readonly Beat[]) => Promise<readonly (BeatRow | LockedBeat)[]>;
  readonly #pause: (ms: number) => Promise<void>;
  /** The arrival of the first and the last beat that no statement could write, since the last one that did. */
  #failed: { readonly first: Millis; readonly last: Millis } | null = null;

  /**
   * @param write records a batch in one statement and answers with the beats it could record, and those that were locked
   * @param pause waits so many milliseconds of real time, however a test sets the clock
   */
  constructor(
    write: (beats: readonly Beat[]) => Promise<readonly (BeatRow | LockedBeat)[]>,
    pause: (ms: number) => Promise<void>,
  ) {
    this.#write = write;
    this.#pause = pause;
  }

  /**
   * @param otherwise the closer look when the fast path does not apply, such as at a flip of activity. Later beats of
   *   the same person on the same connection wait for it: on the fast path they would overtake it
   * @returns the committed row, or what `otherwise` answers
   * @throws whatever the write, or `otherwise`, throws: then nothing is acknowledged
   */
  record<T>(beat: Beat, otherwise: () => Promise<T>): Promise<BeatRow | T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ beat, resolve, reject, look: () => otherwise().then(resolve, reject), locked: 0 });
      this.#writing ??= this.#drain();
    });
  }

  /**
   * Since when beats could not be written here (P13); null: they could, or nobody has tried since `since`.
   */
  unwritten(since: Millis): Millis | null {
    return this.#failed !== null && this.#failed.last >= since ? this.#failed.first : null;
  }

  /** Resolves when nothing is in flight any more. */
  async idle(): Promise<void> {
    while (this.#writing !== null || this.#looks.size > 0) await Promise.all([this.#writing, ...this.#looks.values()]);
  }

  async #drain(): Promise<void> {
    // A turn of the queue first: beats that arrive in one go share the first statement too.
    await Promise.resolve();
    let answer = () => {};
    for (let taken = this.#take(); taken.batch.length > 0; taken = this.#take()) {
      const writing = this.#writeOnce(taken);
      // The next statement leaves before the last one is answered: the database works while we write the answers.
      setImmediate(answer);
      const next = await writing;
      // Where that was quicker than a turn of the event loop. Answered twice is answered once.
      answer();
      answer = next;
    }
    this.#writing = null;
    answer();
  }

  /** @returns what answers the batch; the closer looks have begun */
  async #writeOnce({ batch, folded }: Taken): Promise<() => void> {
    try {
      const rows = await this.#write([...folded.values()]);
      this.#failed = null;
      const known = new Map(rows.map((row) => [row.connectionId, row]));
      const locked = new Map<string, Waiting[]>();
      const answers = batch.flatMap((waiting) => {
        const row = known.get(waiting.beat.connectionId);
        if (row === undefined) this.#look(keyOf(waiting.beat), waiting.look);
        else if (row.lastSeenAt !== null) return [() => waiting.resolve(row)];
        else addTo(locked, row.connectionId, waiting);
        return [];
      });
      for (const waiting of locked.values()) this.#tryAgain(waiting);
      return () => answers.forEach((answer) => answer());
    } catch (error) {
      const times = batch.map(({ beat }) => beat.at);
      this.#failed = { first: this.#failed?.first ?? Math.min(...times), last: Math.max(...times) };
      return () => batch.forEach(({ reject }) => reject(error));
    }
  }

  /** Gives beats of one connection to a later statement, as they were: later ones of theirs wait behind them. */
  #tryAgain(locked: readonly Waiting[]): void {
    const tired = locked.filter((waiting) => waiting.locked === TRY_AGAIN_AFTER.length);
    for (const { reject } of tired) reject(heldUp());
    const patient = locked.filter((waiting) => !tired.includes(waiting));
    const [first] = patient;
    if (first === undefined) return;
    const wait = TRY_AGAIN_AFTER[Math.max(...patient.map((waiting) => waiting.locked))] as number;
    for (const waiting of patient) waiting.locked += 1;
    this.#look(keyOf(first.beat), async () => {
      await this.#pause(wait);
      this.#waiting.unshift(...patient);
    });
  }

  /** One closer look after the other, in the order of arrival. */
  #look(key: string, look: () => Promise<void>): void {
    const looking = (this.#looks.get(key) ?? Promise.resolve()).then(look).then(() => {
      if (this.#looks.get(key) !== looking) return;
      this.#looks.delete(key);
      this.#writing ??= this.#drain();
    });
    this.#looks.set(key, looking);
  }

  /**
   * Folds the waiting beats per connection. A beat that says something else than its connection's earlier ones waits
   * for the next statement, and all later ones of that connection behind it: an activity holds from its beat onward.
   * Those behind a closer look are left waiting.
   */
  #take(): Taken {
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    const folded = new Map<string, Beat>();
    const held = new Set<string>();
    for (const waiting of this.#waiting) {
      const { beat } = waiting;
      if (this.#looks.has(keyOf(beat))) {
        later.push(waiting);
        continue;
      }
      const known = folded.get(beat.connectionId);
      const full = known === undefined && folded.size >= MAX_BATCH_SIZE;
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

function heldUp(): RollcallError {
  return new RollcallError("UNAVAILABLE", "This whiteboard session is locked at the moment. Try again.");
}

function addTo<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

/** Nobody's beats wait for somebody else's, who may not even have a say in the connection. */
const keyOf = ({ connectionId, userId }: Beat) => `${connectionId} ${userId}`;

/** From the same person and about the same activity: the later of the two says all that both say. */
function sameWords(a: Beat, b: Beat): boolean {
  return a.userId === b.userId && a.active === b.active;
}
