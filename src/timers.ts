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
