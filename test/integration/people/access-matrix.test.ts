import { randomUUID } from "node:crypto";
import {
  getNamedType,
  GraphQLID,
  type GraphQLInputType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schema } from "../../../src/graphql/schema/schema.ts";
import {
  FOR_THOSE_WHO_KNOW_ALL,
  HARMLESS,
  type Ids,
  LISTENING,
  READ_THERE,
  ROOT_FIELDS,
  SESSION_FIELDS,
  SUBSCRIPTIONS,
  VIEWERS,
} from "../../support/access-table.ts";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { type BusyLesson, busyLesson } from "../../support/busy-lesson.ts";
import { ADMIN, PARENT, SERVICE, STUDENT, TUTOR } from "../../support/lesson.ts";
import { rawSocket } from "../../support/raw-socket.ts";
import { endsOf, outcomeOf, whole, type WholeAnswer } from "../../support/whole-answer.ts";

let app: TestApp;
let here: BusyLesson;
/** Only ever read. */
let untouched: BusyLesson;
beforeAll(async () => {
  app = await testApp();
  untouched = await busyLesson(app);
  here = await busyLesson(app);
  await here.admin.get(`mutation {
    tutor: upsertUser(input: { id: 30, name: "T" }) { id }
    parent: upsertUser(input: { id: 32, name: "P" }) { id }
    student: upsertUser(input: { id: 31, name: "S", parentIds: [32] }) { id }
    scheduleSession(input: { tutorId: 30, studentId: 31,
      scheduledStart: "2026-03-04T10:00:00Z", scheduledEnd: "2026-03-04T11:00:00Z" }) { id } }`);
});
afterAll(() => app.dispose());

const IDS = { anonymous: 0, student: STUDENT, parent: PARENT, tutor: TUTOR, admin: ADMIN, service: SERVICE };

/** People as good as those of the lesson, with one of their own on another day. */
const others = (): [who: string, id: number, caller: Caller][] => [
  ["anonymous", 0, app.anonymous],
  ["a student", 31, app.as(31, "student")],
  ["a parent", 32, app.as(32, "parent")],
  ["a tutor", 30, app.as(30, "tutor")],
  ["a parent in other roles", 32, app.as(32, "student", "tutor")],
  ["somebody of no role", 77, app.as(77)],
];

function cursorAt(session: string): string {
  return Buffer.from(`${Date.UTC(2026, 2, 2, 16)}:${session}`).toString("base64url");
}

function idsOf({ sessionId, whiteboard, connection }: BusyLesson, me: number): Ids {
  const [tutor, student] = [String(TUTOR), String(STUDENT)];
  return { session: sessionId, whiteboard, connection, tutor, student, me: String(me), cursor: cursorAt(sessionId) };
}

function noIds(me: number): Ids {
  const none = "2000000000";
  const people = { tutor: "2000000001", student: "2000000002", me: String(me) };
  return { session: none, whiteboard: none, connection: randomUUID(), ...people, cursor: cursorAt(none) };
}

/** The arguments and input fields that an operation gives, as «Query.session id», «SessionFilter tutorId». */
function namesIn(operation: string): string[] {
  const types = new TypeInfo(schema);
  const names: string[] = [];
  const visitor = visitWithTypeInfo(types, {
    Argument: ({ name }) =>
      void names.push(`${types.getParentType()?.name}.${types.getFieldDef()?.name} ${name.value}`),
    ObjectField: {
      // On the way out the type is that of the object around it.
      leave: ({ name }) => void names.push(`${getNamedType(types.getParentInputType())?.name} ${name.value}`),
    },
  });
  visit(parse(operation), visitor);
  return names;
}

