import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "graphql-ws";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { ownPostgreSQL } from "../support/own-postgresql.ts";
import { ownServer } from "../support/own-server.ts";
import { read } from "../support/reader.ts";
import { runningLesson, tokenFor } from "../support/running-lesson.ts";
import { ask } from "../support/server.ts";

const CLIENTS = 200;
const AWAY_MS = 60_000;
/** A ping every 10 s, a flush every 2 s, and what a busy machine takes: how far behind the last proof of life may lie. */
const BEHIND_SECONDS = 16;

const ATTEND = "subscription ($whiteboard: ID!) { attend(whiteboardSessionId: $whiteboard) { connectionId } }";
const BEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { lastActivityAt } }";
const SPANS = `query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) { presence { student { connected totalActiveSeconds } }
  spans { connectionId startedAt lastSeenAt endReason } } }`;

test(`P13 PostgreSQL gone for a minute under ${CLIENTS} attendees: nobody is gone for it, nothing acknowledged is lost`, async () => {
  const postgresql = await ownPostgreSQL();
  onTestFinished(() => postgresql.dispose());
  // All attendees are one student here, who has a lesson each.
  const limits = { LIMIT_HEARTBEATS: "10000", LIMIT_SOCKETS: String(CLIENTS) };
  const server = ownServer({ DATABASE_URL: postgresql.url, ...limits });
  const url = await server.ready;
  const student = await tokenFor(2, "student");
  const clients: Client[] = [];
  onTestFinished(() => clients.forEach((client) => void client.dispose()));

  const attendees = [];
  for (let each = 0; each < CLIENTS; each += 1) {
    const { whiteboard } = await runningLesson(url);
    const client = createClient({
      url: url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${student}` },
      retryAttempts: 0,
    });
    clients.push(client);
    const attending = read(client, ATTEND, { whiteboard }, "attend");
    const { connectionId } = await attending.next(20_000);
    attendees.push({ whiteboard, connectionId: connectionId as string, since: Date.now(), acknowledged: 0 });
  }

  let beating = true;
  let unavailable = 0;
  const beats = attendees.map(async (attendee) => {
    while (beating) {
      const answer = await ask(url, student, BEAT, { id: attendee.connectionId });
      if (answer.data) attendee.acknowledged = Date.parse(answer.data.heartbeat.lastActivityAt as string);
      else {
        expect(answer.errors?.[0]?.extensions.code).toBe("UNAVAILABLE");
        unavailable += 1;
      }
      await sleep(5_000);
    }
  });
  await sleep(15_000);
  const stopped = Date.now();
  postgresql.stop("immediate");
  await sleep(AWAY_MS);
  postgresql.start();
  const back = Date.now();
  await sleep(45_000);
  beating = false;
  await Promise.all(beats);
  const asked = Date.now();

  const reasons = new Map<string, number>();
  for (const { whiteboard, connectionId, since, acknowledged } of attendees) {
    const { whiteboardSession } = (await ask(url, student, SPANS, { whiteboard })).data;
    const spans = whiteboardSession.spans as { connectionId: string; lastSeenAt: string; endReason: string | null }[];
    for (const { endReason } of spans) reasons.set(endReason ?? "open", (reasons.get(endReason ?? "open") ?? 0) + 1);
    expect(new Set(spans.map((span) => span.connectionId))).toEqual(new Set([connectionId]));
    expect(whiteboardSession.presence.student.connected).toBe(true);
    expect(Math.max(...spans.map((span) => Date.parse(span.lastSeenAt)))).toBeGreaterThanOrEqual(acknowledged);
    const present = (stopped - since + (asked - back)) / 1000;
    const credited = whiteboardSession.presence.student.totalActiveSeconds as number;
    // Pongs that arrived while the database was away prove life then: at most one lease may be credited for it.
    expect(credited).toBeLessThanOrEqual(present + 35);
    expect(credited).toBeGreaterThanOrEqual(present - 2 * BEHIND_SECONDS);
  }
  console.log({ clients: CLIENTS, awayMs: back - stopped, unavailable, spans: Object.fromEntries(reasons) });
  expect(reasons.get("TIMED_OUT")).toBeUndefined();
  expect(unavailable).toBeGreaterThan(0);
}, 400_000);
