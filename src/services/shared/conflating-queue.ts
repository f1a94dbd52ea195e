/** What a reader who keeps up may lag behind before only the newest value counts. */
const BACKLOG = 16;

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One subscriber's own queue, read by one reader, one value at a time. A reader who keeps up gets every value, a slow one the newest, and memory stays bounded.
 * `return` detaches at once, also while nobody is reading and when no value ever comes again.
 */
export class ConflatingQueue<T> implements AsyncIterableIterator<T, undefined> {
  #values: T[] = [];
  #reader: Reader<T> | null = null;
  #end: "open" | "ending" | "closed" = "open";
  #failure: { readonly error: unknown } | null = null;
  readonly #detach: () => void;
  readonly #view: (value: T) => T;
  readonly #asked: () => void;

  /**
   * @param detach called once, when the reader leaves or after the last value
   * @param view the value as this reader gets it, asked when they do
   * @param asked called when the reader begins to wait for a value
   */
  constructor(detach: () => void, view: (value: T) => T = (value) => value, asked: () => void = () => undefined) {
    this.#detach = detach;
    this.#view = view;
    this.#asked = asked;
  }

  /** The reader waits for a value. */
  get wanted(): boolean {
    return this.#reader !== null;
  }

  /** It takes values: the reader has not left, and nobody has ended it. */
  get open(): boolean {
    return this.#end === "open";
  }

  push(value: T): void {
    if (this.#end !== "open") return;
    const reader = this.#reader;
    if (reader !== null) {
      // Taken before it is answered: the view may say that this value is the last.
      this.#reader = null;
      reader.resolve({ done: false, value: this.#view(value) });
      return;
    }
    if (this.#values.length >= BACKLOG) this.#values = [];
    this.#values.push(value);
  }

  /** No more values: the reader gets what is there, then the end, or the error when one is given. */
  finish(failure: { readonly error: unknown } | null = null): void {
    if (this.#end !== "open") return;
    this.#end = "ending";
    this.#failure = failure;
    const reader = this.#reader;
    this.#reader = null;
    if (reader !== null) this.next().then(reader.resolve, reader.reject);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#values.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value: this.#view(value) });
    if (this.#end === "open") {
      return new Promise((resolve, reject) => {
        this.#reader = { resolve, reject };
        this.#asked();
      });
    }
    const failure = this.#failure;
    this.#failure = null;
    this.#close();
    return failure === null
      ? Promise.resolve({ done: true, value: undefined })
      : Promise.reject(asError(failure.error));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#values = [];
    this.#failure = null;
    this.#close();
    this.#answer({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  }

  throw(): Promise<IteratorResult<T, undefined>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(result: IteratorResult<T, undefined>): void {
    const reader = this.#reader;
    this.#reader = null;
    reader?.resolve(result);
  }

  #close(): void {
    if (this.#end === "closed") return;
    this.#end = "closed";
    this.#detach();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
