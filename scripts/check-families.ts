// Packages that are released together have one version, among those that package.json names and those that run. And the
// schema engine is the one that the same release of Prisma names (docs/decisions/schema-engine.md).
// Reads package-lock.json alone. Arguments: another package-lock.json.
import { nameOf, readLock, running } from "./locked-packages.ts";

/** By a name for the report; packages that only share a scope, such as `@graphql-tools/…`, are no family. */
const FAMILIES: Readonly<Record<string, RegExp>> = {
  Prisma: /^(prisma|@prisma\/(adapter-pg|client|client-runtime-utils|debug|driver-adapter-utils))$/,
  "GraphQL Yoga": /^(graphql-yoga|@graphql-yoga\/render-graphiql)$/,
  "OpenTelemetry, stable": /^@opentelemetry\/(core|resources|sdk-metrics|sdk-trace|sdk-trace-base)$/,
  "OpenTelemetry, 0.x": /^@opentelemetry\/(api-logs|exporter-.*|otlp-.*|sdk-logs)$/,
  React: /^(react|react-dom)$/,
  Vitest: /^(vitest|@vitest\/coverage-v8)$/,
};

const lock = readLock(process.argv[2]);
const { dependencies, devDependencies } = lock[""] ?? {};
const named = Object.keys({ ...dependencies, ...devDependencies }).map((name) => `node_modules/${name}`);
const paths = [...new Set([...named, ...running(lock)])];

const mixed = Object.entries(FAMILIES).flatMap(([family, pattern]) => {
  const members = paths.filter((path) => pattern.test(nameOf(path)));
  const versions = members.map((path) => `${nameOf(path)} ${lock[path]?.version}`);
  return new Set(members.map((path) => lock[path]?.version)).size > 1 ? [`${family}: ${versions.join(", ")}`] : [];
});

const version = (name: string) => lock[`node_modules/${name}`]?.version ?? "none";
const [ours, theirs] = [version("@prisma/schema-engine-wasm"), version("@prisma/engines-version")];
if (ours !== theirs)
  mixed.push(`@prisma/schema-engine-wasm ${ours} is not the engine of this Prisma, which is ${theirs}`);

if (mixed.length > 0) {
  console.error(`Packages of one family have several versions:\n${mixed.join("\n")}`);
  process.exitCode = 1;
}
