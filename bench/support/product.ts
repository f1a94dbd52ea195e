import { readFileSync } from "node:fs";
import { issueDevelopmentToken } from "../../src/auth/development-tokens.ts";
import type { Role } from "../../src/auth/claims.ts";
import type { Place } from "./place.ts";
import { ROOT, type ServerProcess, startProcess } from "./process.ts";

const SECRET = "a secret for benchmarks, at least 32 bytes long";

/** What `npm start` gives Node. */
const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { scripts: { start: string } };
const START = scripts.start.split(" ").slice(scripts.start.split(" ").indexOf("node") + 1);

/**
 * The product as it is run: dist/, in production. Only heartbeats are let through faster than clients send them, since
 * each connection here sends the next one as soon as the last is answered.
 * @param env such as REDIS_URL, for what more than one process needs
 */
export function startProduct(place: Place, env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  return startProcess(START, {
    PORT: "0",
    HOST: "127.0.0.1",
    DATABASE_URL: place.url,
    JWT_SECRET: SECRET,
    LIMIT_HEARTBEATS: "10000",
    ...env,
  });
}

export const tokenFor = (user: number, ...roles: Role[]): Promise<string> =>
  issueDevelopmentToken({ secret: SECRET, user, roles, expiresInSeconds: 24 * 3_600, now: Date.now() });

export async function ask<T>(server: ServerProcess, token: string, query: string): Promise<T> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const response = await fetch(server.url, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** The cheapest operation that there is. */
export const TYPENAME = { query: "{ __typename }" };

/** One of the server's own metrics, by its name with labels. */
export async function metric(server: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(new URL("/metrics", server.url))).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`/metrics has no ${name}`);
  return Number(line.slice(name.length + 1));
}
