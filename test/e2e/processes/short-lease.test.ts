import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { ownServer } from "../../support/own-server.ts";
import { runningLesson, tokenFor } from "../../support/running-lesson.ts";
import { ask, storeDirectory } from "../../support/server.ts";

const LEASE_MS = 2_000;
const SHORTEST = { HEARTBEAT_SECONDS: "1", LEASE_SECONDS: String(LEASE_MS / 1_000) };
const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const HEARTBEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { open } }";
const SPANS =
  "query ($whiteboard: ID!) { whiteboardSession(id: $whiteboard) { spans { lastSeenAt endedAt endReason } } }";

test("P5, P13 the shortest lease runs out, but not while its server is away", async () => {
  const directory = storeDirectory();
  onTestFinished(() => directory.dispose());
  const settings = { ...SHORTEST, DATA_DIR: directory.path };
  const first = ownServer(settings);
  const student = await tokenFor(2, "student");
  const { whiteboard } = await runningLesson(await first.ready);
  const spans = async (url: string) => (await ask(url, student, SPANS, { whiteboard })).data.whiteboardSession.spans;
  const connect = async (url: string) => (await ask(url, student, CONNECT, { whiteboard })).data.connect.id as string;

  const silent = await connect(await first.ready);
  await sleep(LEASE_MS + 1_200);
  const late = await ask(await first.ready, student, HEARTBEAT, { id: silent });
  expect(late.errors?.[0]?.extensions.code).toBe("CONNECTION_EXPIRED");
  const [span] = await spans(await first.ready);
  expect(span).toEqual({ lastSeenAt: span.endedAt, endedAt: span.endedAt, endReason: "TIMED_OUT" });

  const id = await connect(await first.ready);
  first.process.kill("SIGKILL");
  await first.exited;
  await sleep(LEASE_MS / 2);
  const second = ownServer(settings);
  const url = await second.ready;
  // In all more than a lease without proof of life, and less than one since the return.
  await sleep(LEASE_MS * 0.75);
  expect((await ask(url, student, HEARTBEAT, { id })).data?.heartbeat).toEqual({ open: true });
  const reasons = (await spans(url)).map(({ endReason }: { endReason: string | null }) => endReason);
  expect(reasons.sort()).toEqual(["OUTAGE", "TIMED_OUT", null]);
});
