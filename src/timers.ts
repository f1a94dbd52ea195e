/**
 * Runs `run` every `ms` milliseconds, the next wait beginning when the last run ended, until the returned function is
 * called. `run` answers for its own errors. Does not keep the process alive.
 */
export function every(ms: number, run: () => Promise<void>): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const again = () => {
    timer = setTimeout(() => void run().finally(() => stopped || again()), ms);
    timer.unref();
  };
  again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

const MAX_TIMER = 2 ** 31 - 1;

/**
 * Runs `run` once, when the clock has reached `time` (at once if it has), until the returned function is called.
 * @param time milliseconds since the epoch
 */
export function runAt(clock: { now(): number }, time: number, run: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const left = time - clock.now();
    if (left <= 0) run();
    else timer = setTimeout(wait, Math.min(left, MAX_TIMER));
  };
  wait();
  return () => clearTimeout(timer);
}
