import { once } from "node:events";
import { connect as connectTo } from "node:net";
import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { lesson, type Lesson, TUTOR } from "../../support/lesson.ts";
import { type Line, openLine } from "../../support/line.ts";
import { ATTEND, beat, connect, HEARTBEAT, status } from "../../support/presence.ts";
import { rawSocket, subscribe } from "../../support/raw-socket.ts";
import { read } from "../../support/reader.ts";
import { stream } from "../../support/sse.ts";

let app: TestApp;
let here: Lesson;
let line: Line;
beforeAll(async () => {
  app = await testApp({ env: { LIMIT_BYTES: "4096", LIMIT_SUBSCRIPTIONS: "2", LIMIT_SOCKETS: "3" } });
  here = await lesson(app);
  line = await openLine(here.tutor);
});
afterAll(() => app.dispose());

const deep = (levels: number) => {
  const inner = (level: number): string =>
    level === 0 ? "id" : level % 2 ? `session { ${inner(level - 1)} }` : `whiteboardSession { ${inner(level - 1)} }`;
  return `{ session(id: ${here.sessionId}) { ${inner(levels)} } }`;
};

/** The code of an operation's refusal, the same over HTTP, SSE and WebSocket; "ok" when it runs. */
async function alike(query: string, variables: Record<string, unknown> = {}): Promise<string> {
  const overHttp = (await here.tutor.ask(query, variables)).errors?.[0]?.extensions.code ?? "ok";
  const streamed = await stream(app, here.tutor, query, variables);
  expect((await streamed.next())?.errors?.[0]?.extensions.code ?? "ok").toBe(overHttp);
  const overWebSocket = await line.get(query, variables).then(
    () => "ok",
    (error: Error) => /"code":"(\w+)"/.exec(error.message)?.[1] ?? error.message,
  );
  expect(overWebSocket).toBe(overHttp);
  return overHttp;
}

test("§7 operations are limited in depth, through fragments too, in aliases and in tokens", async () => {
  const { sessionId } = here;
  expect(await alike(deep(60))).toBe("QUERY_TOO_COMPLEX");
  expect(await alike(deep(6))).toBe("ok");
  expect(await alike(deep(8))).toBe("QUERY_TOO_COMPLEX");
  const fragments = `query { session(id: ${sessionId}) { ...a } }
    fragment a on Session { whiteboardSession { session { ...b } } }
    fragment b on Session { whiteboardSession { session { ...c } } }
    fragment c on Session { whiteboardSession { session { whiteboardSession { id } } } }`;
  expect(await alike(fragments)).toBe("QUERY_TOO_COMPLEX");
  const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: __typename`).join(" ")} }`;
  expect(await alike(aliases(15))).toBe("ok");
  expect(await alike(aliases(16))).toBe("QUERY_TOO_COMPLEX");
  const tokens = (count: number) => `{ me { ${"id ".repeat(count - 5)} } }`;
  expect(await alike(tokens(1_000))).toBe("ok");
  expect(await alike(tokens(1_001))).toBe("QUERY_TOO_COMPLEX");
});

test("§7 what GraphiQL asks about the schema is beyond no limit, over HTTP and WebSocket", async () => {
  const strict = await testApp({ env: { LIMIT_DEPTH: "1", LIMIT_ALIASES: "0", LIMIT_TOKENS: "9", LIMIT_NODES: "1" } });
  onTestFinished(() => strict.dispose());
  const tutor = strict.as(TUTOR, "tutor");
  const socket = await openLine(tutor);
  const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, schemaDescription: true });
  for (const { __schema } of [await tutor.get(query), await socket.get(query)]) expect(__schema.types).toBeDefined();
  expect(await tutor.code("{ me { id } }")).toBe("QUERY_TOO_COMPLEX");
});

