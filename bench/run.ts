import { type Benchmark, type Figures, meets, summarise, type Summary } from "./benchmark.ts";
import type { Options } from "./options.ts";
import { createPlace } from "./support/place.ts";

export interface Outcome {
  readonly name: string;
  readonly title: string;
  readonly rounds: number;
  readonly figures: Readonly<Record<string, Summary & { readonly unit: string }>>;
  readonly targets: readonly { figure: string; atLeast?: number; atMost?: number; met: boolean }[];
}

const WARM_UP_SECONDS = 3;

/** Runs one benchmark on a database of its own, and cleans up whatever happens. */
export async function run(benchmark: Benchmark, { pairs, seconds }: Options): Promise<Outcome> {
  const place = await createPlace();
  try {
    const ready = await benchmark.prepare(place);
    try {
      // Nobody serves from a process that has just started: what the first round measures is the compiler.
      if (benchmark.rounds === undefined) await ready.round(Math.min(seconds, WARM_UP_SECONDS));
      const rounds: Figures[] = [];
      for (let round = 0; round < (benchmark.rounds ?? pairs); round += 1) rounds.push(await ready.round(seconds));
      return outcomeOf(benchmark, rounds);
    } finally {
      await ready.dispose();
    }
  } finally {
    await place.drop();
  }
}

/** Of several runs of one benchmark: of each figure the median of their medians, and the least and the most of all. */
export function medianOf(runs: readonly Outcome[]): Outcome {
  const [first] = runs as [Outcome];
  const figures = Object.entries(first.figures).map(([figure, { unit }]) => {
    const all = runs.map((run) => run.figures[figure] as Summary);
    const { median } = summarise(all.map((each) => each.median));
    const least = Math.min(...all.map((each) => each.least));
    const most = Math.max(...all.map((each) => each.most));
    return [figure, { unit, median, least, most }] as const;
  });
  const byFigure = Object.fromEntries(figures);
  const targets = first.targets.map((target) => ({
    ...target,
    met: meets(target, byFigure[target.figure] as Summary),
  }));
  return { ...first, rounds: runs.reduce((sum, { rounds }) => sum + rounds, 0), figures: byFigure, targets };
}

function outcomeOf({ name, title, figures, targets }: Benchmark, rounds: readonly Figures[]): Outcome {
  const summaries = Object.entries(figures).map(([figure, unit]) => {
    const values = rounds.map((round) => round[figure]);
    if (values.some((value) => value === undefined)) throw new Error(`${name} did not measure ${figure}`);
    return [figure, { unit, ...summarise(values as number[]) }] as const;
  });
  const byFigure = Object.fromEntries(summaries);
  const judged = targets.map((target) => ({ ...target, met: meets(target, byFigure[target.figure] as Summary) }));
  return { name, title, rounds: rounds.length, figures: byFigure, targets: judged };
}
