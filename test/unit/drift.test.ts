import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const check = (...schema: string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", "scripts/check-migrations.ts", ...schema], {
    cwd: root,
    encoding: "utf8",
  });

test("[D1] the migrations make what the Prisma schema says", { timeout: 60_000 }, () => {
  const { status, stdout, stderr } = check();
  expect(stderr).toBe("");
  expect(stdout).toContain("The migrations make what the schema says.");
  expect(status).toBe(0);
});

test(
  "a schema that is ahead of them fails the check, which prints the SQL that is missing",
  { timeout: 60_000 },
  () => {
    const directory = mkdtempSync(join(tmpdir(), "rollcall-drift-"));
    const schema = join(directory, "schema.prisma");
    const current = readFileSync(join(root, "prisma/schema.prisma"), "utf8");
    writeFileSync(schema, current.replace("model User {", "model User {\n  nickname String?"));
    const { status, stderr } = check(schema);
    rmSync(directory, { recursive: true });
    expect(stderr).toContain('ALTER TABLE "users" ADD COLUMN     "nickname" TEXT');
    expect(status).toBe(1);
  },
);
