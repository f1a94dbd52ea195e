import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Kind, parse, validate } from "graphql";
import { WebSocket, WebSocketServer } from "ws";
import * as client from "../../../src/client/index.ts";
import { createClient, RollcallRequestError, type RollcallClient } from "../../../src/client/index.ts";
import { schema } from "../../../src/graphql/schema/schema.ts";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { type Lesson, lesson, STUDENT } from "../../support/lesson.ts";

let app: TestApp;
let held: Lesson;
const clients: RollcallClient[] = [];

beforeAll(async () => {
  app = await testApp();
  held = await lesson(app);
});
afterEach(() => clients.splice(0).forEach((each) => each.close()));
afterAll(() => app.dispose());

function clientOf(caller: Caller | string | null, url = app.url): RollcallClient {
  const token = caller === null || typeof caller === "string" ? caller : () => caller.token;
  const made = createClient({ url, token, webSocket: WebSocket, retries: 0 });
  clients.push(made);
  return made;
}

async function refusal(run: Promise<unknown>): Promise<RollcallRequestError> {
  const error = await run.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RollcallRequestError);
  return error as RollcallRequestError;
}

const NOWHERE = "http://127.0.0.1:1/graphql";

test("there is an operation for everything that the schema offers, and each fits it", () => {
  const operations = Object.entries(client).flatMap(([name, value]) =>
    value instanceof String && !name.endsWith("Fields") ? [parse(value.toString())] : [],
  );
  for (const document of operations) expect(validate(schema, document)).toEqual([]);
  const asked = operations.flatMap(({ definitions }) =>
    definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? definition.selectionSet.selections.map((field) => (field.kind === Kind.FIELD ? field.name.value : ""))
        : [],
    ),
  );
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  expect(asked.sort()).toEqual(roots.flatMap((root) => Object.keys(root?.getFields() ?? {})).sort());
});

describe("request", () => {
  test("answers typed data", async () => {
    const { me } = await clientOf(held.tutor).request(client.Me);
    expect(me?.name).toBe("Tia Tutor");
  });

  test("a refusal is an error with the server's codes and words", async () => {
    const { sessionId } = held;
    const error = await refusal(clientOf(held.student).request(client.AttendanceSuggestion, { sessionId }));
    expect(error.codes).toEqual(["FORBIDDEN"]);
    expect(error.has("FORBIDDEN")).toBe(true);
    expect(error.message).toMatch(/tutor/);
  });

  test("a wrong token is UNAUTHENTICATED, over HTTP and over the socket", async () => {
    const wrong = clientOf("wrong");
    expect((await refusal(wrong.request(client.Me))).codes).toEqual(["UNAUTHENTICATED"]);
    expect((await refusal(wrong.request(client.Me, {}, { over: "socket" }))).codes).toEqual(["UNAUTHENTICATED"]);
  });

  test("no server is UNAVAILABLE, over HTTP and over the socket", async () => {
    const alone = clientOf(null, NOWHERE);
    expect((await refusal(alone.request(client.Me))).codes).toEqual(["UNAVAILABLE"]);
    expect((await refusal(alone.request(client.Me, {}, { over: "socket" }))).codes).toEqual(["UNAVAILABLE"]);
  });

  test("an answer that is not valid JSON is UNAVAILABLE: a proxy on the way, not Rollcall", async () => {
    const proxy = createServer((_request, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const error = await refusal(clientOf(null, `http://127.0.0.1:${port}/graphql`).request(client.Me));
    expect(error.codes).toEqual(["UNAVAILABLE"]);
    await new Promise((resolve) => proxy.close(resolve));
  });
});

describe("subscribe", () => {
  test("yields the state, then every change; a connection made over the socket ends with it", async () => {
    const whiteboardSessionId = held.whiteboard;
    const watching = clientOf(held.tutor).subscribe(client.Presence, { whiteboardSessionId });
    const next = async () => (await watching.next()).value?.presence;
    expect(await next()).toMatchObject({ event: "SNAPSHOT", student: { connected: false } });

    const student = clientOf(held.student);
    const own = student.subscribe(client.Presence, { whiteboardSessionId });
    await own.next();
    const input = { whiteboardSessionId };
    const { connect } = await student.request(client.Connect, { input }, { over: "socket" });
    expect(connect).toMatchObject({ role: "STUDENT", open: true });
    expect(await next()).toMatchObject({ event: "CONNECTED", student: { user: { id: String(STUDENT) } } });

    student.close();
    expect(await next()).toMatchObject({ event: "DISCONNECTED", student: { connected: false } });
    await watching.return?.();
    expect(await watching.next()).toEqual({ done: true, value: undefined });
  });

  test("leaving the loop ends the subscription at the server", async () => {
    const whiteboardSessionId = held.whiteboard;
    for await (const { attend } of clientOf(held.student).subscribe(client.Attend, { whiteboardSessionId })) {
      expect(attend.student.connected).toBe(true);
      break;
    }
    await expect
      .poll(async () => {
        const status = await clientOf(held.tutor).request(client.ConnectionStatus, { whiteboardSessionId });
        return status.connectionStatus.student.connected;
      })
      .toBe(false);
  });

  test("a refusal is thrown, also when nobody reads yet", async () => {
    const refused = clientOf(held.stranger).subscribe(client.Presence, { whiteboardSessionId: held.whiteboard });
    await clientOf(held.stranger).request(client.Me);
    expect((await refusal(refused.next())).codes).toEqual(["NOT_FOUND"]);
    expect(await refused.next()).toEqual({ done: true, value: undefined });
  });

  test("a lost socket ends it with UNAVAILABLE when it is not tried again", async () => {
    const { server, url } = await droppingServer();
    const lost = clientOf(null, url).subscribe(client.Presence, { whiteboardSessionId: "1" });
    expect((await refusal(lost.next())).codes).toEqual(["UNAVAILABLE"]);
    await new Promise((resolve) => server.close(resolve));
  });
});

/** Takes sockets, greets, and loses them. */
async function droppingServer(): Promise<{ server: Server; url: string }> {
  const server = createServer();
  new WebSocketServer({ server, handleProtocols: () => "graphql-transport-ws" }).on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      if (data.toString().includes("connection_init")) socket.send('{"type":"connection_ack"}');
      else socket.terminate();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
}
