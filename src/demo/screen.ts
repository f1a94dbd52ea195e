import type { Paint, Style } from "./paint.ts";
import { activeMs, type LessonView, minutes, type PersonView, type State } from "./scene.ts";

/* The live view: state in, text out. Pure. */

export interface ScreenView {
  readonly now: number;
  readonly speed: number;
  readonly timeZone: string;
  readonly lessons: readonly LessonView[];
  /** What happened, oldest first; the last few are shown. */
  readonly happenings: readonly Happening[];
}

export interface Happening {
  readonly at: number;
  readonly lesson: string;
  readonly text: string;
}

export const WIDTH = 80;
const BAR = 22;
const NEWEST = 4;

interface Mark {
  readonly dot: string;
  readonly cell: string;
  readonly style: Style;
}

const MARKS: Record<State, Mark> = {
  active: { dot: "●", cell: "█", style: "green" },
  idle: { dot: "◐", cell: "▒", style: "yellow" },
  away: { dot: "○", cell: "·", style: "dim" },
};
const TO_COME: Mark = { dot: " ", cell: "─", style: "dim" };

/** How many lines a frame has. */
export const screenLines = (lessons: number) => 6 + NEWEST + 4 * lessons;

/** One frame. */
export function renderScreen(view: ScreenView, paint: Paint): string[] {
  const { now, speed, timeZone, lessons } = view;
  const title = `${paint("bold", "Rollcall")}   two lessons over real WebSockets, ${speed} times real speed`;
  return [
    "",
    `  ${title}`,
    "",
    `  ${paint("bold", clockTime(now, timeZone))}  ${legend(paint)}`,
    ...lessons.flatMap((lesson) => ["", ...renderLesson(lesson, now, timeZone, paint)]),
    "",
    ...newest(view).map((happening) => (happening === null ? "" : `  ${renderHappening(happening, timeZone, paint)}`)),
    "",
  ];
}

/** One thing that happened, on a line of its own. */
export function renderHappening({ at, lesson, text }: Happening, timeZone: string, paint: Paint): string {
  return `${paint("dim", clockTime(at, timeZone))}  ${lesson.padEnd(8)} ${text}`;
}

function renderLesson(lesson: LessonView, now: number, timeZone: string, paint: Paint): string[] {
  const times = `${clockTime(lesson.from, timeZone, false)} to ${clockTime(lesson.to, timeZone, false)}`;
  const status = lesson.ended ? "ended" : now < lesson.from ? "not begun" : "in progress";
  const head = `${lesson.title}  ${times}`;
  const gap = " ".repeat(WIDTH - 4 - head.length - status.length);
  return [
    `  ${paint("bold", lesson.title)}  ${paint("dim", times)}${gap}${paint("dim", status)}`,
    ...lesson.people.map((person) => `  ${renderPerson(person, lesson, now, timeZone, paint)}`),
  ];
}

function renderPerson(person: PersonView, lesson: LessonView, now: number, timeZone: string, paint: Paint): string {
  const { dot, style } = MARKS[person.stretches.at(-1)?.state ?? "away"];
  const who = `${person.name.slice(0, 14).padEnd(14)} ${paint("dim", person.role.padEnd(7))}`;
  const where = whereabouts(person, timeZone).padEnd(19);
  const active = minutes(activeMs(person, now)).padStart(9);
  return `${paint(style, dot)} ${who} ${where} ${renderBar(person, lesson, now, paint)} ${active}`;
}

function whereabouts({ seen, stretches }: PersonView, timeZone: string): string {
  const last = stretches.at(-1);
  if (seen === null || last === undefined) return "not here yet";
  const since = clockTime(last.from, timeZone, false);
  if (last.state === "away") return `gone since ${since}`;
  if (last.state === "idle") return `idle since ${since}`;
  const came = stretches.findLast(({ state }, i) => state !== "away" && (stretches[i - 1]?.state ?? "away") === "away");
  const tabs = seen.openConnections > 1 ? `, ${seen.openConnections} tabs` : "";
  return `since ${clockTime(came?.from ?? last.from, timeZone, false)}${tabs}`;
}

/** The lesson from left to right; each cell shows what they were in most of its time. */
function renderBar(person: PersonView, { from, to }: LessonView, now: number, paint: Paint): string {
  const width = (to - from) / BAR;
  const cells = Array.from({ length: BAR }, (_, cell) => {
    const [begin, end] = [from + cell * width, from + (cell + 1) * width];
    return begin >= now ? TO_COME : MARKS[mostly(person, begin, Math.min(end, now))];
  });
  const starts = cells.flatMap((cell, i) => (cell === cells[i - 1] ? [] : [i]));
  return starts
    .map((start, i) => {
      const { cell, style } = cells[start] as Mark;
      return paint(style, cell.repeat((starts[i + 1] ?? BAR) - start));
    })
    .join("");
}

function mostly({ stretches }: PersonView, from: number, to: number): State {
  const spent: Record<State, number> = { away: 0, idle: 0, active: 0 };
  let [state, since]: [State, number] = ["away", from];
  for (const next of [...stretches, { from: to, state: "away" as const }]) {
    const until = Math.min(Math.max(next.from, from), to);
    spent[state] += until - since;
    [state, since] = [next.state, until];
  }
  return (Object.keys(spent) as State[]).reduce((most, each) => (spent[each] > spent[most] ? each : most));
}

function legend(paint: Paint): string {
  return (["active", "idle", "away"] as const)
    .map((state) => `${paint(MARKS[state].style, MARKS[state].cell)} ${paint("dim", state)}`)
    .join("   ");
}

function newest({ happenings }: ScreenView): (Happening | null)[] {
  const last = happenings.slice(-NEWEST);
  return [...last, ...Array.from({ length: NEWEST - last.length }, () => null)];
}

export function clockTime(at: number, timeZone: string, seconds = true): string {
  const second = seconds ? ({ second: "2-digit" } as const) : {};
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", ...second }).format(at);
}
