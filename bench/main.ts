// Runs the benchmarks: npm run bench -- [--only name] [--pairs 5] [--seconds 3] [--runs 1] [--write]
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { benchmarks } from "./benchmarks/index.ts";
import { readMachine } from "./machine.ts";
import { readOptions } from "./options.ts";
import { pageOf } from "./page.ts";
import { tableOf } from "./report.ts";
import { medianOf, type Outcome, run } from "./run.ts";
import { ROOT } from "./support/process.ts";

const options = readOptions(process.argv.slice(2));
const chosen = benchmarks.filter(({ name, onlyByName }) =>
  options.only === null ? onlyByName === undefined : name === options.only,
);
if (chosen.length === 0) {
  throw new Error(`--only is one of ${benchmarks.map(({ name }) => name).join(", ")}`);
}

// What is measured is what is shipped, as the sources are now.
execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });
const machine = await readMachine();
console.log(`${machine.cpu}, ${machine.cores} cores · Node ${machine.node} · PostgreSQL ${machine.postgresql}`);

const runs: Outcome[][] = [];
for (let time = 1; time <= options.runs; time += 1) {
  const done: Outcome[] = [];
  for (const benchmark of time === 1 ? chosen : chosen.filter(({ once }) => !once)) {
    console.log(`\n${benchmark.title}${options.runs > 1 ? ` (run ${time} of ${options.runs})` : ""}`);
    const outcome = await run(benchmark, options);
    done.push(outcome);
    console.log(tableOf(outcome));
  }
  runs.push(done);
}
const outcomes = chosen.map(({ name }) => medianOf(runs.flat().filter((outcome) => outcome.name === name)));
if (options.runs > 1) {
  console.log(`\nThe medians of ${options.runs} runs`);
  for (const outcome of outcomes) console.log(`\n${outcome.title}\n${tableOf(outcome)}`);
}

const results = fileURLToPath(new URL("./results/", import.meta.url));
mkdirSync(results, { recursive: true });
const at = new Date().toISOString();
writeFileSync(
  `${results}${at.replaceAll(":", "-")}.json`,
  `${JSON.stringify({ at, machine, options, outcomes, runs }, null, 2)}\n`,
);

const medians = (outcome: Outcome) =>
  Object.fromEntries(
    Object.entries(outcome.figures).map(([name, { median }]) => [name, Number(median.toPrecision(3))]),
  );
for (const outcome of options.write ? outcomes : []) {
  if (outcome.name !== "costs") continue;
  writeFileSync(`${ROOT}bench/costs.json`, `${JSON.stringify({ machine, costs: medians(outcome) }, null, 2)}\n`);
}
if (options.write && options.only === null) writeFileSync(`${ROOT}docs/benchmarks.md`, pageOf(machine, outcomes));
