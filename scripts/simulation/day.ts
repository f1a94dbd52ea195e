/** A day in steps of ten seconds: who is there, who comes and who goes. */
export interface Day {
  readonly present: Float64Array;
  readonly arrivals: Float64Array;
  readonly departures: Float64Array;
}

export const STEP_SECONDS = 10;
const STEPS = (24 * 3_600) / STEP_SECONDS;
const LESSON_SECONDS = 3_600;
/** Lessons that begin at 8:00, 9:00 … 21:00, as shares: few in the morning, most after school. */
const STARTS = [2, 3, 3, 3, 2, 3, 5, 9, 14, 16, 15, 12, 9, 4];
const FIRST_HOUR = 8;
/** Seconds, and how far people are from them: they come a minute early and leave half a minute late. */
const COMES = { mean: -60, deviation: 120 };
const LEAVES = { mean: 30, deviation: 60 };
/** How often a person's connection is lost in a lesson, and for how long they are gone, in seconds. */
const LOST = 0.5;
const GONE_SECONDS = 3;
/** People that are looked at one by one; more of them are multiples of these. */
const LOOKED_AT = 100_000;

/** Everybody has one lesson of sixty minutes on that day, with one other person. The same seed is the same day. */
export function simulateDay(people: number, seed: number): Day {
  const random = randomFrom(seed);
  const looked = Math.min(people, LOOKED_AT);
  const weight = people / looked;
  const arrivals = new Float64Array(STEPS);
  const departures = new Float64Array(STEPS);
  const note = (steps: Float64Array, seconds: number) => {
    const step = Math.min(STEPS - 1, Math.max(0, Math.floor(seconds / STEP_SECONDS)));
    steps[step] = (steps[step] as number) + weight;
  };
  for (let lesson = 0; lesson < looked / 2; lesson += 1) {
    const start = (FIRST_HOUR + pick(STARTS, random())) * 3_600;
    for (let person = 0; person < 2; person += 1) {
      const comes = start + normal(COMES, random);
      const leaves = start + LESSON_SECONDS + normal(LEAVES, random);
      note(arrivals, comes);
      note(departures, leaves);
      const times = poisson(LOST, random);
      for (let lost = 0; lost < times; lost += 1) {
        const at = comes + random() * (leaves - comes);
        note(departures, at);
        note(arrivals, at + GONE_SECONDS);
      }
    }
  }
  let there = 0;
  const present = arrivals.map((come, step) => (there += come - (departures[step] as number)));
  return { present, arrivals, departures };
}

/** mulberry32: small, fast, and good enough for lessons. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An index, by the shares that the values are of their sum. */
function pick(shares: readonly number[], value: number): number {
  let left = value * shares.reduce((sum, share) => sum + share, 0);
  return shares.findIndex((share) => (left -= share) < 0);
}

function normal({ mean, deviation }: typeof COMES, random: () => number): number {
  return mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
