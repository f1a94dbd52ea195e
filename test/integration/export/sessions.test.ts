import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { type BusyLesson, busyLesson } from "../../support/busy-lesson.ts";
import { PARENT, STUDENT, TUTOR } from "../../support/lesson.ts";

const VIEWERS = ["anonymous", "student", "parent", "tutor", "admin", "service", "stranger"] as const;

let app: TestApp;
let here: BusyLesson;
beforeAll(async () => {
  app = await testApp();
  here = await busyLesson(app);
});
afterAll(() => app.dispose());

async function download(who: (typeof VIEWERS)[number] | null, query = "", init: RequestInit = {}) {
  const token = who === null ? "no token at all" : await here[who].token;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${new URL("/sessions.csv", app.url).href}${query}`, { headers, ...init });
}

/** Rows by heading; none of our own cells holds a comma or a quote here. */
async function rows(response: Response): Promise<Record<string, string>[]> {
  const [head = "", ...lines] = (await response.text()).split("\r\n").slice(0, -1);
  const headings = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, i) => [headings[i] ?? "", value])));
}

test("each sees the sessions and the fields that are theirs to see", async () => {
  const seen: Record<string, unknown> = {};
  for (const who of VIEWERS) {
    const response = await download(who);
    if (!response.ok) {
      seen[who] = [
        response.status,
        ((await response.json()) as { errors: { extensions: object }[] }).errors[0]?.extensions,
      ];
      continue;
    }
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="sessions.csv"');
    seen[who] = (await rows(response)).map((row) => [row["student_status"], row["notes"], row["student_suggested"]]);
  }
  const all = [["LATE", "a tutor's words", "ABSENT"]];
  const some = [["LATE", "", ""]];
  expect(seen).toEqual({
    anonymous: [401, { code: "UNAUTHENTICATED", retryable: false }],
    student: some,
    parent: some,
    tutor: all,
    admin: all,
    service: all,
    stranger: [],
  });
});

test("a row says the lesson's time where it is, who, what was decided by whom, and what the evidence says", async () => {
  const [row] = await rows(await download("tutor"));
  expect(row).toMatchObject({
    session_id: here.sessionId,
    status: "IN_PROGRESS",
    time_zone: "UTC",
    tutor_id: String(TUTOR),
    tutor_name: "Tia Tutor",
    tutor_marked: "false",
    student_id: String(STUDENT),
    student_marked: "true",
    source: "MANUAL",
    marked_by: String(TUTOR),
    student_lateness_minutes: "10",
    suggestion_is_final: "false",
  });
  expect(row?.["scheduled_start"]).toMatch(/T16:00:00\+00:00$/);
});

test("M1 a status is what was decided, and a suggestion what was measured: else nothing", async () => {
  const decided = (row: Record<string, string> | undefined, whose: string) =>
    ["status", "marked", "suggested", "confidence", "engagement_percent", "active_minutes", "left_early_minutes"].map(
      (name) => row?.[`${whose}_${name}`],
    );
  const [running] = await rows(await download("tutor"));
  expect(decided(running, "tutor").slice(0, 3)).toEqual(["", "false", "PRESENT"]);
  expect(decided(running, "student").slice(0, 3)).toEqual(["LATE", "true", "ABSENT"]);
  // Still to come, with a whiteboard and without, and over without one: PRESENT by default, by S7 and by S0.
  const time = (days: number) => new Date(app.clock.now() + days * 86_400_000);
  for (const [days, whiteboard] of [
    [3, true],
    [4, false],
    [-3, false],
  ] as const) {
    await app.store.database.prisma.session.create({
      data: {
        tutor: { connect: { id: TUTOR } },
        student: { connect: { id: STUDENT } },
        title: "Undecided",
        scheduledStart: time(days),
        scheduledEnd: time(days + 0.04),
        whiteboardSession: whiteboard ? { create: { openedAt: time(0) } } : {},
      },
    });
  }
  const undecided = (await rows(await download("tutor"))).filter((row) => row["title"] === "Undecided");
  expect(undecided).toHaveLength(3);
  for (const row of undecided) {
    for (const whose of ["tutor", "student"]) expect(decided(row, whose)).toEqual(["", "false", "", "", "", "", ""]);
    expect(row).toMatchObject({ source: "SYSTEM_DEFAULT", marked_by: "", marked_at: "", suggestion_is_final: "" });
  }
  await app.store.database.prisma.whiteboardSession.deleteMany({ where: { session: { title: "Undecided" } } });
  await app.store.database.prisma.session.deleteMany({ where: { title: "Undecided" } });
});

test("filters are those of sessions; what does not fit is refused with its code, and nothing is begun", async () => {
  const day = new Date(app.clock.now()).toISOString().slice(0, 10);
  expect(await rows(await download("tutor", `?from=${day}T16:00:00Z&to=${day}T16:00:01Z&marked=false`))).toHaveLength(
    1,
  );
  expect(await rows(await download("tutor", `?to=${day}T16:00:00Z`))).toEqual([]);
  expect(await rows(await download("tutor", "?status=CANCELLED"))).toEqual([]);
  expect(await rows(await download("tutor", `?studentId=${PARENT}`))).toEqual([]);
  const wrong = ["from=yesterday", "status=OVER", "marked=perhaps", "tutorId=x", "to=", "statuss=CANCELLED", "FROM=x"];
  for (const query of [...wrong, "first=5", "status=CANCELLED&status=COMPLETED"]) {
    const response = await download("tutor", `?${query}`);
    expect([query, response.status]).toEqual([query, 400]);
    const extensions = { code: "BAD_USER_INPUT", retryable: false, field: query.split("=")[0] };
    expect([query, await response.json()]).toMatchObject([query, { errors: [{ extensions }] }]);
  }
  expect((await download(null)).status).toBe(401);
  const posted = await download("tutor", "", { method: "POST" });
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET"]);
});

test("more sessions than a page come page by page, whole, in order, and each once", async () => {
  const start = Date.parse("2031-01-01T00:00:00Z");
  await app.store.database.prisma.session.createMany({
    data: Array.from({ length: 250 }, (_, i) => ({
      tutorId: TUTOR,
      studentId: STUDENT,
      title: i === 7 ? "=1+1" : `Lesson ${i}`,
      scheduledStart: new Date(start + i * 3_600_000),
      scheduledEnd: new Date(start + (i + 1) * 3_600_000),
    })),
  });
  const titles = (await rows(await download("tutor", "?from=2031-01-01T00:00:00Z"))).map((row) => row["title"]);
  expect(titles).toEqual(Array.from({ length: 250 }, (_, i) => (i === 7 ? "'=1+1" : `Lesson ${i}`)));
  const reader = (await download("tutor", "?from=2031-01-01T00:00:00Z")).body!.getReader();
  const { value } = await reader.read();
  const first = Buffer.from(value!).toString();
  expect(first.startsWith("session_id,")).toBe(true);
  expect(first).not.toContain("Lesson 249");
  await reader.cancel();
});
