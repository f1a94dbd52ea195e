import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { ownServer } from "../support/own-server.ts";
import { runningLesson, tokenFor } from "../support/running-lesson.ts";
import { ask } from "../support/server.ts";

const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const HEARTBEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { open lastActivityAt } }";

test("D3 P4 a heartbeat that reached a frozen process proves life up to the freeze, and the next one proves it now", async () => {
  const server = ownServer({ LEASE_SECONDS: "12", HEARTBEAT_SECONDS: "4" });
  const url = await server.ready;
  const { whiteboard } = await runningLesson(url);
  const student = await tokenFor(2, "student");
  const id = (await ask(url, student, CONNECT, { whiteboard })).data.connect.id as string;
  await sleep(500);
  server.process.kill("SIGSTOP");
  onTestFinished(() => void server.process.kill("SIGCONT"));
  const frozenAt = Date.now();
  await sleep(500);
  const waiting = ask(url, student, HEARTBEAT, { id });
  await sleep(2_000);
  server.process.kill("SIGCONT");
  const { data } = await waiting;
  expect(data.heartbeat.open).toBe(true);
  // The clocks of this machine are one.
  expect(Date.parse(data.heartbeat.lastActivityAt)).toBeLessThanOrEqual(frozenAt + 50);
  await sleep(1_000);
  const next = (await ask(url, student, HEARTBEAT, { id })).data.heartbeat;
  expect(Date.parse(next.lastActivityAt)).toBeGreaterThan(frozenAt + 3_000);

  // Frozen for so long that the next heartbeat might come too late: whoever lives is asked to send it again.
  server.process.kill("SIGSTOP");
  await sleep(200);
  const late = ask(url, student, HEARTBEAT, { id });
  await sleep(8_500);
  server.process.kill("SIGCONT");
  expect((await late).errors?.[0]?.extensions.code).toBe("UNAVAILABLE");
  await sleep(1_000);
  // A connection that was idle for five seconds is closed while it is asked: a client sends its heartbeat again then, too.
  const again = () => ask(url, student, HEARTBEAT, { id });
  expect((await again().catch(again)).data.heartbeat.open).toBe(true);
}, 120_000);
