import { randomUUID } from "node:crypto";
import { asked, bookLessons } from "./console.ts";
import { tokenFor } from "./running-lesson.ts";

const MINUTE = 60_000;
const SAM = 2;
const TIA = 1;

export interface ConsoleDay {
  readonly coming: string;
  readonly running: string;
  readonly ended: string;
  readonly marked: string;
  readonly missed: string;
  readonly unequipped: string;
  readonly cancelled: string;
  /** Ended, with the student excused by their parent. */
  readonly excused: string;
  /** Two minutes old, with both there from its first minute on. */
  readonly begun: string;
}

/** Lessons of Tia and Sam in all states that a session can be in; resolves to their ids. */
export async function dayOfLessons(url: string): Promise<ConsoleDay> {
  const admin = await tokenFor(8, "admin");
  // One for all: the console shows tenths of minutes between what was booked and what was reported.
  const now = Date.now();
  const report = (...args: Report) => reportAt(now, url, ...args);
  const [coming, running, ended, marked, missed, unequipped, cancelled, excused, begun] = (await bookLessons(
    url,
    [
      { title: "Essay", from: 20, to: 65 },
      { title: "Geometry", from: -25, to: 35 },
      { title: "Algebra", from: -70, to: -30 },
      { title: "Reading: a long title, as people write them, that goes on over several lines", from: -70, to: -30 },
      { title: "Physics", from: -70, to: -30 },
      { title: "By phone", from: -70, to: -30 },
      { title: "Chemistry", from: 30, to: 60 },
      { title: "Biology", from: -70, to: -30 },
      { title: "Music", from: -2, to: 58 },
    ],
    now,
  )) as [string, string, string, string, string, string, string, string, string];
  for (const lesson of [ended, marked, excused]) {
    const whiteboard = await openWhiteboard(url, lesson);
    await report(whiteboard, TIA, [-71, -45], [-44, -30]);
    await report(whiteboard, SAM, [-62, -52], [-48, -31], [-40, -35]);
  }
  await openWhiteboard(url, missed);
  for (const lesson of [ended, marked, missed, unequipped, excused]) {
    await asked(url, admin, `mutation { endSession(sessionId: ${lesson}) { id } }`);
  }
  await asked(url, admin, `mutation { cancelSession(sessionId: ${cancelled}) { id } }`);
  const input = { sessionId: marked, tutorStatus: "LATE", studentStatus: "EXCUSED", notes: "A bus.\nIt snowed." };
  const mark = "mutation ($input: MarkAttendanceInput!) { markAttendance(input: $input) { id } }";
  for (const sessionId of [marked, excused]) {
    await asked(url, await tokenFor(3, "parent"), mark, { input: { sessionId, studentStatus: "EXCUSED" } });
  }
  await asked(url, await tokenFor(TIA, "tutor"), mark, { input });
  const whiteboard = await openWhiteboard(url, running);
  await report(whiteboard, TIA, [-26, null]);
  await report(whiteboard, SAM, [-18, -8], [-3, null]);
  const music = await openWhiteboard(url, begun);
  await report(music, TIA, [-0.9, null]);
  await report(music, SAM, [-0.8, null]);
  return { coming, running, ended, marked, missed, unequipped, cancelled, excused, begun };
}

async function openWhiteboard(url: string, lesson: string): Promise<string> {
  const open = `mutation { openWhiteboard(sessionId: ${lesson}) { id } }`;
  return (await asked(url, await tokenFor(8, "admin"), open)).openWhiteboard.id as string;
}

type Report = [whiteboard: string, userId: number, ...times: [number, number | null][]];

/** Somebody was there from minute to minute, each time in a tab of its own; to null: still is. */
async function reportAt(now: number, url: string, ...[whiteboard, userId, ...times]: Report): Promise<void> {
  const events = times.flatMap(([from, to]) => {
    const event = { connectionId: randomUUID(), userId };
    const at = (minute: number) => new Date(now + minute * MINUTE);
    const came = { ...event, kind: "CONNECT", at: at(from) };
    return to === null ? [came] : [came, { ...event, kind: "DISCONNECT", at: at(to) }];
  });
  await asked(
    url,
    await tokenFor(9, "service"),
    `mutation ($whiteboard: ID!, $events: [ConnectionEventInput!]!) {
      recordConnectionEvents(whiteboardSessionId: $whiteboard, events: $events, evidence: INTERVALS) { version } }`,
    { whiteboard, events },
  );
}
