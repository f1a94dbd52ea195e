import type { Caller, TestApp } from "./app.ts";

/** The people of every test's lesson. */
export const TUTOR = 1;
export const STUDENT = 2;
export const PARENT = 3;
export const ADMIN = 8;
export const SERVICE = 9;
export const STRANGER = 99;

export interface People {
  readonly tutor: Caller;
  readonly student: Caller;
  readonly parent: Caller;
  readonly admin: Caller;
  readonly service: Caller;
  /** A tutor with a token as good as any, and nothing to do with the lesson. */
  readonly stranger: Caller;
}

export interface Lesson extends People {
  readonly sessionId: string;
  /** The whiteboard session; "" when none was opened. */
  readonly whiteboard: string;
}

const PEOPLE = `mutation {
  tutor: upsertUser(input: { id: ${TUTOR}, name: "Tia Tutor" }) { id }
  parent: upsertUser(input: { id: ${PARENT}, name: "Pat Parent" }) { id }
  student: upsertUser(input: { id: ${STUDENT}, name: "Sam Student", parentIds: [${PARENT}] }) { id }
}`;

/** Everybody with a token; tutor, student and parent known and linked. */
export async function people(app: TestApp): Promise<People> {
  const admin = app.as(ADMIN, "admin");
  await admin.get(PEOPLE);
  return {
    admin,
    tutor: app.as(TUTOR, "tutor"),
    student: app.as(STUDENT, "student"),
    parent: app.as(PARENT, "parent"),
    service: app.as(SERVICE, "service"),
    stranger: app.as(STRANGER, "tutor"),
  };
}

/** A lesson of 60 minutes from 16:00 of the clock's day (its clock shows 15:00 unless told), whiteboard open unless told. */
export async function lesson(
  app: TestApp,
  options: { readonly start?: string; readonly end?: string; readonly open?: boolean } = {},
): Promise<Lesson> {
  const everybody = await people(app);
  const { admin, tutor } = everybody;
  const time = (text: string) => new Date(app.clock.at(text)).toISOString();
  const { scheduleSession } = await admin.get(
    `mutation ($start: DateTime!, $end: DateTime!) {
      scheduleSession(input: { tutorId: ${TUTOR}, studentId: ${STUDENT}, scheduledStart: $start, scheduledEnd: $end }) { id }
    }`,
    { start: time(options.start ?? "16:00"), end: time(options.end ?? "17:00") },
  );
  const sessionId = scheduleSession.id as string;
  if (options.open === false) return { ...everybody, sessionId, whiteboard: "" };
  const { openWhiteboard } = await tutor.get("mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }", {
    id: sessionId,
  });
  return { ...everybody, sessionId, whiteboard: openWhiteboard.id as string };
}
