import type { Caller, TestApp } from "./app.ts";
import { lesson, type Lesson, TUTOR } from "./lesson.ts";
import { report } from "./report.ts";

export interface BusyLesson extends Lesson {
  readonly anonymous: Caller;
  /** The student's, open. */
  readonly connection: string;
}

/** Ten minutes into a lesson that both attend; a parent and then the tutor marked the student, with notes. */
export async function busyLesson(app: TestApp): Promise<BusyLesson> {
  app.clock.jumpTo(app.clock.at("15:00"));
  const here = await lesson(app);
  const { tutor, student, parent, service, whiteboard, sessionId } = here;
  app.clock.jumpTo(app.clock.at("16:10"));
  await report(app, service, whiteboard, TUTOR, [["CONNECT", "16:00"]]);
  const { connect } = await student.get(`mutation { connect(input: { whiteboardSessionId: ${whiteboard} }) { id } }`);
  const mark = (notes: string) =>
    `mutation { markAttendance(input: { sessionId: ${sessionId}, studentStatus: LATE, notes: "${notes}" }) { id } }`;
  await parent.get(mark("a parent's words"));
  await tutor.get(mark("a tutor's words"));
  return { ...here, anonymous: app.anonymous, connection: connect.id };
}
