// What package-lock.json says is installed, and what of it runs.
import { readFileSync } from "node:fs";

export interface Locked {
  readonly name?: string;
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  /** Development only. What an optional peer is too (`devOptional`) is installed with the rest. */
  readonly dev?: boolean;
  readonly dependencies?: Names;
  /** Of Rollcall itself only. */
  readonly devDependencies?: Names;
  readonly optionalDependencies?: Names;
  readonly peerDependencies?: Names;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
type Names = Readonly<Record<string, string>>;

/** By path: "" is Rollcall itself, others are like `node_modules/a/node_modules/b`. */
export type Lock = Readonly<Record<string, Locked>>;

/** Installed for development, and built into the console's files, which production serves. */
export const IN_THE_CONSOLE = ["react", "react-dom", "urql", "@urql/exchange-graphcache"];

const INSIDE = "node_modules/";

export function readLock(file: string | URL = new URL("../package-lock.json", import.meta.url)): Lock {
  return (JSON.parse(readFileSync(file, "utf8")) as { packages: Lock }).packages;
}

/** A package's name, whatever it is nested in. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf(INSIDE) + INSIDE.length);

/** The paths of all that runs in production, in the server or in the console, in order. */
export function running(lock: Lock): string[] {
  const found = new Set<string>();
  const queue = needs(lock, "");
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    queue.push(...needs(lock, path));
  }
  return [...found].sort();
}

/** Where a package finds what it asks for. An optional peer is not asked for: whoever wants it installs it. */
export function needs(lock: Lock, path: string): string[] {
  const { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta = {} } = lock[path] ?? {};
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  const names = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
  if (path === "") names.push(...IN_THE_CONSOLE);
  return names.flatMap((name) => resolve(lock, path, name) ?? []);
}

/** From the package's own folder outwards; null: not installed, such as what is for another system. */
function resolve(lock: Lock, from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(`/${INSIDE}`)))) {
    const path = folder === "" ? `${INSIDE}${name}` : `${folder}/${INSIDE}${name}`;
    if (path in lock) return path;
    if (folder === "") return null;
  }
}
