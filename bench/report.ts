import type { Outcome } from "./run.ts";

type Figure = Outcome["figures"][string];

/** As many digits as mean something. */
export function inWords(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function withUnit(value: number, unit: string): string {
  if (unit === "×") return `${inWords(value)} ×`;
  if (unit === "") return inWords(value);
  return unit.startsWith("/") ? `${inWords(value)}${unit}` : `${inWords(value)} ${unit}`;
}

function targetOf(outcome: Outcome, figure: string): string {
  const target = outcome.targets.find((each) => each.figure === figure);
  if (target === undefined) return "";
  const { unit } = outcome.figures[figure] as Figure;
  const bound =
    target.atLeast === undefined ? `≤ ${withUnit(target.atMost ?? 0, unit)}` : `≥ ${withUnit(target.atLeast, unit)}`;
  return `${bound}${target.met ? "" : " (missed)"}`;
}

/** One row a figure: name, median, least to most, target. */
function rowsOf(outcome: Outcome): string[][] {
  return Object.entries(outcome.figures).map(([name, { unit, median, least, most }]) => [
    name,
    withUnit(median, unit),
    `${inWords(least)} – ${inWords(most)}`,
    targetOf(outcome, name),
  ]);
}

const HEADS = ["", "median", "least – most", "target"];

/** A Markdown table with the columns in line. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) =>
    Math.max(3, ...[head, ...rows.map((row) => row[column] ?? "")].map((text) => text.length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(heads), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

export const tableOf = (outcome: Outcome): string => table(HEADS, rowsOf(outcome));
