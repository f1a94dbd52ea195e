import type { Caller, TestApp } from "./app.ts";
import { lesson, type Lesson, STUDENT, TUTOR } from "./lesson.ts";
import { report } from "./report.ts";

export const SUGGESTION = `sessionId hasWhiteboard isFinal recommendation policyVersion
  tutor { ...participant } student { ...participant }`;
export const PARTICIPANT = `fragment participant on ParticipantSuggestion { role status confidence rule reasons
  metrics { connected latenessMinutes engagementPercentage activeMinutes sessionMinutes leftEarly earlyDepartureMinutes } }`;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
export async function suggested(caller: Caller, sessionId: string): Promise<any> {
  const query = `{ attendanceSuggestion(sessionId: ${sessionId}) { ${SUGGESTION} } } ${PARTICIPANT}`;
  return (await caller.get(query)).attendanceSuggestion;
}

export const end = ({ tutor, sessionId }: Lesson) =>
  tutor.get(`mutation { endSession(sessionId: ${sessionId}) { id } }`);

/** The example of docs/SPEC.md, section 4, ended at 17:00: the tutor idles for 7.5 minutes, the student comes at 16:08, idles for 7. */
export async function briefsLesson(app: TestApp): Promise<Lesson> {
  const here = await lesson(app);
  app.clock.jumpTo(app.clock.at("17:00"));
  await report(app, here.service, here.whiteboard, TUTOR, [
    ["CONNECT", "16:00"],
    ["HEARTBEAT", "16:30", "IDLE"],
    ["HEARTBEAT", "16:37:30", "DRAW"],
  ]);
  await report(app, here.service, here.whiteboard, STUDENT, [
    ["CONNECT", "16:08"],
    ["HEARTBEAT", "16:20", "IDLE"],
    ["HEARTBEAT", "16:27", "DRAW"],
  ]);
  await end(here);
  return here;
}
