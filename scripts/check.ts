// Runs every check, two at a time, and reports all of them: one that fails hides none of the others.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const checks = ["types", "lint", "format", "schema", "codegen", "migrations", "licences", "families"];
const failed: { name: string; output: string }[] = [];

/** Resolves when a check is done; what it printed is shown only when it failed. */
function run(name: string): Promise<void> {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn("npm", ["run", "--silent", `check:${name}`], {
      cwd: root,
      shell: process.platform === "win32",
    });
    let output = "";
    const keep = (text: string) => (output += text);
    child.stdout.setEncoding("utf8");
    child.stderr.setEncoding("utf8");
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => keep(error.message));
    child.on("close", (code) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${code === 0 ? "ok    " : "FAILED"} ${name.padEnd(10)} ${seconds.padStart(5)} s`);
      if (code !== 0) failed.push({ name, output });
      resolve();
    });
  });
}

const queue = [...checks];
const worker = async () => {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) await run(name);
};
await Promise.all([worker(), worker()]);

for (const { name, output } of failed) console.error(`\n--- ${name} (npm run check:${name}) ---\n${output.trim()}`);
if (failed.length > 0) process.exitCode = 1;
