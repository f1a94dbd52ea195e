import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../support/app.ts";
import { type KeysServer, makeKey, type SigningKey, startKeysServer } from "../support/keys-server.ts";
import { rawSocket } from "../support/raw-socket.ts";
import { JSON_TYPE, post } from "../support/request.ts";

let app: TestApp;
let key: SigningKey;
let keys: KeysServer;
beforeAll(async () => {
  key = await makeKey("ES256", "one");
  keys = await startKeysServer([key.jwk]);
  // Keys grow old by the real time, so the tokens are checked at it as well.
  const env = { JWT_SECRET: "", JWT_JWKS_URL: keys.url };
  app = await testApp({ env, start: new Date().toISOString() });
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
