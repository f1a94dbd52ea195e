import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "./server.ts";
import { tokenFor } from "./running-lesson.ts";

export interface RunningLesson {
  readonly whiteboard: string;
  readonly student: number;
}

const FIRST_STUDENT = 1_001;
const AT_ONCE = 20;

const SCHEDULE = `mutation ($id: ID!, $name: String!, $start: DateTime!, $end: DateTime!) {
  upsertUser(input: { id: $id, name: $name }) { id }
  scheduleSession(input: { tutorId: 1, studentId: $id, scheduledStart: $start, scheduledEnd: $end }) { id }
}`;
const OPEN = "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }";

/** Lessons that run now, each with a student of its own; all are tutor 1's. */
export async function manyLessons(url: string, count: number): Promise<RunningLesson[]> {
  const admin = await tokenFor(8, "admin");
  // As clients do: what the server says may be tried again is.
  const get = async (query: string, variables: object, tries = 5) => {
    const { data, errors } = await ask(url, admin, query, variables);
    if (errors === undefined) return data;
    const isPassing = errors.every(({ extensions }) => extensions.retryable === true);
    if (!isPassing || tries === 1) throw new Error(JSON.stringify(errors));
    await sleep(500);
    return get(query, variables, tries - 1);
  };
  await get(`mutation { upsertUser(input: { id: 1, name: "Tia" }) { id } }`, {});
  const start = new Date(Date.now() - 60_000).toISOString();
  const end = new Date(Date.now() + 3_540_000).toISOString();
  const lessons: RunningLesson[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - from) }, async (_, i) => {
      const student = FIRST_STUDENT + from + i;
      const { scheduleSession } = await get(SCHEDULE, { id: String(student), name: `Student ${student}`, start, end });
      const { openWhiteboard } = await get(OPEN, { id: scheduleSession.id });
      return { whiteboard: openWhiteboard.id as string, student };
    });
    lessons.push(...(await Promise.all(some)));
  }
  return lessons;
}
