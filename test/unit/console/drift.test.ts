import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

// One run says both: Prisma's engine takes seconds to make all migrations.
test(
  "[D1] the migrations make what the Prisma schema says: the check prints what a schema ahead of them has more, and only that",
  { timeout: 60_000 },
  () => {
    const directory = mkdtempSync(join(tmpdir(), "rollcall-drift-"));
    const schema = join(directory, "schema.prisma");
    const current = readFileSync(join(root, "prisma/schema.prisma"), "utf8");
    writeFileSync(schema, current.replace("model User {", "model User {\n  nickname String?"));
    const args = ["--import", "tsx", "scripts/check-migrations.ts", schema];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    rmSync(directory, { recursive: true });
    const [heading, ...sql] = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("--"));
    expect(heading).toBe(`The migrations lack this to make ${schema}:`);
    expect(sql.map((line) => line.replaceAll(/\s+/g, " "))).toEqual([
      'ALTER TABLE "users" ADD COLUMN "nickname" TEXT;',
    ]);
    expect(status).toBe(1);
  },
);
