import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { setTimeout as sleep } from "node:timers/promises";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import { attend, type Attending } from "../../../src/client/index.ts";
import { SECRET, testApp, type TestApp } from "../../support/app.ts";
import { followed } from "../../support/client-states.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import { end, newDay, spans, status } from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(async () => {
  await Promise.all(running.splice(0).map((attending) => attending.leave()));
  await expect.poll(() => [app.app.bus.topics, app.app.services.sockets.size]).toEqual([0, 0]);
});
afterAll(() => app.dispose());

const running: Attending[] = [];

function start(whiteboard: string, token: string | (() => Promise<string>), url = app.url) {
  const { it, ...seen } = followed<Attending>((wish) =>
    attend({ ...wish, url, token, whiteboardSessionId: whiteboard }),
  );
  running.push(it);
  return { attending: it, ...seen };
}

const tokenOf = (expiresInSeconds = 3_600) =>
  issueDevelopmentToken({ secret: SECRET, user: STUDENT, roles: ["student"], expiresInSeconds, now: app.clock.now() });

test("P9 attend: connecting, connected, and gone at once when one leaves", async () => {
  const { tutor, whiteboard } = await lesson(app);
  const { attending, states, reaches } = start(whiteboard, await tokenOf());
  expect([attending.state, attending.presence]).toEqual(["connecting", null]);
  await reaches("connected");
  expect(attending.presence).toMatchObject({ student: { connected: true }, tutor: { connected: false } });
  await attending.leave();
  expect(states).toEqual(["connected", "ended"]);
  expect(attending.error).toBeNull();
  await expect.poll(() => spans(tutor, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:00 DISCONNECTED"]);
});

test("P8 a broken socket is followed by another one, with a token asked for anew", async () => {
  const { tutor, whiteboard } = await lesson(app);
  let asked = 0;
  const { states, sockets, reaches } = start(whiteboard, async () => {
    asked += 1;
    return tokenOf();
  });
  await reaches("connected");
  sockets[0]?.terminate();
  await expect.poll(() => states).toEqual(["connected", "reconnecting", "connected"]);
  expect(asked).toBe(2);
  expect(await status(tutor, whiteboard)).toMatchObject({ student: { connected: true, openConnections: 1 } });
});

test("§6 an expired token is replaced by a new one, and expires for good where there is none", async () => {
  const { whiteboard } = await lesson(app);
  const short = () => tokenOf(1);
  const tokens = [short, tokenOf];
  const renewed = start(whiteboard, () => tokens.shift()!());
  const fixed = start(whiteboard, await short());
  for (const { reaches } of [renewed, fixed]) await reaches("connected");
  app.clock.jumpTo(app.clock.now() + 2_000);
  await fixed.reaches("expired");
  expect(fixed.attending.error?.codes).toEqual(["UNAUTHENTICATED"]);
  await expect.poll(() => renewed.states).toEqual(["connected", "reconnecting", "connected"]);
  expect(tokens).toEqual([]);
});

test("§6 a token that is never accepted is tried twice", async () => {
  const { whiteboard } = await lesson(app);
  let asked = 0;
  const { attending, reaches } = start(whiteboard, async () => {
    asked += 1;
    return "no token";
  });
  await reaches("expired");
  expect([asked, attending.error?.codes]).toEqual([2, ["UNAUTHENTICATED"]]);
});

test("P12 it ends with the session, and where the server refuses, with the reason", async () => {
  const { tutor, whiteboard, sessionId } = await lesson(app);
  const here = start(whiteboard, await tokenOf());
  const nowhere = start("999999", await tokenOf());
  await here.reaches("connected");
  await nowhere.reaches("ended");
  expect(nowhere.attending.error?.codes).toEqual(["NOT_FOUND"]);
  app.clock.jumpTo(app.clock.at("16:30"));
  await end(tutor, sessionId);
  await here.reaches("ended");
  expect(here.attending.error).toBeNull();
  expect(here.attending.presence).toMatchObject({ event: "SESSION_ENDED", student: { connected: false } });
  const late = start(whiteboard, await tokenOf());
  await late.reaches("ended");
  expect(late.attending.error?.codes).toEqual(["SESSION_ENDED"]);
});

test("P13 a server that is gone is waited for", async () => {
  const other = await testApp({ store: app.store });
  const { whiteboard } = await lesson(app);
  const url = new URL(other.url);
  const { states, reaches, attending } = start(whiteboard, await tokenOf(), url.href);
  await reaches("connected");
  await other.app.close();
  await reaches("reconnecting");
  const back = await testApp({ store: app.store, port: Number(url.port) });
  onTestFinished(async () => {
    await attending.leave();
    await back.dispose();
  });
  await reaches("connected");
  expect(states).toEqual(["connected", "reconnecting", "connected"]);
});

test("P7 two tabs are one person, who stays when one of them is closed", async () => {
  const { tutor, whiteboard } = await lesson(app);
  const [one, other] = [start(whiteboard, await tokenOf()), start(whiteboard, await tokenOf())];
  await one.reaches("connected");
  await other.reaches("connected");
  await expect.poll(() => one.attending.presence?.student.openConnections).toBe(2);
  expect(one.attending.presence?.connectionId).not.toBe(other.attending.presence?.connectionId);
  await one.attending.leave();
  await expect.poll(() => other.attending.presence?.student.openConnections).toBe(1);
  expect([other.attending.state, (await status(tutor, whiteboard)).student.connected]).toEqual(["connected", true]);
});

test("§6 a token may take longer than the server waits for one, and one that cannot be had is asked for again", async () => {
  const { whiteboard } = await lesson(app);
  const slow = start(whiteboard, async () => {
    await sleep(3_500);
    return tokenOf();
  });
  let asked = 0;
  const failing = start(whiteboard, async () => {
    asked += 1;
    if (asked === 1) throw new Error("The identity provider is away.");
    return tokenOf();
  });
  await failing.reaches("connected");
  expect([asked, failing.states]).toEqual([2, ["reconnecting", "connected"]]);
  await slow.reaches("connected");
  expect([slow.states, slow.sockets.length]).toEqual([["connected"], 1]);
});
