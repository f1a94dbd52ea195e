import type { Place } from "./support/place.ts";

/** What one round measured, by the names of `Benchmark.figures`. */
export type Figures = Readonly<Record<string, number>>;

export interface Target {
  readonly figure: string;
  /** Where the ambition lies. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Ready {
  /** Product and peers in turn, each loaded alone for `seconds`. */
  round(seconds: number): Promise<Figures>;
  dispose(): Promise<void>;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** What is measured, in the order of the report, each with its unit ("" for ratios). */
  readonly figures: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  /** Too long for a run of everything: only by its name. */
  readonly onlyByName?: true;
  /** Too long to be repeated: in the first of several runs only. */
  readonly once?: true;
  /** Its rounds, each long enough to need no warm-up; the command's --pairs and --seconds mean nothing to it. */
  readonly rounds?: number;
  prepare(place: Place): Promise<Ready>;
}

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Of a figure over all rounds. Ratios are taken within a round, so that what disturbs both sides disturbs neither. */
export function summarise(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] as number;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, least: at(0), most: at(sorted.length - 1) };
}

export function meets(target: Target, { median }: Summary): boolean {
  return (
    median >= (target.atLeast ?? Number.NEGATIVE_INFINITY) && median <= (target.atMost ?? Number.POSITIVE_INFINITY)
  );
}
