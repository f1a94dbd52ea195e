import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { people, type People, STUDENT, TUTOR } from "../../support/lesson.ts";
import { schedule, sessionInput } from "../../support/schedule.ts";

let app: TestApp;
let everybody: People;
const ids: string[] = [];
const OTHER = 20;

beforeAll(async () => {
  app = await testApp();
  everybody = await people(app);
  const { admin } = everybody;
  await admin.get(`mutation { upsertUser(input: { id: ${OTHER}, name: "Olga Other" }) { id } }`);
  for (const start of ["10:00", "10:00", "10:00:00.001", "12:00", "12:00", "13:00", "14:00", "14:00"]) {
    const input = sessionInput(app, start, "15:00", ids.length % 4 === 3 ? { tutorId: String(OTHER) } : {});
    ids.push((await schedule(admin, input)).id);
  }
});
afterAll(() => app.dispose());

const LIST = `query ($filter: SessionFilter) {
  sessions(first: 100, filter: $filter) { totalCount nodes { id } } }`;

/** How many are listed, which is what the total says as well. */
async function filtered(filter: object): Promise<number> {
  const { sessions } = await everybody.admin.get<{ sessions: { totalCount: number; nodes: object[] } }>(LIST, {
    filter,
  });
  expect(sessions.totalCount).toBe(sessions.nodes.length);
  return sessions.totalCount;
}

test("from and to are on the scheduled start, half-open", async () => {
  const at = (text: string) => new Date(app.clock.at(text)).toISOString();
  expect(await filtered({ from: at("12:00"), to: at("14:00") })).toBe(3);
  expect(await filtered({ from: at("12:00"), to: at("12:00") })).toBe(0);
  expect(await filtered({ from: at("12:00"), to: at("12:00:00.001") })).toBe(2);
  expect(await filtered({ from: at("14:00"), to: at("12:00") })).toBe(0);
  expect(await filtered({ from: at("10:00:00.001"), to: at("10:00:00.002") })).toBe(1);
  expect(await filtered({ from: "2026-03-02T13:00:00+01:00", to: "2026-03-02T13:00:00.001+01:00" })).toBe(2);
  expect(await everybody.admin.code(LIST, { filter: { from: "1999-12-31T23:00:00Z" } })).toBe("VALIDATION_FAILED");
});

test("by people, status and mark, and together", async () => {
  const { admin } = everybody;
  const all = await filtered({});
  expect(await filtered({ tutorId: String(OTHER) })).toBe(2);
  expect(await filtered({ tutorId: String(TUTOR), studentId: String(STUDENT) })).toBe(all - 2);
  expect(await filtered({ studentId: String(OTHER) })).toBe(0);
  expect(await filtered({ tutorId: "2147483647" })).toBe(0);
  const [one, two, three] = ids as [string, string, string];
  await admin.get(`mutation { cancelSession(sessionId: ${one}) { id } }`);
  await admin.get(`mutation { endSession(sessionId: ${two}) { id } }`);
  const mark = (statuses: string) =>
    admin.get(`mutation { markAttendance(input: { sessionId: ${three}, ${statuses} }) { id } }`);
  await mark("studentStatus: LATE");
  expect(await filtered({ status: "CANCELLED" })).toBe(1);
  expect(await filtered({ status: "COMPLETED" })).toBe(1);
  expect(await filtered({ status: "SCHEDULED" })).toBe(all - 2);
  expect(await filtered({ status: "IN_PROGRESS" })).toBe(0);
  // M1: one of the two marked is not marked.
  expect([await filtered({ marked: true }), await filtered({ marked: false })]).toEqual([0, all]);
  await mark("tutorStatus: PRESENT");
  expect([await filtered({ marked: true }), await filtered({ marked: false })]).toEqual([1, all - 1]);
  expect(await filtered({ marked: true, status: "SCHEDULED", tutorId: null, from: null })).toBe(1);
  expect(await filtered({ marked: true, status: "CANCELLED" })).toBe(0);
});
