const SLICE_MS = 50;
/** Nobody feels so few at once. */
const SMALLEST_SLICE = 10;

/**
 * Does something to many, evenly spread over some time: clients that are sent away all at once come to another server
 * all at once.
 * @param over milliseconds that it takes at the most; few take less
 */
export async function spread<T>(values: readonly T[], over: number, what: (value: T) => void): Promise<void> {
  const size = Math.max(SMALLEST_SLICE, Math.ceil((values.length * SLICE_MS) / over));
  for (let from = 0; from < values.length; from += size) {
    if (from > 0) await new Promise((resolve) => setTimeout(resolve, SLICE_MS));
    values.slice(from, from + size).forEach(what);
  }
}
