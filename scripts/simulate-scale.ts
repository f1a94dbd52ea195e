// Prints the tables of docs/scaling.md from bench/costs.json and a simulated day of lessons; with --write it puts them there.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inWords, table } from "../bench/report.ts";
import { simulateDay } from "./simulation/day.ts";
import { type Costs, type Peaks, peaksOf } from "./simulation/peaks.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = `${root}docs/scaling.md`;
const BEGIN = "<!-- npm run simulate -- --write -->";
const END = "<!-- end -->";
const SEED = 1;
const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];
const THINGS = ["attendee", "arrival", "heartbeat", "event", "lesson"];

const { machine, costs } = JSON.parse(readFileSync(`${root}bench/costs.json`, "utf8")) as {
  machine: { cpu: string; node: string; postgresql: string };
  costs: Costs;
};

/** What each thing takes, a row for each figure. */
function costTable(): string {
  const order = Object.entries(costs).sort(
    ([a], [b]) => THINGS.indexOf(a.split(",")[0] ?? "") - THINGS.indexOf(b.split(",")[0] ?? ""),
  );
  return table(
    ["what", "measured"],
    order.map(([name, value]) => [name, `${inWords(value)}${unitOf(name)}`]),
  );
}

function unitOf(name: string): string {
  if (name.includes("CPU a minute")) return " ms";
  if (name.includes("CPU")) return " µs";
  if (name.includes("resident")) return " KB";
  return /WAL|Redis$|stored/.test(name) ? " bytes" : "";
}

const ROWS: Readonly<Record<string, (peaks: Peaks) => number>> = {
  "there at once": (peaks) => peaks.present,
  "come or go in a second": (peaks) => peaks.events,
  "server processes": (peaks) => peaks.processes,
  "server cores": (peaks) => peaks.serverCores,
  "server memory for them, GB": (peaks) => peaks.serverGigabytes,
  "database cores": (peaks) => peaks.databaseCores,
  "rows written in a second": (peaks) => peaks.rowsPerSecond,
  "WAL, MB/s": (peaks) => peaks.walMegabytesPerSecond,
  "Redis messages in a second": (peaks) => peaks.redisMessagesPerSecond,
  "Redis, MB/s": (peaks) => peaks.redisMegabytesPerSecond,
  "stored in a year, GB": (peaks) => peaks.storedPerYearGigabytes,
};

function peakTable(): string {
  const all = SIZES.map((people) => peaksOf(people, simulateDay(people, SEED), costs));
  const heads = ["people with a lesson that day", ...SIZES.map((people) => people.toLocaleString("en-US"))];
  return table(
    heads,
    Object.entries(ROWS).map(([name, of]) => [name, ...all.map((peaks) => inWords(of(peaks)))]),
  );
}

const text = `${costTable()}

Measured on ${machine.cpu}, Node ${machine.node}, PostgreSQL ${machine.postgresql}.

${peakTable()}`;

if (process.argv.includes("--write")) {
  const old = readFileSync(page, "utf8");
  const [before, after] = [old.indexOf(BEGIN) + BEGIN.length, old.indexOf(END)];
  writeFileSync(page, `${old.slice(0, before)}\n\n${text}\n\n${old.slice(after)}`);
} else {
  console.log(text);
}
