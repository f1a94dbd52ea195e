const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Runs `run` once, when the clock has reached `time` (at once if it has), until the returned function is called.
 * @param time milliseconds since the epoch
 */
export function at(clock: { now(): number }, time: number, run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const left = time - clock.now();
    if (left <= 0) run();
    else timer = setTimeout(wait, Math.min(left, LONGEST_TIMER));
  };
  wait();
  return () => clearTimeout(timer);
}
