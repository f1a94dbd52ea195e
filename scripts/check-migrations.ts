// Fails when prisma/schema.prisma and what prisma/migrations make differ, and prints the SQL between them. What the
// schema can't express (partial indexes, checks, triggers, storage settings) is no difference. Arguments: another schema file.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const schema = process.argv[2] ?? "prisma/schema.prisma";
const args = [
  "migrate",
  "diff",
  "--from-migrations",
  "prisma/migrations",
  "--to-schema",
  schema,
  "--script",
  "--exit-code",
];
// An empty URL keeps a developer's database out of it: both sides are read in memory.
const env = { ...process.env, DATABASE_URL: "" };
const run = spawnSync(process.execPath, ["node_modules/prisma/build/index.js", ...args], {
  cwd: root,
  env,
  encoding: "utf8",
});

if (run.status === 0) {
  console.log("The migrations make what the schema says.");
} else {
  console.error(
    run.status === 2 ? `The migrations lack this to make ${schema}:\n\n${run.stdout}` : run.stdout + run.stderr,
  );
  process.exitCode = 1;
}
