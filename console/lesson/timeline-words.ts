import { clock, duration } from "../time.ts";
import { lengthOf, type Stretch, type Timeline, within } from "./timeline-model.ts";

/** A timeline in a few sentences, for who does not see it. */
export function describe(timeline: Timeline, name: string, lesson: Stretch, timeZone: string): string {
  const { here, active, gaps, arrival, rows } = timeline;
  const at = (moment: number) => clock(moment, timeZone);
  const window = `The lesson is from ${at(lesson.from)} to ${at(lesson.to)}.`;
  if (here.length === 0) return `${name} has not been there. ${window}`;
  const idle = lengthOf(here) - lengthOf(active);
  return [
    `${name}:`,
    arrival === null ? "not there during the lesson." : `arrived at ${at(arrival)},`,
    `active for ${duration(lengthOf(within(active, lesson)))} of it`,
    idle >= 1_000 ? `, idle for ${duration(idle)}` : "",
    `, until ${at(here.at(-1)!.to)}.`,
    gaps.length === 0
      ? "No gaps."
      : `${gaps.length === 1 ? "One gap" : `${gaps.length} gaps`}: ${gaps
          .map((gap) => `${at(gap.from)} to ${at(gap.to)}, ${duration(gap.to - gap.from)}`)
          .join("; ")}.`,
    rows.length > 1 ? `${rows.length} tabs at once.` : "",
    window,
  ]
    .join(" ")
    .replaceAll(" ,", ",")
    .replace(/ +/g, " ");
}
