import type { Answer, Caller, TestApp } from "./app.ts";
import { STUDENT, TUTOR } from "./lesson.ts";

export interface SessionInput {
  readonly tutorId: unknown;
  readonly studentId: unknown;
  readonly scheduledStart: unknown;
  readonly scheduledEnd: unknown;
  readonly title?: unknown;
  readonly timeZone?: unknown;
}

/** An ordinary lesson from `from` to `to` (HH:MM of the clock's day), but for what is given. */
export function sessionInput(app: TestApp, from: string, to: string, given: Partial<SessionInput> = {}): SessionInput {
  const time = (text: string) => new Date(app.clock.at(text)).toISOString();
  return {
    tutorId: String(TUTOR),
    studentId: String(STUDENT),
    scheduledStart: time(from),
    scheduledEnd: time(to),
    ...given,
  };
}

const SCHEDULE = `mutation ($input: ScheduleSessionInput!) { scheduleSession(input: $input) {
  id title status timeZone scheduledStart scheduledEnd endedAt tutor { id name } student { id name } } }`;

export interface Scheduled {
  readonly id: string;
  readonly title: string | null;
  readonly timeZone: string;
  readonly scheduledStart: string;
  readonly scheduledEnd: string;
}

export async function schedule(caller: Caller, input: SessionInput): Promise<Scheduled> {
  return (await caller.get<{ scheduleSession: Scheduled }>(SCHEDULE, { input })).scheduleSession;
}

export function trySchedule(caller: Caller, input: SessionInput): Promise<Answer> {
  return caller.ask(SCHEDULE, { input });
}

/** "ok", or the code of the refusal. */
export async function outcome(answer: Promise<Answer>): Promise<string> {
  const { errors } = await answer;
  return errors?.[0]?.extensions.code ?? "ok";
}
