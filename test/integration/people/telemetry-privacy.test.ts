import { afterEach, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson } from "../../support/lesson.ts";
import { Lines } from "../../support/line.ts";
import { recordLog } from "../../support/metrics.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { JSON_TYPE, post } from "../../support/request.ts";

let app: TestApp;
const lines = new Lines();
afterEach(() => app.dispose());

const MARK = `mutation Secretly($id: ID!, $notes: String) {
  markAttendance(input: { sessionId: $id, studentStatus: LATE, notes: $notes }) { id } }`;

test("§7 neither the log nor /metrics ever shows a token, a name, a note or any value, whatever fails", async () => {
  const recorded = recordLog();
  app = await testApp({ log: recorded.log });
  const { tutor, student, admin, sessionId, whiteboard } = await lesson(app);
  const token = await tutor.token;
  const line = await lines.open(student);

  await tutor.ask(MARK, { id: "no-such-session", notes: "notes-of-a-refusal" });
  await tutor.ask(MARK, { id: sessionId, notes: { wrong: "notes-of-the-wrong-type" } });
  await tutor.ask('{ me(password: "letmein-inline") { name } ');
  await post(app, '{ "query": "letmein-body', { ...JSON_TYPE, authorization: `Bearer ${token}` });
  await post(app, { query: "{ me { name } }" }, { ...JSON_TYPE, authorization: `Bearer ${token}-forged` });

  // Tokens where they belong, where they do not, and none that is good.
  const bearer = `Bearer ${token}`;
  const parameters = new URLSearchParams({ query: "{ nothing }", token: String(token), authorization: bearer });
  await fetch(`${app.url}?${parameters.toString()}`, { headers: { cookie: `token=${token}`, "x-request-id": bearer } });
  await (await fetch(new URL(`/sessions.csv?${parameters.toString()}`, app.url))).text();
  await (await fetch(new URL("/sessions.csv", app.url), { headers: { authorization: bearer } })).text();
  await tutor.ask(`query Named($token: Int) { me { name } }`, { token });
  await tutor.ask(`{ session(id: "${token}") { id } }`);
  for (const authorization of [`${bearer}-forged`, bearer, { token }]) {
    const socket = await rawSocket(`${app.url}?${parameters.toString()}`);
    socket.send({ type: "connection_init", payload: { authorization, token } });
    socket.send({ type: "connection_init", payload: { authorization, token } });
    const { reason } = await socket.closed;
    expect(reason).not.toContain("eyJ");
  }
  const broken = await rawSocket(app.url);
  await broken.hello(token);
  const { _socket: wire } = broken.socket as unknown as { _socket: NodeJS.WritableStream };
  wire.write(`\xf3${bearer}`, "latin1");
  await broken.closed;

  // The database refuses the row, and tells what stood in it; then it has no such table; then it is gone.
  const { prisma } = app.store.database;
  await prisma.$executeRawUnsafe("alter table attendance_mark_notes add constraint mute check (false) not valid");
  await prisma.$executeRawUnsafe("alter table users add constraint nobody check (false) not valid");
  expect(await tutor.code(MARK, { id: sessionId, notes: "notes-of-a-fault" })).toBe("INTERNAL_SERVER_ERROR");
  expect(await admin.code('mutation { upsertUser(input: { name: "Nora Nameless" }) { id } }')).toBe(
    "INTERNAL_SERVER_ERROR",
  );
  await prisma.$executeRawUnsafe("alter table connection_spans rename column seq to place");
  await line.get(`{ connectionStatus(whiteboardSessionId: ${whiteboard}) { version } }`).catch(() => undefined);
  const metrics = await (await fetch(new URL("/metrics", app.url))).text();
  await lines.close(app);
  await app.store.database.close();
  await tutor.ask(MARK, { id: sessionId, notes: "notes-of-an-outage" });

  const logged = recorded.lines();
  const said = JSON.stringify(logged) + metrics;
  expect(logged.map(({ level }) => String(level))).toContain("debug");
  expect(logged.filter(({ level }) => level === "error").length).toBeGreaterThanOrEqual(3);
  // Every token begins with eyJ.
  expect(said.match(/.{30}(notes-of|letmein|Nameless|Tia Tutor|Sam Student|Bearer [\w-]{10}|eyJ).{30}/g)).toBeNull();
  const labels = [...metrics.matchAll(/^rollcall_\w+\{(.*)\}/gm)].flatMap(([, text = ""]) => text.split(","));
  const ours = /^(le="[\d.+Inf]+"|(type|transport|state|job)="[a-z]+"|code="[A-Z_]+")$/;
  expect(labels.filter((label) => !ours.test(label))).toEqual([]);
  expect(labels).toContain('code="INTERNAL_SERVER_ERROR"');
});