describe("§6 every field of the schema has its row", () => {
  const named = (rows: object) => new Set(Object.keys(rows).map((name) => name.split(/[ ,]/)[0]));
  const rows = new Set([
    ...named(ROOT_FIELDS),
    ...named(SUBSCRIPTIONS),
    ...named(LISTENING),
    ...named(SESSION_FIELDS),
    ...READ_THERE,
  ]);
  const harmless = new Set(
    Object.entries(HARMLESS).flatMap(([type, fields]) => fields.split(" ").map((field) => `${type}.${field}`)),
  );
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
    .flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : []));

  test("a new one is in the table, or in the list of those that lead to nobody's data", () => {
    const all = fields.map(({ type, field }) => `${type.name}.${field.name}`);
    expect([...rows, ...harmless].sort()).toEqual(all.sort());
  });

  test("none that leads on is in that list, and no operation", () => {
    const leading = fields
      .filter(({ type, field }) => harmless.has(`${type.name}.${field.name}`) && !isLeafType(getNamedType(field.type)))
      .map(({ type, field }) => `${type.name}.${field.name}`);
    expect(leading).toEqual([]);
    expect(Object.keys(HARMLESS).filter((type) => /^(Query|Mutation|Subscription)$/.test(type))).toEqual([]);
  });

  test("every argument that names somebody or something is tried in a row, or only for those who know all", () => {
    const naming = (type: GraphQLInputType, name: string) => getNamedType(type) === GraphQLID || name === "after";
    const named = [
      ...fields.flatMap(({ type, field }) =>
        field.args.filter((arg) => naming(arg.type, arg.name)).map(({ name }) => `${type.name}.${field.name} ${name}`),
      ),
      ...Object.values(schema.getTypeMap())
        .filter((type) => isInputObjectType(type))
        .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
        .filter(({ field }) => naming(field.type, field.name))
        .map(({ type, field }) => `${type.name} ${field.name}`),
    ];
    const operations = [...Object.values({ ...ROOT_FIELDS, ...SUBSCRIPTIONS }).map(([operation]) => operation)];
    const selections = Object.values(SESSION_FIELDS).map(([selection]) => `{ session(id: 1) { ${selection} } }`);
    const tried = new Set([...operations, ...selections].flatMap(namesIn));
    expect(named.filter((name) => !tried.has(name)).sort()).toEqual(FOR_THOSE_WHO_KNOW_ALL);
  });
});

describe("§6 operations, on one's own and on what one may not know of", () => {
  for (const [name, [query, own, missing]] of Object.entries(ROOT_FIELDS)) {
    test(`${name}: ${own}; else ${missing}`, async () => {
      const lesson = await busyLesson(app);
      const answer = (caller: Caller, variables: Ids) => whole(app.url, caller, { query, variables });

      const heard = await Promise.all(VIEWERS.map((who) => answer(lesson[who], noIds(IDS[who]))));
      expect(heard.map(outcomeOf).join(" ")).toBe(missing);

      const compared = others().map(async ([who, id, caller]) => {
        const [theirs, nothing] = await Promise.all([answer(caller, idsOf(lesson, id)), answer(caller, noIds(id))]);
        expect(theirs, who).toEqual(nothing);
        if (!name.includes("cursor")) expect(missing.split(" ")).toContain(outcomeOf(theirs));
      });
      await Promise.all(compared);

      const known: string[] = [];
      for (const who of VIEWERS) known.push(outcomeOf(await answer(lesson[who], idsOf(lesson, IDS[who]))));
      expect(known.join(" ")).toBe(own);
    });
  }

  test("not a byte differs over WebSocket either, in queries, mutations and subscriptions", async () => {
    for (const [who, id, caller] of others().slice(1)) {
      const socket = await rawSocket(app.url);
      await socket.hello(await caller.token);
      for (const [name, [query]] of Object.entries({ ...ROOT_FIELDS, ...SUBSCRIPTIONS })) {
        const theirs = await socket.ask("same", { query, variables: idsOf(here, id) });
        const nothing = await socket.ask("same", { query, variables: noIds(id) });
        expect(theirs, `${name} for ${who}`).toEqual(nothing);
      }
      socket.socket.close();
      await socket.closed;
    }
  });

  for (const [name, [query, own, missing]] of Object.entries(SUBSCRIPTIONS)) {
    test(`${name}: ${own}; else ${missing}`, async () => {
      const words: { own: string[]; missing: string[] } = { own: ["-"], missing: ["-"] };
      for (const who of VIEWERS.slice(1)) {
        const socket = await rawSocket(app.url);
        await socket.hello(await here[who].token);
        const wordOf = async (id: string, variables: Ids) => {
          const [first = ""] = await socket.ask(id, { query, variables });
          return outcomeOf({ text: JSON.stringify((JSON.parse(first) as { payload: object }).payload) });
        };
        words.missing.push(await wordOf("a", noIds(IDS[who])));
        words.own.push(await wordOf("b", idsOf(here, IDS[who])));
        socket.socket.close();
        await socket.closed;
      }
      expect([words.own.join(" "), words.missing.join(" ")]).toEqual([own, missing]);
    });

    test(`${name} over SSE: not a byte differs`, async () => {
      const answer = (caller: Caller, variables: Ids) =>
        whole(app.url, caller, { query, variables }, "text/event-stream");
      for (const [who, id, caller] of others()) {
        expect(await answer(caller, idsOf(here, id)), who).toEqual(await answer(caller, noIds(id)));
      }
    });
  }

  test("nothing came of what others tried", async () => {
    const lesson = await busyLesson(app);
    const read = () =>
      whole(app.url, lesson.admin, {
        query: `query ($session: ID!) { session(id: $session) { status title attendance { version }
          attendanceHistory { totalCount } whiteboardSession { closedAt presence { version } spans { lastSeenAt endedAt } } } }`,
        variables: { session: lesson.sessionId },
      });
    const before = await read();
    for (const [, id, caller] of others()) {
      for (const [query] of Object.values(ROOT_FIELDS)) await caller.ask(query, idsOf(lesson, id));
    }
    expect(await read()).toEqual(before);
  });
});