test("§7 lists in lists are limited by the product of their sizes, as the variables say", async () => {
  const nested = (outer: number, inner: number, rest = "nodes { id }") =>
    `{ sessions(first: ${outer}) { nodes { attendanceHistory(first: ${inner}) { ${rest} } } } }`;
  expect(await alike(nested(100, 99))).toBe("ok");
  expect(await alike(nested(100, 100))).toBe("QUERY_TOO_COMPLEX");
  const inline = nested(100, 100).replace("attendanceHistory", "... on Session { ... { attendanceHistory");
  expect(await alike(`${inline} } }`)).toBe("QUERY_TOO_COMPLEX");
  expect(await alike(nested(60, 80, "nodes { id } edges { cursor }"))).toBe("ok");
  expect(await alike(nested(70, 80, "nodes { id } edges { cursor }"))).toBe("QUERY_TOO_COMPLEX");
  const variables = `query ($outer: Int, $inner: Int = 100) {
    sessions(first: $outer) { nodes { ...more } } }
    fragment more on Session { attendanceHistory(first: $inner) { edges { node { id } } } }`;
  expect(await alike(variables, { outer: 50 })).toBe("ok");
  expect(await alike(variables, { outer: 100 })).toBe("QUERY_TOO_COMPLEX");
  expect(await alike(variables, { outer: 100, inner: 10 })).toBe("ok");
  // Twenty each, where nobody says.
  expect(await alike(variables, { outer: null, inner: null })).toBe("ok");
  expect(await alike(variables, { outer: 101, inner: 1 })).toBe("VALIDATION_FAILED");
});

test("§7 a list without a size counts as 20 nodes, whatever is below or above it", async () => {
  const times = (count: number, text: string) => Array.from({ length: count }, (_, i) => `a${i}: ${text}`).join(" ");
  const history = (first: string) => `attendanceHistory${first} { nodes { id } }`;
  expect(await alike(`{ sessions(first: 100) { nodes { ${times(4, history(""))} } } }`)).toBe("ok");
  expect(await alike(`{ sessions(first: 100) { nodes { ${times(5, history(""))} } } }`)).toBe("QUERY_TOO_COMPLEX");
  expect(await alike(`{ sessions { nodes { ${times(4, history("(first: 100)"))} } } }`)).toBe("ok");
  expect(await alike(`{ sessions { nodes { ${times(5, history("(first: 100)"))} } } }`)).toBe("QUERY_TOO_COMPLEX");
  const spans = (count: number) => `whiteboardSession { ${times(count, "spans { role }")} }`;
  expect(await alike(`{ sessions(first: 100) { nodes { ${spans(4)} } } }`)).toBe("ok");
  expect(await alike(`{ sessions(first: 100) { nodes { ${spans(5)} } } }`)).toBe("QUERY_TOO_COMPLEX");
});

test("§7 what a subscription's events hold is counted too, over SSE and WebSocket", async () => {
  const changes = (first: number) =>
    `subscription { sessionChanges { attendanceHistory(first: ${first}) { nodes { id } } } }`;
  const socket = app.as(TUTOR, "tutor").socket();
  const ask = async (query: string) => {
    const streamed = await stream(app, here.tutor, query, {});
    const reader = read(socket, query, {}, "sessionChanges");
    const answers = [
      (await streamed.next())?.errors?.[0]?.extensions.code ?? "ok",
      await reader.next().then(
        () => "ok",
        (error: Error) => /QUERY_TOO_COMPLEX/.exec(error.message)?.[0] ?? error.message,
      ),
    ];
    streamed.stop();
    reader.stop();
    return answers;
  };
  // A hundred sessions at the most.
  expect(await ask(changes(99))).toEqual(["ok", "ok"]);
  expect(await ask(changes(100))).toEqual(["QUERY_TOO_COMPLEX", "QUERY_TOO_COMPLEX"]);
  await socket.dispose();
});

