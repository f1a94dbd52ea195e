const FIRST_MS = 500;
const MAX_MS = 30_000;

/** Waits longer from try to try, each time a random part of it, so that many who lost one server do not come back at once. */
export class BackOff {
  #tries = 0;
  #wake: () => void = () => undefined;

  /** The next loss is the first one again. */
  reset(): void {
    this.#tries = 0;
  }

  /** Ends a wait that is under way: there is a reason to try at once. */
  wake(): void {
    this.#wake();
  }

  async wait(): Promise<void> {
    const most = Math.min(MAX_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, most * (0.5 + Math.random() / 2));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
