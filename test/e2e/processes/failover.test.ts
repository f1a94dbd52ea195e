import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { Beating } from "../../support/beating.ts";
import { openForwarder } from "../../support/forwarder.ts";
import { ownPostgreSQL } from "../../support/own-postgresql.ts";
import { ownServer } from "../../support/own-server.ts";
import { runningLesson, tokenFor } from "../../support/running-lesson.ts";

const LEASE_SECONDS = 4;
const CONNECTIONS = 5;
const WITHIN = { timeout: 10_000 };

// Who has a PostgreSQL for tests has its programs too.
test.runIf(process.env.TEST_DATABASE_URL)(
  "P4, P13 the primary crashes and its standby takes over the name: nothing acknowledged is lost, nobody is gone for it",
  async () => {
    const primary = await ownPostgreSQL();
    onTestFinished(() => primary.dispose());
    const standby = await primary.standby();
    onTestFinished(() => standby.dispose());
    const name = await openForwarder(primary.url);
    onTestFinished(() => name.close());
    const server = ownServer({
      DATABASE_URL: name.url,
      LEASE_SECONDS: String(LEASE_SECONDS),
      HEARTBEAT_SECONDS: "1",
      LIMIT_HEARTBEATS: "1000",
    });
    const url = await server.ready;
    const readiness = async () => (await fetch(new URL("/health/ready", url))).status;
    const { whiteboard } = await runningLesson(url);
    const beating = new Beating(url, await tokenFor(2, "student"), whiteboard);
    await beating.start(CONNECTIONS, 50);
    await expect.poll(() => beating.acknowledged.size, WITHIN).toBe(CONNECTIONS);
    expect(beating.refused.size).toBe(0);

    primary.stop("immediate");
    const crashed = Date.now();
    await expect.poll(() => beating.refused.get("UNAVAILABLE"), WITHIN).toBeGreaterThan(0);
    // Longer than a lease: whoever is still there afterwards is so because the servers were away.
    await sleep(LEASE_SECONDS * 1_000 + 500);
    expect(await readiness()).toBe(503);
    const acknowledged = new Map(beating.acknowledged);
    // The server's clock is the database's, which it knows to within half a round trip of at most 200 ms.
    expect(Math.max(...acknowledged.values())).toBeLessThan(crashed + 100);
    standby.promote();
    name.leadTo(standby.url);
    const later = () => [...acknowledged].every(([id, at]) => beating.acknowledged.get(id)! > at);
    await expect.poll(later, WITHIN).toBe(true);
    await expect.poll(readiness, WITHIN).toBe(200);
    await beating.stop();

    expect([...beating.refused.keys()]).toEqual(["UNAVAILABLE"]);
    const spans = await beating.spans();
    for (const [id, at] of acknowledged) {
      const own = spans.filter(({ connectionId }) => connectionId === id);
      expect(own.map(({ endReason }) => endReason).sort()).toEqual(["OUTAGE", null]);
      expect(Date.parse(own.find(({ endReason }) => endReason === "OUTAGE")!.lastSeenAt)).toBeGreaterThanOrEqual(at);
    }
  },
);
