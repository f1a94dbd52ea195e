import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { type KeysServer, makeKey, type SigningKey, startKeysServer } from "../../support/keys-server.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { JSON_TYPE, post } from "../../support/request.ts";

let app: TestApp;
let key: SigningKey;
let keys: KeysServer;
const logged: string[] = [];
const keep = (_details: object, message: string) => void logged.push(message);
beforeAll(async () => {
  key = await makeKey("ES256", "one");
  keys = await startKeysServer([key.jwk]);
  // Keys grow old by the real time, so the tokens are checked at it as well.
  const env = { JWT_SECRET: "", JWT_JWKS_URL: keys.url };
  const log = { debug: () => undefined, info: keep, warn: keep, error: keep };
  app = await testApp({ env, start: new Date().toISOString(), log });
});
afterAll(async () => {
  await app.dispose();
  await keys.close();
});

test("§6 while the keys cannot be had a token is no wrong one: 503 and close 1013, for another try", async () => {
  const token = await key.sign({ sub: "7", roles: ["tutor"], exp: Math.floor(app.clock.now() / 1_000) + 3_600 });
  const query = { query: "{ me { id } }" };
  const overHttp = () => post(app, query, { ...JSON_TYPE, authorization: `Bearer ${token}` });
  const overWebSocket = async () => {
    const socket = await rawSocket(app.url);
    socket.send({ type: "connection_init", payload: { authorization: `Bearer ${token}` } });
    return socket;
  };
  keys.answer(503, "later");
  const refused = await overHttp();
  expect(refused).toMatchObject({ status: 503, codes: ["UNAVAILABLE"] });
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await (await overWebSocket()).closed).toMatchObject({ code: 1013 });
  expect(await post(app, query)).toMatchObject({ status: 200, text: '{"data":{"me":null}}' });

  keys.publish([key.jwk]);
  app.clock.jumpTo(app.clock.now() + 1_000);
  expect(await overHttp()).toMatchObject({ status: 200, text: '{"data":{"me":{"id":"7"}}}' });
  const socket = await overWebSocket();
  expect(await socket.next()).toBe('{"type":"connection_ack"}');
  socket.socket.terminate();
});

test("§6 what anybody can cause while the keys cannot be had is logged once, and once when they are back", async () => {
  logged.length = 0;
  // The keys that are known from before are too old then, by jose's own clock.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 700_000 });
  onTestFinished(() => void vi.useRealTimers());
  const exp = Math.floor(app.clock.now() / 1_000) + 3_600;
  const ask = (kid: string, claims: object = {}) =>
    key
      .sign({ sub: "7", exp, ...claims }, { kid })
      .then((token) => post(app, { query: "{ me { id } }" }, { ...JSON_TYPE, authorization: `Bearer ${token}` }));
  const later = (ms: number) => app.clock.jumpTo(app.clock.now() + ms);
  // Not answered, and answered with something that is no key set: both leave the host alone for a second.
  for (const [status, body] of [
    [503, "later"],
    [200, "{}"],
  ] as const) {
    keys.answer(status, body);
    const before = keys.requests;
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(`unknown ${i}`)));
    for (let i = 0; i < 3; i += 1) {
      later(1_000);
      answers.push(await ask("unknown"));
    }
    expect(new Set(answers.map(({ status: code }) => code))).toEqual(new Set([503]));
    expect(keys.requests - before).toBeLessThanOrEqual(4);
  }
  expect(logged).toEqual(["tokens cannot be checked"]);
  keys.publish([key.jwk]);
  later(1_000);
  expect(await ask("one")).toMatchObject({ status: 200 });
  expect(logged).toEqual(["tokens cannot be checked", "the host of the keys is back"]);
});
