import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import { createApp } from "../app.ts";
import { issueDevelopmentToken } from "../auth/development-tokens.ts";
import { createClient, type RollcallClient } from "../client/index.ts";
import { readConfig } from "../config.ts";
import { openDatabase } from "../database/client/open.ts";
import { FIRST_LESSON, type Tour } from "../server/graphiql/tour.ts";
import type { Log } from "../services/shared/ports.ts";
import { PEOPLE, type Person } from "./cast.ts";
import type { DemoClock } from "./clock.ts";

/** The real application on a fresh embedded database, on a free port of this machine. */
export interface Stage {
  readonly url: string;
  token(person: Person): Promise<string>;
  /** A client of that person's; closed with the stage. */
  client(person: Person): RollcallClient;
  /** From now on GraphiQL opens with this. */
  guide(tour: Tour): void;
  close(): Promise<void>;
}

const TOKEN_HOURS = 12;

export async function openStage(directory: string, clock: DemoClock, log: Log): Promise<Stage> {
  const secret = randomBytes(32).toString("base64url");
  // Nothing of the environment counts here; heartbeats come as fast as the clock runs.
  const config = readConfig({ NODE_ENV: "development", JWT_SECRET: secret, LIMIT_HEARTBEATS: "10000" });
  const database = await openDatabase({ dataDir: directory, log });
  const token = ({ id, role, name }: Person) =>
    issueDevelopmentToken({
      secret,
      user: id,
      roles: [role],
      name,
      expiresInSeconds: TOKEN_HOURS * 3600,
      now: clock.now(),
    });
  const app = createApp({
    ...{ config, database, clock, log, secret },
    // Between two looks of the job scheduler half a minute passes at the speed of the demo: that is no outage.
    tolerance: Number.MAX_SAFE_INTEGER,
    offer: offerOf(token),
    tour: () => tour,
  });
  const url = (await app.listen(0, "127.0.0.1")).href;
  const clients: RollcallClient[] = [];
  let tour = FIRST_LESSON;
  return {
    url,
    token,
    client(person) {
      const client = createClient({ url, token: () => token(person), webSocket: WebSocket, retries: 0 });
      clients.push(client);
      return client;
    },
    guide: (next) => void (tour = next),
    async close() {
      for (const client of clients) client.close();
      await app.close();
      await database.close();
    },
  };
}

/** The people of the demo, who all exist in its database, with a token each. */
const offerOf = (token: (person: Person) => Promise<string>) => ({
  token,
  people: () => Promise.all(PEOPLE.map(async (person) => ({ ...person, token: await token(person) }))),
});
