/** How many there are of each, without a trace of those of whom there are none. */
export class Counts {
  readonly #counts = new Map<number, number>();

  of(key: number): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: number): void {
    this.#counts.set(key, this.of(key) + 1);
  }

  remove(key: number): void {
    const left = this.of(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }
}
