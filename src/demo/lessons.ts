import {
  AttendanceSuggestion,
  EndSession,
  MarkAttendance,
  type MarkFieldsFragment,
  OpenWhiteboard,
  Presence,
  ScheduleSession,
  Session,
  UpsertUser,
} from "../client/index.ts";
import { ADMIN, CHILD, PARENT, PEOPLE, type Script } from "./cast.ts";
import type { DemoClock } from "./clock.ts";
import { play } from "./player.ts";
import { lessonView, type LessonView, observe } from "./scene.ts";
import type { Happening } from "./screen.ts";
import type { Stage } from "./stage.ts";
import type { SuggestionView } from "./table.ts";

/** A lesson that is scheduled, its whiteboard open. */
export interface Booked {
  readonly script: Script;
  readonly sessionId: string;
  readonly whiteboard: string;
}

export async function admitPeople(stage: Stage): Promise<void> {
  const admin = stage.client(ADMIN);
  for (const { id, name } of PEOPLE) {
    const parentIds = id === CHILD.id ? [PARENT.id] : undefined;
    await admin.request(UpsertUser, { input: { id, name, parentIds } });
  }
}

export async function book(stage: Stage, script: Script, minuteZero: number, timeZone: string): Promise<Booked> {
  const time = (minute: number) => new Date(minuteZero + minute * 60_000).toISOString();
  const { title, tutor, student } = script;
  const input = {
    title,
    timeZone,
    tutorId: tutor.person.id,
    studentId: student.person.id,
    scheduledStart: time(script.from),
    scheduledEnd: time(script.to),
  };
  const { scheduleSession } = await stage.client(ADMIN).request(ScheduleSession, { input });
  const sessionId = scheduleSession.id;
  const { openWhiteboard } = await stage.client(tutor.person).request(OpenWhiteboard, { sessionId });
  return { script, sessionId, whiteboard: openWhiteboard.id };
}

/** Puts what both people do on the clock's agenda. */
export async function rehearse(stage: Stage, clock: DemoClock, booked: Booked, minuteZero: number): Promise<void> {
  const { script, whiteboard } = booked;
  for (const part of [script.tutor, script.student]) {
    play(part, { url: stage.url, token: await stage.token(part.person), whiteboard, minuteZero }, clock);
  }
}

export async function end(stage: Stage, { script, sessionId }: Booked): Promise<void> {
  await stage.client(script.tutor.person).request(EndSession, { sessionId });
}

/** Watches a lesson until it has ended, as anybody may who sees it. */
export async function watch(
  stage: Stage,
  clock: DemoClock,
  { script, whiteboard }: Booked,
  minuteZero: number,
  show: (lesson: LessonView, happenings: Happening[]) => void,
): Promise<void> {
  const { title, tutor, student } = script;
  const [from, to] = [minuteZero + script.from * 60_000, minuteZero + script.to * 60_000];
  let lesson = lessonView({ title, from, to }, tutor.person.name, student.person.name);
  show(lesson, []);
  for await (const { presence } of stage.client(ADMIN).subscribe(Presence, { whiteboardSessionId: whiteboard })) {
    const seen = observe(lesson, presence, clock.now());
    lesson = seen.lesson;
    show(
      lesson,
      seen.news.map((each) => ({ ...each, lesson: title })),
    );
    if (lesson.ended) return;
  }
  throw new Error(`nobody tells any more how ${title} goes on`);
}

export async function suggestionFor(stage: Stage, { script, sessionId }: Booked): Promise<SuggestionView> {
  const { title, tutor, student } = script;
  const { attendanceSuggestion } = await stage.client(tutor.person).request(AttendanceSuggestion, { sessionId });
  return { title, tutor: tutor.person.name, student: student.person.name, suggestion: attendanceSuggestion };
}

/** The tutor accepts the suggestion; answers with what the history says about it. */
export async function accept(stage: Stage, { script, sessionId }: Booked): Promise<MarkFieldsFragment> {
  const tutor = stage.client(script.tutor.person);
  await tutor.request(MarkAttendance, { input: { sessionId, useSuggestion: true } });
  const { session } = await tutor.request(Session, { id: sessionId });
  const mark = session?.attendanceHistory?.nodes.at(-1);
  if (mark === undefined) throw new Error(`${script.title} was marked, and its history does not say so`);
  return mark;
}
