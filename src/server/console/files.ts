import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** One built file, as it goes out. */
export interface ConsoleFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
}

export interface ConsoleFiles {
  /** The page, the same at every address of the console. */
  readonly page: ConsoleFile;
  /** By name, such as "index-D3adB33f.js": nothing else can be asked for, whatever a path looks like. */
  readonly assets: ReadonlyMap<string, ConsoleFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".md": "text/plain; charset=utf-8",
};

/** What `npm run build` made of console/, all of it in memory (some 400 kB); null where it was not built. */
export function loadConsole(directory: string): ConsoleFiles | null {
  const page = join(directory, "index.html");
  if (!existsSync(page)) return null;
  const assets = join(directory, "assets");
  const names = readdirSync(assets).filter((name) => TYPES[extname(name)] !== undefined);
  return {
    page: fileOf(page),
    assets: new Map(names.map((name) => [name, fileOf(join(assets, name))])),
  };
}

function fileOf(path: string): ConsoleFile {
  const plain = readFileSync(path);
  return {
    type: TYPES[extname(path)]!,
    plain,
    gzipped: gzipSync(plain, { level: 9 }),
    etag: createHash("sha256").update(plain).digest("base64url").slice(0, 22),
  };
}
