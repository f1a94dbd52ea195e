import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { type People, people, STUDENT, TUTOR } from "../../support/lesson.ts";
import { connect, status } from "../../support/presence.ts";
import { read } from "../../support/reader.ts";
import { listenToStatements, type Statements } from "../../support/statements.ts";

let app: TestApp;
let statements: Statements;
let everybody: People;
let last: { id: string; whiteboard: string };

beforeAll(async () => {
  statements = listenToStatements();
  app = await testApp();
  everybody = await people(app);
  app.clock.jumpTo(app.clock.at("16:00"));
  for (let batch = 0; batch < 5; batch += 1) last = await tenLessons(batch);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.dispose();
});

/** Ten lessons of five minutes, each with a whiteboard, one connection of the student and two marks; the last one's ids. */
async function tenLessons(batch: number): Promise<{ id: string; whiteboard: string }> {
  const { admin, tutor, student } = everybody;
  /** One mutation for all ten; the ids of what it made. */
  const each = async (caller: Caller, field: (index: number) => string): Promise<string[]> => {
    const fields = Array.from({ length: 10 }, (_, index) => `f${index}: ${field(index)} { id }`);
    return Object.values(await caller.get<Record<string, { id: string }>>(`mutation { ${fields.join(" ")} }`)).map(
      ({ id }) => id,
    );
  };
  const time = (index: number) => new Date(app.clock.at("16:00") + (batch * 10 + index) * 300_000).toISOString();
  const ids = await each(
    admin,
    (index) => `scheduleSession(input: { tutorId: ${TUTOR}, studentId: ${STUDENT},
      scheduledStart: "${time(index)}", scheduledEnd: "${time(index + 1)}" })`,
  );
  const whiteboards = await each(tutor, (index) => `openWhiteboard(sessionId: ${ids[index]})`);
  await each(student, (index) => `connect(input: { whiteboardSessionId: ${whiteboards[index]} })`);
  await each(
    tutor,
    (index) => `markAttendance(input: { sessionId: ${ids[index]}, tutorStatus: LATE, notes: "Late." })`,
  );
  await each(
    admin,
    (index) => `markAttendance(input: { sessionId: ${ids[index]}, studentStatus: LATE, notes: "Late." })`,
  );
  return { id: ids[9] as string, whiteboard: whiteboards[9] as string };
}

/** What a list with these fields costs, for the tutor and for a parent; the same for 5 rows and for 50. */
async function costOf(fields: string): Promise<{ tutor: number; parent: number }> {
  const cost = async (caller: "tutor" | "parent", first: number) => {
    const query = `{ sessions(first: ${first}) { nodes { id ${fields} } } }`;
    const sent = await statements.during(async () => {
      const { sessions } = await everybody[caller].get(query);
      expect(sessions.nodes).toHaveLength(first);
    });
    return sent.length;
  };
  const five = { tutor: await cost("tutor", 5), parent: await cost("parent", 5) };
  expect({ tutor: await cost("tutor", 50), parent: await cost("parent", 50) }).toEqual(five);
  return five;
}

describe("a list costs as many statements for 50 rows as for 5", () => {
  test("with its people, its attendance and its whiteboards: a single one", async () => {
    const fields = `tutor { name } student { name } whiteboardSession { id openedAt }
      attendance { studentStatus source version }`;
    expect(await costOf(fields)).toEqual({ tutor: 1, parent: 1 });
  });

  test("with what hangs on its whiteboards, and who marked", async () => {
    const fields = `tutor { name } student { name } whiteboardSession { id openedAt session { id tutor { name } } }
      attendance { studentStatus markedBy { name } }`;
    // The rows, what hangs on them further down, and the names of who marked.
    expect(await costOf(fields)).toEqual({ tutor: 3, parent: 3 });
  });

  test("with notes, which a parent may only see of their own", async () => {
    expect(await costOf("attendance { notes }")).toEqual({ tutor: 1, parent: 2 });
  });

  test("with presence", async () => {
    expect(await costOf("whiteboardSession { presence { version student { connected user { name } } } }")).toEqual({
      tutor: 2,
      parent: 2,
    });
  });

  test("with spans", async () => {
    expect(await costOf("whiteboardSession { spans { connectionId startedAt } }")).toEqual({ tutor: 2, parent: 3 });
  });

  test("with the suggestion", async () => {
    expect(await costOf("attendanceSuggestion { student { status reasons } }")).toEqual({ tutor: 2, parent: 2 });
  });

  test("with the history of marks, who made them, and how many there are", async () => {
    const fields = "attendanceHistory { totalCount nodes { notes actor { name } } }";
    // Rows, marks, counts, actors; whose child a student is besides, but then no actors: no mark is theirs.
    expect(await costOf(fields)).toEqual({ tutor: 4, parent: 4 });
  });

  test("with two pages of history beside each other", async () => {
    const fields = "oldest: attendanceHistory(first: 1) { nodes { id } } all: attendanceHistory { nodes { id } }";
    expect(await costOf(fields)).toEqual({ tutor: 2, parent: 3 });
  });

  test("with the total, and with edges beside nodes", async () => {
    const both = "{ sessions(first: 50) { totalCount nodes { tutor { name } } edges { node { student { name } } } } }";
    expect(await statements.during(() => everybody.tutor.get(both))).toHaveLength(2);
  });
});