test("§7 what fragments multiply is counted, and counting takes no time", async () => {
  const levels = Array.from({ length: 60 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`);
  const bomb = `{ ...f0 } ${levels.join(" ")} fragment f60 on Query { sessions { nodes { id } } }`;
  const asked = performance.now();
  expect(await alike(bomb)).toBe("QUERY_TOO_COMPLEX");
  expect(performance.now() - asked).toBeLessThan(2_000);
});

test("§7 a body past LIMIT_BYTES is answered with 413, a message with 1009", async () => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ query: `{ __typename } # ${"x".repeat(5_000)}` });
  const said = await fetch(app.url, { method: "POST", headers, body });
  expect(said.status).toBe(413);
  expect(await said.json()).toMatchObject({ errors: [{ extensions: { code: "QUERY_TOO_COMPLEX" } }] });
  const chunks = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(body));
      controller.close();
    },
  });
  const streamed = { method: "POST", headers, body: chunks, duplex: "half" } as RequestInit;
  expect((await fetch(app.url, streamed)).status).toBe(413);

  // In one piece, or in two that are small enough each.
  for (const pieces of [[body], [body.slice(0, 2_500), body.slice(2_500)]]) {
    const { socket, closed } = await rawSocket(app.url);
    for (const [i, piece] of pieces.entries()) socket.send(piece, { fin: i === pieces.length - 1 });
    expect(await closed).toMatchObject({ code: 1009 });
  }
});

test("§7 a body that says it is past LIMIT_BYTES is answered before any of it comes", async () => {
  const { hostname, port } = new URL(app.url);
  const head = ["POST /graphql HTTP/1.1", "Host: a", "Content-Type: application/json", "Content-Length: 4097"];
  const socket = connectTo(Number(port), hostname, () => socket.write(`${head.join("\r\n")}\r\n\r\n`));
  onTestFinished(() => void socket.destroy());
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
});

test("§7 subscriptions that come at once are counted while they start", async () => {
  const { student, whiteboard } = here;
  const socket = await rawSocket(app.url);
  await socket.hello(await student.token);
  for (const id of "abcd") socket.send(subscribe(id, ATTEND, { variables: { whiteboard } }));
  const first = new Map<string, string>();
  while (first.size < 4) {
    const frame = await socket.next();
    const { id } = JSON.parse(frame) as { id: string };
    if (!first.has(id)) first.set(id, frame);
  }
  const frames = [...first.values()];
  expect(frames.filter((frame) => frame.includes("TOO_MANY_SUBSCRIPTIONS"))).toHaveLength(2);
  expect(frames.filter((frame) => frame.includes("SNAPSHOT"))).toHaveLength(2);
  socket.socket.terminate();
});

test("§7 a user's sockets are counted as they end, and services have as many as they like", async () => {
  const open = async (caller: Caller) => {
    const socket = await rawSocket(app.url);
    onTestFinished(() => socket.socket.terminate());
    return socket.hello(await caller.token).then(
      () => socket,
      () => null,
    );
  };
  const sockets = [await open(here.parent), await open(here.parent), await open(here.parent)];
  expect(sockets).not.toContain(null);
  expect(await open(here.parent)).toBeNull();
  sockets[0]?.socket.close();
  await expect.poll(() => open(here.parent)).not.toBeNull();
  for (let i = 0; i < 5; i += 1) expect(await open(here.service)).not.toBeNull();
});

test("§7 a socket has LIMIT_SUBSCRIPTIONS, counted as they end; a user has LIMIT_SOCKETS", async () => {
  const presence = "subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { event } }";
  const socket = app.as(TUTOR, "tutor").socket();
  const watch = () => read(socket, presence, { whiteboard: here.whiteboard }, "presence");
  const [first, second] = [watch(), watch()];
  await Promise.all([first.next(), second.next()]);
  await expect(watch().next()).rejects.toThrow("TOO_MANY_SUBSCRIPTIONS");
  first.stop();
  await expect
    .poll(async () =>
      watch()
        .next()
        .catch(() => null),
    )
    .toEqual({ event: "SNAPSHOT" });

  const other = read(app.as(TUTOR, "tutor").socket(), presence, { whiteboard: here.whiteboard }, "presence");
  await other.next();
  const fourth = await rawSocket(app.url);
  fourth.send({ type: "connection_init", payload: { authorization: `Bearer ${await here.tutor.token}` } });
  expect(await fourth.closed).toEqual({ code: 1013, reason: "Too many sockets" });
});

