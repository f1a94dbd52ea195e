import type { Rate } from "./jobs.ts";

/** The value below which that share of the others lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** One exchange after the other, for as long as the time lasts. */
export interface Lane {
  /** Sends once, and calls back with each answer; an error fails the job. */
  exchange(done: (error: Error | null) => void): void;
}

const WARM_UP = 0.25;

/** All lanes at once, one exchange in flight on each. The first quarter of the time is not counted. */
export function rateOf(lanes: readonly Lane[], seconds: number): Promise<Rate> {
  const times: number[] = [];
  let all = 0;
  const began = performance.now();
  const counting = began + seconds * 1_000 * WARM_UP;
  const over = began + seconds * 1_000;
  let running = lanes.length;
  return new Promise((resolve, reject) => {
    for (const lane of lanes) {
      let sent = performance.now();
      const done = (error: Error | null) => {
        if (error !== null) return reject(error);
        const now = performance.now();
        all += 1;
        if (now > counting && now <= over) times.push(now - sent);
        if (now >= over) {
          running -= 1;
          if (running === 0) resolve(summary(all, times, (over - counting) / 1_000));
          return;
        }
        sent = now;
        lane.exchange(done);
      };
      lane.exchange(done);
    }
  });
}

function summary(done: number, times: readonly number[], seconds: number): Rate {
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return { done, perSecond: times.length / seconds, p50, p99 };
}