test("§6 in /sessions.csv not a byte differs between others' lessons and none, whatever is asked for", async () => {
  const read = async (path: string, caller: Caller) => {
    const token = await caller.token;
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(new URL(path, app.url), { headers });
    const told = [...response.headers].filter(([name]) => name !== "date" && name !== "x-request-id");
    return { status: response.status, told, text: await response.text() };
  };
  for (const [who, id, caller] of others()) {
    for (const name of ["tutor", "student"] as const) {
      const asked = (ids: Ids) => read(`/sessions.csv?${name}Id=${ids[name]}`, caller);
      expect(await asked(idsOf(here, id)), `${name} for ${who}`).toEqual(await asked(noIds(id)));
    }
    expect((await read("/sessions.csv", caller)).text).not.toMatch(/Tia|Sam/);
  }
  expect((await read(`/sessions.csv?studentId=${STUDENT}`, here.tutor)).text).toContain("Sam Student");
});

describe("§6 what is told without being named, to those whom it concerns", () => {
  for (const [name, [query, own]] of Object.entries(LISTENING)) {
    test(`${name}: ${own}; anybody else hears nothing of it`, async () => {
      const listen = async (caller: Caller) => {
        const socket = await rawSocket(app.url);
        await socket.hello(await caller.token);
        return { socket, first: await socket.ask("a", { query }) };
      };
      const related = await Promise.all(VIEWERS.slice(1).map((who) => listen(here[who])));
      const strangers = await Promise.all(
        others()
          .slice(1)
          .map(([, , caller]) => listen(caller)),
      );
      expect(new Set([...related, ...strangers].flatMap(({ first }) => first)).size).toBe(1);

      await here.admin.get(
        `mutation { markAttendance(input: { sessionId: ${here.sessionId}, tutorStatus: LATE }) { id } }`,
      );
      await app.clock.advance(500);
      const word = async ({ socket }: (typeof related)[number]) =>
        (await socket.next()).includes(`"id":"${here.sessionId}"`) ? "told" : "-";
      expect(["-", ...(await Promise.all(related.map(word)))].join(" ")).toBe(own);
      // What comes next is the first that they hear.
      for (const { socket } of strangers) expect(await socket.ask("b", { query: "{ __typename }" })).toHaveLength(2);

      for (const { socket } of [...related, ...strangers]) {
        socket.socket.close();
        await socket.closed;
      }
    });
  }

  test("nobody who is unknown listens to anything", async () => {
    for (const [query] of Object.values(LISTENING)) {
      expect(outcomeOf(await whole(app.url, app.anonymous, { query, variables: {} }, "application/json"))).toBe(
        "UNAUTHENTICATED",
      );
    }
  });
});

describe("§6 fields of a session, as each reads them", () => {
  for (const [name, [selection, own]] of Object.entries(SESSION_FIELDS)) {
    test(`${name}: ${own}`, async () => {
      const query = `query ($session: ID!) { session(id: $session) { ${selection} } }`;
      const answer = (caller: Caller, variables: Ids): Promise<WholeAnswer> =>
        whole(app.url, caller, { query, variables });
      const read = await Promise.all(VIEWERS.map((who) => answer(untouched[who], idsOf(untouched, IDS[who]))));
      expect(read.map(endsOf).join(" ")).toBe(own);
      const compared = others().map(async ([who, id, caller]) => {
        expect(await answer(caller, idsOf(untouched, id)), who).toEqual(await answer(caller, noIds(id)));
      });
      await Promise.all(compared);
    });
  }
});
