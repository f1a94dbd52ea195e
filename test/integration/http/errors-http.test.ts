import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SECRET, testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson } from "../../support/lesson.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { JSON_TYPE, post, send } from "../../support/request.ts";

let app: TestApp;
let here: Lesson;
beforeAll(async () => {
  app = await testApp();
  here = await lesson(app);
});
afterAll(() => app.dispose());

describe("§6 HTTP", () => {
  const ok = { query: "{ __typename }" };

  test("POST takes application/json only, else 415", async () => {
    for (const type of ["application/json", "Application/JSON; charset=utf-8"]) {
      expect((await post(app, ok, { "content-type": type })).text).toBe('{"data":{"__typename":"Query"}}');
    }
    const others = ["text/plain", "application/graphql", "application/x-www-form-urlencoded", "application/jsonx"];
    for (const type of [...others, "multipart/form-data; boundary=x", "application/graphql+json", ""]) {
      expect(await post(app, ok, { "content-type": type })).toMatchObject({ status: 415, codes: ["BAD_USER_INPUT"] });
    }
  });

  test("GET runs queries only, else 405", async () => {
    const bearer = { authorization: `Bearer ${await here.tutor.token}` };
    const me = await send(app, "GET", { query: "{ me { name } }", headers: bearer });
    expect(JSON.parse(me.text)).toEqual({ data: { me: { name: "Tia Tutor" } } });
    const mutation = `mutation { cancelSession(sessionId: ${here.sessionId}) { id } }`;
    const subscription = `subscription { presence(whiteboardSessionId: ${here.whiteboard}) { version } }`;
    for (const query of [mutation, subscription]) {
      for (const headers of [bearer, { ...bearer, accept: "text/event-stream" }]) {
        expect(await send(app, "GET", { query, headers })).toMatchObject({ status: 405 });
      }
    }
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      expect((await send(app, method, { query: "{ __typename }", headers: { ...JSON_TYPE, ...bearer } })).status).toBe(
        405,
      );
    }
    const { session } = await here.tutor.get(`{ session(id: ${here.sessionId}) { status } }`);
    expect(session.status).toBe("SCHEDULED");
  });

  test("a wrong token is 401, whatever it asks for", async () => {
    const sign = (secret: string, expiry: string | number) =>
      new SignJWT({ roles: ["admin"] })
        .setProtectedHeader({ alg: "HS256" })
        .setSubject("8")
        .setExpirationTime(expiry)
        .sign(new TextEncoder().encode(secret));
    const good = await sign(SECRET, "10y");
    const wrong = ["nonsense", await sign(SECRET.replace("a", "b"), "10y"), await sign(SECRET, 1), `${good}x`, "a.b.c"];
    for (const authorization of [
      ...wrong.map((token) => `Bearer ${token}`),
      `Basic ${good}`,
      good,
      "Bearer",
      "Bearer ",
    ]) {
      const answer = await post(app, ok, { ...JSON_TYPE, authorization });
      expect([authorization, answer.status, ...answer.codes]).toEqual([authorization, 401, "UNAUTHENTICATED"]);
      expect(answer.headers.get("www-authenticate")).toMatch(
        /^Bearer error="invalid_token", error_description="[^"]+"$/,
      );
      expect(answer.text).not.toContain(good.slice(-10));
    }
  });

  test("a token in the address or in a cookie is nobody's, over WebSocket too", async () => {
    const token = (await here.tutor.token) ?? "";
    const query = encodeURIComponent("{ me { id } }");
    for (const name of ["token", "access_token", "authorization", "Authorization"]) {
      const value = encodeURIComponent(name.endsWith("token") ? token : `Bearer ${token}`);
      const cookie = { cookie: `${name}=${value}` };
      const read = await fetch(`${app.url}?query=${query}&${name}=${value}`, { headers: cookie });
      expect(await read.json()).toEqual({ data: { me: null } });
      expect((await fetch(new URL(`/sessions.csv?${name}=${value}`, app.url), { headers: cookie })).status).toBe(401);
      const socket = await rawSocket(`${app.url}?${name}=${value}`, { headers: cookie });
      socket.send({ type: "connection_init", payload: {} });
      expect(await socket.closed).toMatchObject({ code: 4403 });
    }
  });

  test("without a token __typename works, me is null, and everything else is UNAUTHENTICATED", async () => {
    expect(await app.anonymous.get("{ __typename me { name } }")).toEqual({ __typename: "Query", me: null });
    const operations = [
      "{ session(id: 1) { id } }",
      '{ session(id: "x") { id } }',
      "{ sessions { totalCount } }",
      "{ whiteboardSession(id: 1) { id } }",
      "mutation { endSession(sessionId: 1) { id } }",
      'mutation { disconnect(connectionId: "x") { open } }',
      "subscription { presence(whiteboardSessionId: 1) { version } }",
    ];
    for (const operation of operations) expect(await app.anonymous.code(operation)).toBe("UNAUTHENTICATED");
  });
});