describe("what happens often costs little", () => {
  test("P4 a heartbeat is one statement", async () => {
    const { student } = everybody;
    const { connect } = await student.get(
      `mutation { connect(input: { whiteboardSessionId: ${last.whiteboard} }) { id } }`,
    );
    const beat = `mutation { heartbeat(connectionId: "${connect.id}") { open lastActivityAt heartbeatSeconds } }`;
    expect(await statements.during(() => student.get(beat))).toHaveLength(1);
  });

  test("P4 heartbeats that arrive together share one statement", async () => {
    const { student } = everybody;
    const connect = `mutation { connect(input: { whiteboardSessionId: ${last.whiteboard} }) { id } }`;
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) ids.push((await student.get(connect)).connect.id);
    const { connections } = app.app.services;
    const actor = { id: STUDENT, roles: new Set(["student"] as const) };
    const sent = await statements.during(() =>
      Promise.all(ids.map((id) => connections.heartbeat(actor, id, "HEARTBEAT", app.clock.now()))),
    );
    expect(sent).toHaveLength(1);
  });

  test("connectionStatus, session and me", async () => {
    const { tutor } = everybody;
    const cost = async (query: string) => (await statements.during(() => tutor.get(query))).length;
    expect(await cost(`{ connectionStatus(whiteboardSessionId: ${last.whiteboard}) { version } }`)).toBe(2);
    expect(await cost(`{ session(id: ${last.id}) { id tutor { name } } }`)).toBe(2);
    expect(await cost("{ me { name } }")).toBe(1);
  });

  test("M6 a mark is one transaction: lock, facts, attendance, history", async () => {
    const query = `mutation { markAttendance(input: { sessionId: ${last.id}, studentStatus: LATE }) { id } }`;
    const sent = await statements.during(() => everybody.admin.get(query));
    expect(sent.map((sql) => sql.trim().split(/\s+/)[0]?.toUpperCase())).toMatchInlineSnapshot(`
      [
        "SELECT",
        "BEGIN",
        "SELECT",
        "SELECT",
        "SELECT",
        "UPDATE",
        "INSERT",
        "SELECT",
      ]
    `);
  });

  test("connect and disconnect are one transaction each, however many connections there are", async () => {
    const { student } = everybody;
    const cost = async (query: string) => {
      let data: Record<string, { id: string }> = {};
      const sent = await statements.during(async () => (data = await student.get(query)));
      return { data, begun: sent.filter((sql) => sql === "BEGIN").length, length: sent.length };
    };
    const connected = await cost(`mutation { connect(input: { whiteboardSessionId: ${last.whiteboard} }) { id } }`);
    expect(connected).toMatchObject({ begun: 1, length: 9 });
    const left = await cost(`mutation { disconnect(connectionId: "${connected.data["connect"]?.id}") { open } }`);
    expect(left).toMatchObject({ begun: 1, length: 7 });
  });

  test("P9 attend is the transaction that connects: its first state is what that has committed", async () => {
    const { student } = everybody;
    const query = `subscription { attend(whiteboardSessionId: ${last.whiteboard}) { version connectionId } }`;
    const attending: { stop(): void }[] = [];
    const sent = await statements.during(async () => {
      const reader = read(student.socket(), query, {}, "attend");
      attending.push(reader);
      expect(await reader.next()).toMatchObject({ connectionId: expect.any(String) as string });
    });
    expect({ begun: sent.filter((sql) => sql === "BEGIN").length, length: sent.length }).toEqual({
      begun: 1,
      length: 9,
    });
    for (const reader of attending) reader.stop();
    await expect.poll(() => app.app.services.sockets.counts.attending).toBe(0);
  });

  test("P11 what presence tells is as long after ten connections as after one", async () => {
    const { student } = everybody;
    const whiteboards = await tenLessons(5);
    const told = async () => Buffer.byteLength(JSON.stringify(await status(student, whiteboards.whiteboard)));
    const once = await told();
    for (let more = 0; more < 10; more += 1) await connect(student, whiteboards.whiteboard);
    // A digit more each, of the version and of the open connections.
    expect((await told()) - once).toBeLessThanOrEqual(2);
    expect(once).toBeLessThan(600);
  });
});

test("P17 an event costs the same for 5 sessions and for 50, for one viewer and for three", async () => {
  const query = `subscription { sessionChanges {
    id tutor { name } attendance { tutorStatus marked } whiteboardSession { presence { version } } } }`;
  const viewers = [everybody.admin, everybody.parent, app.as(88, "admin")];
  const { sessions } = await everybody.admin.get("{ sessions(first: 50) { nodes { id scheduledStart } } }");
  const changed = (sessions.nodes as { id: string; scheduledStart: string }[]).map(({ id, scheduledStart }) => {
    return { id: Number(id), tutorId: TUTOR, studentId: STUDENT, scheduledStart: Date.parse(scheduledStart) };
  });
  const readers = viewers.map((viewer) => read<unknown[]>(viewer.socket(), query, {}, "sessionChanges"));
  const next = () => Promise.all(readers.map(async (reader) => (await reader.next()).length));
  expect(await next()).toEqual([0, 0, 0]);
  for (const count of [5, 50]) {
    await app.clock.advance(500);
    const told = await statements.during(async () => {
      app.app.bus.announce(changed.slice(0, count));
      expect(await next()).toEqual([count, count, count]);
    });
    // Versions, sessions, whose parent the parent is, presence for those who ask first and for the rest.
    expect(told.length).toBeLessThanOrEqual(5);
  }
  for (const reader of readers) reader.stop();
});
