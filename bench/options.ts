import { parseArgs } from "node:util";

export interface Options {
  /** Rounds: product and peers in turn. */
  readonly pairs: number;
  /** How long each is loaded in a round. */
  readonly seconds: number;
  /** How often all of it is done; the report has the median of them. */
  readonly runs: number;
  /** One benchmark by its name; null: all but those that take minutes. */
  readonly only: string | null;
  /** Write down what was measured, for the documentation. */
  readonly write: boolean;
}

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: { type: "string", default: "5" },
      seconds: { type: "string", default: "4" },
      runs: { type: "string", default: "1" },
      only: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const number = (name: "pairs" | "seconds" | "runs") => {
    const value = Number(values[name]);
    if (Number.isFinite(value) && value >= 1) return value;
    throw new Error(`--${name} is a number of at least 1`);
  };
  const [pairs, seconds, runs] = [number("pairs"), number("seconds"), number("runs")];
  return { pairs, seconds, runs, only: values.only ?? null, write: values.write };
}
