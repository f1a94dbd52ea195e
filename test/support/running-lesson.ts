import { issueDevelopmentToken } from "../../src/auth/development-tokens.ts";
import type { Role } from "../../src/auth/claims.ts";
import { ask } from "./server.ts";

export const SECRET = "a secret for end-to-end tests, long enough";

export const tokenFor = (user: number, ...roles: Role[]): Promise<string> =>
  issueDevelopmentToken({ secret: SECRET, user, roles, expiresInSeconds: 3600, now: Date.now() });

/** A lesson that runs now on a real server: tutor 1, student 2, whiteboard open. */
export async function runningLesson(url: string): Promise<{ sessionId: string; whiteboard: string }> {
  const admin = await tokenFor(8, "admin");
  const start = new Date(Date.now() - 60_000).toISOString();
  const end = new Date(Date.now() + 3_540_000).toISOString();
  const { data } = await ask(
    url,
    admin,
    `mutation ($start: DateTime!, $end: DateTime!) {
      tutor: upsertUser(input: { id: 1, name: "Tia" }) { id }
      student: upsertUser(input: { id: 2, name: "Sam" }) { id }
      scheduleSession(input: { tutorId: 1, studentId: 2, scheduledStart: $start, scheduledEnd: $end }) { id }
    }`,
    { start, end },
  );
  const sessionId = data.scheduleSession.id as string;
  const opened = await ask(url, admin, "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }", {
    id: sessionId,
  });
  return { sessionId, whiteboard: opened.data.openWhiteboard.id as string };
}
