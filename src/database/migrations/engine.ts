import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

// The bindings hold one instance for the process, even where a test runner loads this file more than once; a second instance
// would pull the memory from under an engine at work.
const instantiated = Symbol.for("rollcall.schema-engine");
const shared = globalThis as { [instantiated]?: true };

/** Prisma publishes the engine for bundlers; Node instantiates the WebAssembly by hand. */
function instantiate(): void {
  if (shared[instantiated]) return;
  const directory = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  const module = new WebAssembly.Module(readFileSync(join(directory, "schema_engine_bg.wasm")));
  const { exports } = new WebAssembly.Instance(module, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  shared[instantiated] = true;
}

/** Prisma's own schema engine in this process, on a connection that stays the caller's to close. */
export async function schemaEngine(connection: SqlDriverAdapter): Promise<bindings.SchemaEngine> {
  instantiate();
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: connection.provider,
    adapterName: connection.adapterName,
    connect: async () => connection,
    connectToShadowDb: async () => {
      throw new Error("Applying migrations takes no shadow database.");
    },
  };
  return bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
}

export interface Migration {
  readonly name: string;
  readonly script: string;
  /** SHA-256 of the script in hexadecimal, as Prisma keeps it in `_prisma_migrations`. */
  readonly checksum: string;
}

// Two levels up from here is the package, from src/database and from dist/database alike.
export const migrationsFolder = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));

/** The migrations of a folder in the order of their names, which start with a time. */
export function readMigrations(folder: string = migrationsFolder): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const script = readFileSync(join(folder, name, "migration.sql"), "utf8");
      return { name, script, checksum: createHash("sha256").update(script).digest("hex") };
    });
}
