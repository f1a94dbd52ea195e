// Writes schema.graphql, the public schema as src/graphql makes it: sorted, with its descriptions. With --check it
// writes nothing and fails when the file says something else, or when the schema breaks a rule of schema-rules.ts.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lexicographicSortSchema, printSchema } from "graphql";
import { schema } from "../src/graphql/schema/schema.ts";
import { schemaFaults } from "./schema-rules.ts";

const file = fileURLToPath(new URL("../schema.graphql", import.meta.url));
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, printed);
} else if (written() === printed) {
  console.log("schema.graphql is what src/graphql says.");
} else {
  console.error(`schema.graphql is not what src/graphql says${difference()}. Run: npm run schema`);
  process.exitCode = 1;
}

const faults = process.argv.includes("--check") ? schemaFaults(schema) : [];
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
}

function written(): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Where the two part. */
function difference(): string {
  const old = written();
  if (old === null) return " (there is no such file)";
  const [before, after] = [old.split("\n"), printed.split("\n")];
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line < 0 ? after.length : line;
  return `, first in line ${at + 1}: "${before[at] ?? ""}" should be "${after[at] ?? ""}"`;
}
