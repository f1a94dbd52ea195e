import { type Client as SocketClient, createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { type App, createApp } from "../../src/app.ts";
import { issueDevelopmentToken } from "../../src/auth/development-tokens.ts";
import type { Role } from "../../src/auth/claims.ts";
import { readConfig } from "../../src/config.ts";
import type { EventLoop } from "../../src/event-loop.ts";
import type { Log } from "../../src/services/shared/ports.ts";
import type { Traces } from "../../src/telemetry/traces.ts";
import { FakeClock } from "./clock.ts";
import { testDatabase, type TestDatabase } from "./database.ts";
import { silent } from "./log.ts";

export const SECRET = "a secret for tests, at least 32 bytes long";
/** A test's clock stands still while it sends as many heartbeats as it likes. */
const ENV = { NODE_ENV: "test", JWT_SECRET: SECRET, LIMIT_HEARTBEATS: "10000" };
const TEN_YEARS = 10 * 365 * 24 * 3600;

export interface Answer<T = Record<string, never>> {
  readonly data?: T | null;
  readonly errors?: { message: string; path?: (string | number)[]; extensions: { code: string } }[];
}

/** One viewer's way in: over HTTP by `ask`, over WebSocket by `socket`. */
export interface Caller {
  readonly token: Promise<string | null>;
  /** Answers data and errors as they came. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
  ask<T = any>(query: string, variables?: object): Promise<Answer<T>>;
  /** The data; throws when there are errors. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get<T = any>(query: string, variables?: object): Promise<T>;
  /** The code of the first error; throws when there is none. */
  code(query: string, variables?: object): Promise<string>;
  /** A graphql-ws client of one real WebSocket, opened at its first operation. Disposed of with the app. */
  socket(): SocketClient;
}

export interface TestApp {
  readonly app: App;
  readonly clock: FakeClock;
  readonly store: TestDatabase;
  readonly url: string;
  as(user: number, ...roles: Role[]): Caller;
  /** Whoever a token of the test's own making (signed with SECRET) names. */
  bearing(token: string): Caller;
  readonly anonymous: Caller;
  dispose(): Promise<void>;
}

export interface TestAppOptions {
  /** What the clock shows at first; 2026-03-02T15:00:00Z unless told. */
  readonly start?: string;
  readonly env?: Record<string, string>;
  /** Milliseconds without the job scheduler that count as the servers' absence; never unless told, so that tests may jump. */
  readonly tolerance?: number;
  /** A free one unless told. */
  readonly port?: number;
  /** Milliseconds that a query or a mutation may take; 10 s unless told. */
  readonly patience?: number;
  /** A database that the test opened itself, and disposes of itself. */
  readonly store?: TestDatabase;
  /** Says nothing but errors unless told. */
  readonly log?: Log;
  readonly traces?: Traces;
  /** Says how long what is read may have waited; not at all unless told. */
  readonly eventLoop?: EventLoop;
}

/** The whole application on a real store and a real port, at a time that the test decides. */
export async function testApp(options: TestAppOptions = {}): Promise<TestApp> {
  const store = options.store ?? (await testDatabase());
  const clock = new FakeClock(options.start ?? "2026-03-02T15:00:00Z");
  const config = readConfig({ ...ENV, ...options.env });
  const tolerance = options.tolerance ?? Number.MAX_SAFE_INTEGER;
  const { log = silent, traces, patience, eventLoop } = options;
  const secret = config.auth.jwksUrl === null ? SECRET : null;
  // What is asked twice is compiled the second time: tests hold both ways to the same.
  const execution = { after: 1, part: 1 };
  const told = { log, tolerance, traces, patience, eventLoop };
  const parts = { config, database: store.database, clock, secret, execution, ...told };
  const app = createApp(parts);
  const url = (await app.listen(options.port ?? 0, "127.0.0.1")).href;
  const clients: SocketClient[] = [];

  const caller = (token: Promise<string | null>): Caller => {
    const ask = async <T>(query: string, variables: object = {}): Promise<Answer<T>> => {
      const headers: Record<string, string> = { "content-type": "application/json" };
      const bearer = await token;
      if (bearer !== null) headers["authorization"] = `Bearer ${bearer}`;
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
      return (await response.json()) as Answer<T>;
    };
    return {
      token,
      ask,
      async get(query, variables) {
        const { data, errors } = await ask(query, variables);
        if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
        return data as never;
      },
      async code(query, variables) {
        const { errors, data } = await ask(query, variables);
        if (errors?.[0] === undefined) throw new Error(`expected an error, got ${JSON.stringify(data)}`);
        return errors[0].extensions.code;
      },
      socket() {
        const connectionParams = async () => {
          const bearer = await token;
          return bearer === null ? {} : { authorization: `Bearer ${bearer}` };
        };
        const client = createClient({
          url: url.replace("http", "ws"),
          webSocketImpl: WebSocket,
          connectionParams,
          retryAttempts: 0,
          lazyCloseTimeout: 60_000,
        });
        clients.push(client);
        return client;
      },
    };
  };

  return {
    app,
    clock,
    store,
    url,
    anonymous: caller(Promise.resolve(null)),
    bearing: (token) => caller(Promise.resolve(token)),
    as(user, ...roles) {
      const wish = { secret: SECRET, user, roles, expiresInSeconds: TEN_YEARS, now: clock.now() };
      return caller(issueDevelopmentToken(wish));
    },
    async dispose() {
      await Promise.all(clients.map(async (client) => client.dispose()));
      await app.close();
      if (options.store === undefined) await store.dispose();
    },
  };
}
