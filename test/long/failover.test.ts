import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Beating } from "../support/beating.ts";
import { openForwarder } from "../support/forwarder.ts";
import { ownPostgreSQL } from "../support/own-postgresql.ts";
import { ownServer } from "../support/own-server.ts";
import { runningLesson, tokenFor } from "../support/running-lesson.ts";

const AWAY_SECONDS = [0, 1, 3, 5, 8, 13];
const LEASE_SECONDS = 5;
const CONNECTIONS = 15;

test(`P4, P13 ${AWAY_SECONDS.length} failovers in a row: nothing acknowledged is lost, nobody is gone for them`, async () => {
  let primary = await ownPostgreSQL();
  const clusters = [primary];
  onTestFinished(() => clusters.forEach((cluster) => cluster.dispose()));
  const name = await openForwarder(primary.url);
  onTestFinished(() => name.close());
  const server = ownServer({
    DATABASE_URL: name.url,
    LEASE_SECONDS: String(LEASE_SECONDS),
    HEARTBEAT_SECONDS: "2",
    LIMIT_HEARTBEATS: "10000",
  });
  const url = await server.ready;
  const { whiteboard } = await runningLesson(url);
  const beating = new Beating(url, await tokenFor(2, "student"), whiteboard);
  await beating.start(CONNECTIONS, 20);

  for (const awaySeconds of AWAY_SECONDS) {
    const standby = await primary.standby();
    clusters.push(standby);
    await sleep(2_000);
    primary.stop("immediate");
    await sleep(awaySeconds * 1_000);
    const acknowledged = new Map(beating.acknowledged);
    standby.promote();
    name.leadTo(standby.url);
    const back = Date.now();
    const later = () => [...acknowledged].every(([id, at]) => beating.acknowledged.get(id)! > at);
    await expect.poll(later, { timeout: 10_000, interval: 20 }).toBe(true);
    console.log({
      awaySeconds,
      allAcknowledgedAgainMs: Date.now() - back,
      refused: Object.fromEntries(beating.refused),
    });
    const spans = await beating.spans();
    for (const [id, at] of acknowledged) {
      const seen = spans
        .filter(({ connectionId }) => connectionId === id)
        .map(({ lastSeenAt }) => Date.parse(lastSeenAt));
      // Proof of life from before the crash that the new primary has: in the span that it ended, or in the one that goes on.
      expect(seen.some((time) => time >= at)).toBe(true);
    }
    primary = standby;
  }
  await beating.stop();
  expect([...beating.refused.keys()]).toEqual(["UNAVAILABLE"]);
  const reasons = new Set((await beating.spans()).map(({ endReason }) => endReason));
  expect([...reasons].sort()).toEqual(["OUTAGE", null]);
}, 180_000);
