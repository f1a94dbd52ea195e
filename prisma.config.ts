import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// Every command wants the native schema engine first, generate too, and would download it from a host of its own.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL("./prisma/schema-engine.mjs", import.meta.url));

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
