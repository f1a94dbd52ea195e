import type { Caller } from "./app.ts";
import { outcome } from "./schedule.ts";

export interface MarkInput {
  readonly sessionId: string;
  readonly useSuggestion?: boolean | null;
  readonly replaceDecisions?: boolean | null;
  readonly tutorStatus?: string | null;
  readonly studentStatus?: string | null;
  readonly notes?: string | null;
  readonly expectedVersion?: number | null;
}

const MARK = `mutation ($input: MarkAttendanceInput!) { markAttendance(input: $input) { attendance {
  tutorStatus studentStatus source marked tutorMarked studentMarked markedBy { name } markedAt notes version } } }`;

export interface AttendanceView {
  readonly tutorStatus: string;
  readonly studentStatus: string;
  readonly source: string;
  readonly marked: boolean;
  readonly tutorMarked: boolean;
  readonly studentMarked: boolean;
  readonly markedBy: { name: string } | null;
  readonly markedAt: string | null;
  readonly notes: string | null;
  readonly version: number;
}

export async function mark(caller: Caller, input: MarkInput): Promise<AttendanceView> {
  const { markAttendance } = await caller.get<{ markAttendance: { attendance: AttendanceView } }>(MARK, { input });
  return markAttendance.attendance;
}

/** "ok", or the code of the refusal. */
export function tryMark(caller: Caller, input: MarkInput): Promise<string> {
  return outcome(caller.ask(MARK, { input }));
}

export interface MarkView {
  readonly at: string;
  readonly actor: { name: string } | null;
  readonly source: string;
  readonly tutorStatusBefore: string;
  readonly tutorStatusAfter: string;
  readonly studentStatusBefore: string;
  readonly studentStatusAfter: string;
  readonly notes: string | null;
  readonly overrodeOwnSuggestion: boolean;
}

/** The attendance as it stands and every mark, as the caller sees them. */
export async function record(caller: Caller, sessionId: string): Promise<{ now: AttendanceView; marks: MarkView[] }> {
  const { session } = await caller.get(
    `query ($id: ID!) { session(id: $id) {
      attendance { tutorStatus studentStatus source marked tutorMarked studentMarked markedBy { name } markedAt notes version }
      attendanceHistory(first: 100) { nodes { at actor { name } source tutorStatusBefore tutorStatusAfter
        studentStatusBefore studentStatusAfter notes overrodeOwnSuggestion } } } }`,
    { id: sessionId },
  );
  return { now: session.attendance, marks: session.attendanceHistory.nodes };
}
