#!/usr/bin/env node
// Prisma's own schema engine, from its WebAssembly build, behind the line protocol that the Prisma command line speaks to the
// native binary (JSON-RPC, one message a line). prisma.config.ts names this file, so that `prisma generate`, `validate`,
// `migrate diff`, `migrate status` and `migrate resolve` work with nothing but npm packages: the native binary would be
// downloaded from a host of its own. Shadow databases are PGlite in memory, so comparing migrations with the schema
// needs no server. Not supported: `migrate dev` and `db pull` (adapter-pg refuses columns of the catalogue's type "char").
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { PGlite } from "@electric-sql/pglite";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { PrismaPGlite } from "pglite-prisma-adapter";

const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);

if (args.includes("--version")) {
  console.log("schema-engine-wasm");
  process.exit(0);
}

const { url } = JSON.parse(option("--datasource") ?? "{}");

/** In memory. The adapter of PGlite neither awaits a script nor reports its errors. */
async function connectToShadow() {
  const pglite = new PGlite();
  const adapter = await new PrismaPGlite(pglite).connect();
  adapter.executeScript = async (script) => void (await pglite.exec(script));
  return adapter;
}

/** One connection, because the engine locks per session. The adapter of pg would cut scripts at every semicolon, also inside functions. */
async function connectToServer() {
  const adapter = await new PrismaPg({ connectionString: url, max: 1, options: "-c TimeZone=UTC" }).connect();
  adapter.executeScript = async (script) => void (await adapter.underlyingDriver().query(script));
  return adapter;
}

if (args.includes("cli")) {
  // `cli can-connect-to-database` answers with the exit code, and says why not on stderr as one line of log.
  try {
    const adapter = await connectToServer();
    await adapter.queryRaw({ sql: "select 1", args: [], argTypes: [] });
    process.exit(0);
  } catch (error) {
    const fields = { error_code: "P1001", message: `Can't reach the database: ${error.message}` };
    console.error(JSON.stringify({ level: "ERROR", target: "schema_engine::logger", fields }));
    process.exit(1);
  }
}

const wasmFile = join(
  dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm")),
  "schema_engine_bg.wasm",
);
const wasm = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(wasmFile)), {
  "./schema_engine_bg.js": bindings,
});
bindings.__wbg_set_wasm(wasm.exports);
wasm.exports.__wbindgen_start();

const factory = bindMigrationAwareSqlAdapterFactory({
  provider: "postgres",
  adapterName: "rollcall-schema-engine",
  connect: url ? connectToServer : connectToShadow,
  connectToShadowDb: connectToShadow,
});
// --datamodels names files, separated by commas; the engine wants pairs of path and content.
const datamodels = option("--datamodels")
  ?.split(",")
  .map((file) => [file, readFileSync(file, "utf8")]);
const engine = await bindings.SchemaEngine.new({ datamodels }, () => {}, factory);

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const refuse = (id, error) =>
  send({
    id,
    error: {
      code: 4466,
      message: "An error happened. Check the data field for details.",
      data: {
        is_panic: false,
        message: error.message,
        error_code: error.code ?? null,
        meta: { full_error: error.message },
      },
    },
  });

let current;
// A bad parameter makes the bindings throw outside of any promise; the request that caused it gets the answer.
process.on("uncaughtException", (error) => refuse(current, error));

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (!method) continue; // the command line's receipt for a `print`
  current = id;
  try {
    const result = (await engine[method](params)) ?? {};
    // The native engine has the command line print a diff; the WebAssembly build returns the text instead.
    if (method === "diff" && result.stdout != null)
      send({ id: 0, method: "print", params: { content: result.stdout } });
    send({ id, result });
  } catch (error) {
    refuse(id, error);
  }
}
process.exit(0); // a pool or PGlite would keep the process for a while