test("§7 a person has LIMIT_SUBSCRIPTIONS over SSE, counted as they end; services have no limit", async () => {
  const presence = "subscription ($whiteboard: ID!) { presence(whiteboardSessionId: $whiteboard) { event } }";
  const first = async (caller: Caller) => {
    const opened = await stream(app, caller, presence, { whiteboard: here.whiteboard });
    return { opened, answer: await opened.next() };
  };
  const snapshot = { data: { presence: { event: "SNAPSHOT" } } };
  const running = [await first(here.student), await first(here.student)];
  expect(running.map(({ answer }) => answer)).toEqual([snapshot, snapshot]);
  const { answer } = await first(here.student);
  expect(answer?.errors?.[0]?.extensions.code).toBe("TOO_MANY_SUBSCRIPTIONS");
  expect((await first(here.parent)).answer).toEqual(snapshot);
  for (let i = 0; i < 5; i += 1) expect((await first(here.service)).answer).toEqual(snapshot);
  running[0]?.opened.stop();
  await expect.poll(async () => (await first(here.student)).answer).toEqual(snapshot);
});

test("§7 a connection has LIMIT_HEARTBEATS in an interval, the same over HTTP and WebSocket; services have no limit", async () => {
  const strict = await testApp({ env: { LIMIT_HEARTBEATS: "3" } });
  onTestFinished(() => strict.dispose());
  const { student, service, whiteboard } = await lesson(strict);
  const { id } = await connect(student, whiteboard);
  const line = await openLine(student);
  for (let i = 0; i < 3; i += 1) await beat(student, id);
  for (let i = 0; i < 2; i += 1) await line.get(HEARTBEAT, { id });
  expect(await student.code(HEARTBEAT, { id })).toBe("RATE_LIMITED");
  await expect(line.get(HEARTBEAT, { id })).rejects.toThrow("RATE_LIMITED");
  // Neither another connection nor a stranger's attempts have anything to do with it.
  await beat(student, (await connect(student, whiteboard)).id);
  for (let i = 0; i < 20; i += 1) await beat(service, id);
  strict.clock.jumpTo(strict.clock.now() + 5_000);
  expect((await beat(student, id)).lastActivityAt).toBe("15:00:05");
  expect(await student.code(HEARTBEAT, { id })).toBe("RATE_LIMITED");
  expect(await status(student, whiteboard)).toMatchObject({ student: { openConnections: 2 } });
});

test("§7 clients that keep to the rate are not limited while the clock stands still behind a database that is put back", async () => {
  const strict = await testApp({ env: { LIMIT_HEARTBEATS: "3" } });
  onTestFinished(() => strict.dispose());
  const { student, whiteboard } = await lesson(strict);
  const { id } = await connect(student, whiteboard);
  for (let i = 0; i < 10; i += 1) {
    strict.clock.standStill(15_000);
    await beat(student, id);
  }
});

test("§7 a malformed Host is refused, and nothing internal is told", async () => {
  const { hostname, port } = new URL(app.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connectTo(Number(port), hostname, () => socket.write("GET /graphql HTTP/1.1\r\nHost: [\r\n\r\n"));
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).not.toMatch(/node_modules|at /);
});

test("§7 parameters of a GET that are no JSON are the caller's mistake", async () => {
  const response = await fetch(`${app.url}?query=%7B__typename%7D&variables=zz`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
});

test("§7 what is nested so deeply that a stack runs out is the caller's mistake, in a body and in a parameter", async () => {
  const deep = "[".repeat(1_000) + "]".repeat(1_000);
  const query = encodeURIComponent("{ __typename }");
  const answers = [
    await fetch(app.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: `{"query":"{ __typename }","variables":{"x":${deep}}}`,
    }),
    await fetch(`${app.url}?query=${query}&variables=${encodeURIComponent(`{"x":${deep}}`)}`),
  ];
  for (const answer of answers) {
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
  }
});
