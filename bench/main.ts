// Runs the benchmarks: npm run bench -- [--only name] [--pairs 5] [--seconds 4] [--write]
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { benchmarks } from "./benchmarks/index.ts";
import { readMachine } from "./machine.ts";
import { readOptions } from "./options.ts";
import { pageOf } from "./page.ts";
import { tableOf } from "./report.ts";
import { type Outcome, run } from "./run.ts";
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

const outcomes: Outcome[] = [];
for (const benchmark of chosen) {
  console.log(`\n${benchmark.title}`);
  const outcome = await run(benchmark, options);
  outcomes.push(outcome);
  console.log(tableOf(outcome));
}

const results = fileURLToPath(new URL("./results/", import.meta.url));
mkdirSync(results, { recursive: true });
const at = new Date().toISOString();
writeFileSync(
  `${results}${at.replaceAll(":", "-")}.json`,
  `${JSON.stringify({ at, machine, options, outcomes }, null, 2)}\n`,
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
