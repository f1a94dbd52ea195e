import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RollcallRequestError } from "../client/index.ts";
import { FIRST_MINUTE, LAST_MINUTE, LESSONS } from "./cast.ts";
import { DemoClock } from "./clock.ts";
import { keepOpen } from "./keep.ts";
import { accept, admitPeople, book, type Booked, end, rehearse, suggestionFor, watch } from "./lessons.ts";
import type { LessonView } from "./scene.ts";
import { type Happening, renderHappening, renderScreen, screenLines, type ScreenView } from "./screen.ts";
import { openStage, type Stage } from "./stage.ts";
import { renderMark, renderSuggestion } from "./table.ts";
import { Terminal } from "./terminal.ts";

const USAGE = `Plays two lessons at many times real speed on a database of its own, and shows what Rollcall makes of them.

  npm run demo [-- --keep]

  --keep  leaves the server running afterwards, with tokens to try it, until Ctrl-C
`;

const SPEED = 600;
const FRAME_MS = 100;
const FIVE_MINUTES = 300_000;
const timeZone = zoneHere();

/** The lessons end about now, at a time that is easy to read. */
const minuteZero = Math.floor((Date.now() - 60_000) / FIVE_MINUTES) * FIVE_MINUTES - 3_600_000;
const minute = (count: number) => minuteZero + count * 60_000;

async function run(terminal: Terminal, directory: string, keep: boolean): Promise<void> {
  const clock = new DemoClock(minute(FIRST_MINUTE), SPEED);
  const began = performance.now();
  terminal.line("\n  Starting the server on a fresh embedded database …");
  const stage = await openStage(directory, clock, quiet);
  try {
    await admitPeople(stage);
    const lessons: Booked[] = [];
    for (const script of LESSONS) lessons.push(await book(stage, script, minuteZero, timeZone));
    terminal.line(`  Ready after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
    await playAll(stage, clock, lessons, terminal);
    await tellResults(stage, lessons, terminal);
    if (!keep) terminal.line("  To try it by hand: npm run demo -- --keep\n");
    else await keepOpen(stage, clock, timeZone, (text) => terminal.line(text), stopped);
  } finally {
    await stage.close();
  }
}

/** Both lessons at once, drawn while they go on. */
async function playAll(stage: Stage, clock: DemoClock, lessons: Booked[], terminal: Terminal): Promise<void> {
  const views = new Map<Booked, LessonView>();
  const happenings: Happening[] = [];
  const { paint } = terminal;
  const draw = () => {
    const view: ScreenView = { now: clock.now(), speed: SPEED, timeZone, lessons: [...views.values()], happenings };
    terminal.frame(renderScreen(view, paint));
  };
  for (const booked of lessons) await rehearse(stage, clock, booked, minuteZero);
  const watched = lessons.map((booked) =>
    watch(stage, clock, booked, minuteZero, (lesson, news) => {
      views.set(booked, lesson);
      happenings.push(...news);
      if (!terminal.live) for (const each of news) terminal.line(`  ${renderHappening(each, timeZone, paint)}`);
    }),
  );
  if (!terminal.live) terminal.line(`\n  Two lessons over real WebSockets, ${SPEED} times real speed:\n`);
  const timer = terminal.live ? setInterval(draw, FRAME_MS) : undefined;
  try {
    const played = clock.play(minute(LAST_MINUTE)).then(() => Promise.all(lessons.map((each) => end(stage, each))));
    await Promise.all([played, ...watched]);
    if (terminal.live) draw();
  } finally {
    clearInterval(timer);
    terminal.done();
  }
  clock.goOn();
}

async function tellResults(stage: Stage, lessons: Booked[], terminal: Terminal): Promise<void> {
  const { paint } = terminal;
  if (!terminal.live) terminal.line();
  terminal.line("  The lessons are over. This is what the evidence suggests:");
  for (const booked of lessons) {
    terminal.line();
    renderSuggestion(await suggestionFor(stage, booked), paint).forEach((line) => terminal.line(line));
  }
  const [accepted, left] = lessons as [Booked, Booked];
  const { name } = accepted.script.tutor.person;
  const mark = await accept(stage, accepted);
  terminal.line(`\n  ${name} accepts the suggestion for ${accepted.script.title}. It is on record now:\n`);
  renderMark(mark, timeZone, paint).forEach((line) => terminal.line(line));
  terminal.line(`\n  ${left.script.title} is left as it is, for a person to decide.\n`);
}

/** The zone of this machine, when it goes by a name. */
function zoneHere(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return /^[A-Za-z]/.test(timeZone) ? timeZone : "UTC";
}

const quiet = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (details: object, message: string) => console.error(`  ${message}`, details),
};

function explain(error: unknown): string {
  if (error instanceof RollcallRequestError) return `${error.message} (${error.codes.join(", ")})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Resolves at the first signal once somebody waits for it; before that a signal ends the process at once. */
let waiting: (() => void) | null = null;
const stopped = () => new Promise<void>((resolve) => (waiting = resolve));

function readKeep(): boolean | null {
  try {
    const { values } = parseArgs({ options: { keep: { type: "boolean", default: false }, help: { type: "boolean" } } });
    return values.help === true ? null : values.keep;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n`);
    process.exitCode = 1;
    return null;
  }
}

async function main(keep: boolean): Promise<void> {
  const terminal = new Terminal(process.stdout, process.env, screenLines(LESSONS.length));
  const directory = mkdtempSync(join(tmpdir(), "rollcall-demo-"));
  // However the process ends: the server is in it, and all that it wrote is in there.
  process.once("exit", () => {
    terminal.done();
    rmSync(directory, { recursive: true, force: true });
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => (waiting === null ? process.exit(128 + constants.signals[signal]) : waiting()));
  }
  // Nobody reads any more.
  process.stdout.on("error", () => process.exit(1));
  await run(terminal, directory, keep);
}

try {
  const keep = readKeep();
  if (keep === null) process.stdout.write(USAGE);
  else await main(keep);
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${explain(error)}\n`);
  process.exitCode = 1;
}
