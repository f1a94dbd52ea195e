import { randomUUID } from "node:crypto";
import { issueDevelopmentToken } from "../../src/auth/development-tokens.ts";
import { type Caller, SECRET, type TestApp } from "./app.ts";
import { ADMIN, lesson, type Lesson, STUDENT, TUTOR } from "./lesson.ts";
import { mark } from "./marks.ts";
import { connect, end, jump, leave, report, story } from "./presence.ts";
import { schedule, sessionInput } from "./schedule.ts";

/** Who has nothing to do with the lesson: another tutor and another student. */
export const OTHER_TUTOR = 21;
export const OTHER_STUDENT = 22;

/** What was written about the lesson, and by whom. */
export const WORDS = {
  title: "Algebra with Sam",
  parent: "Sam has a fever.",
  tutor: "Sam came late again.",
  admin: "Tia was in the wrong whiteboard.",
  other: "Olga forgot her book.",
} as const;

export interface ToldLesson extends Lesson {
  /** The admin, by a token that tells her name: she has no row in users. */
  readonly ada: Caller;
  /** The lesson of the two others, marked by the admin too. */
  readonly otherSessionId: string;
}

/** A caller whose token tells a name. */
export async function named(app: TestApp, user: number, name: string, role: "admin" | "tutor"): Promise<Caller> {
  const wish = { secret: SECRET, user, roles: [role], name, expiresInSeconds: 3_600, now: app.clock.now() };
  return app.bearing(await issueDevelopmentToken(wish));
}

/** A lesson of 16:00 to 17:00 of which everything is told that can be, and one of other people. It is 17:05. */
export async function toldLesson(app: TestApp): Promise<ToldLesson> {
  const here = await lesson(app);
  const { service, student, tutor, parent, admin, whiteboard, sessionId } = here;
  await app.store.database.prisma.session.update({ where: { id: Number(sessionId) }, data: { title: WORDS.title } });
  jump(app, "16:10");
  const live = await connect(student, whiteboard);
  jump(app, "16:10:20");
  await leave(student, live.id);
  jump(app, "17:00");
  const steps = ["CONNECT 16:10:25", "HEARTBEAT 16:10:30 IDLE", "DISCONNECT 16:50"];
  await report(app, service, whiteboard, story(steps, randomUUID(), STUDENT), "INTERVALS");
  await report(
    app,
    service,
    whiteboard,
    story(["CONNECT 16:00", "DISCONNECT 17:00"], randomUUID(), TUTOR),
    "INTERVALS",
  );
  await end(tutor, sessionId);
  const ada = await named(app, ADMIN, "Ada Admin", "admin");
  await mark(parent, { sessionId, studentStatus: "EXCUSED", notes: WORDS.parent });
  await mark(tutor, { sessionId, studentStatus: "LATE", notes: WORDS.tutor });
  await mark(ada, { sessionId, tutorStatus: "LATE", notes: WORDS.admin });

  await admin.get(`mutation {
    tutor: upsertUser(input: { id: ${OTHER_TUTOR}, name: "Otto Other" }) { id }
    student: upsertUser(input: { id: ${OTHER_STUDENT}, name: "Olga Other" }) { id } }`);
  const people = { tutorId: String(OTHER_TUTOR), studentId: String(OTHER_STUDENT), title: "Geography" };
  const other = await schedule(admin, sessionInput(app, "16:00", "17:00", people));
  await mark(app.as(OTHER_TUTOR, "tutor"), { sessionId: other.id, studentStatus: "LATE", notes: WORDS.other });
  jump(app, "17:05");
  return { ...here, ada, otherSessionId: other.id };
}
