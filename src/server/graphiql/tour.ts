/* The tabs that GraphiQL opens with: the eight steps of a lesson, as the README has them. */

/** Who takes a step. */
export interface Guide {
  readonly id: number;
  readonly name: string;
  /** The page holds it, for whoever opens it: only for made-up people of a database that is thrown away. */
  readonly token?: string;
}

export interface Tour {
  readonly admin: Guide;
  readonly tutor: Guide;
  readonly student: Guide;
  readonly sessionId: string;
  readonly whiteboardSessionId: string;
}

/** The numbers that a fresh database gives to what the first step makes. The tokens are no part of the page. */
export const FIRST_LESSON: Tour = {
  admin: { id: 100, name: "an admin" },
  tutor: { id: 1, name: "Tia" },
  student: { id: 2, name: "Sam" },
  sessionId: "1",
  whiteboardSessionId: "1",
};

type Role = "admin" | "tutor" | "student";
type Named = { readonly id: string; readonly name: string };

/** Where a page on the server's own machine gets the tokens that it puts in the place of `{{token of the …}}`. */
export const TOUR_TOKENS = "/console/tour-tokens";

/**
 * GraphiQL takes comments here. A bare "Bearer" counts as no token, so the page works where there is none.
 * The command prints one, where the page gets none or it has expired.
 */
export function headersOf({ id, name, token }: Guide, role: Role): string {
  const command = `npm run -s token -- --user ${id} --role ${role}`;
  const comment = token === undefined ? command : `${name}, ${role}`;
  return `{\n  // ${comment}\n  "Authorization": "Bearer ${token ?? `{{token of the ${role}}}`}"\n}`;
}

/** What stands in braces the page's script fills in when it opens: times near now, and ids that nobody has used. */
export function tabsOf(tour: Tour) {
  const { sessionId, whiteboardSessionId } = tour;
  // Ids are strings, or the editor underlines them.
  const [tutor, student] = [tour.tutor, tour.student].map(({ id, name }) => ({ id: String(id), name })) as [
    Named,
    Named,
  ];
  const tab = (role: Role, query: string, variables: object) => ({
    query,
    variables: JSON.stringify(variables, null, 2),
    headers: headersOf(tour[role], role),
  });
  const connection = (role: Role) => ({ connectionId: `{{connection of the ${role}}}` });
  const lesson = { tutorId: tutor.id, studentId: student.id, timeZone: "Europe/Berlin" };
  const times = { scheduledStart: "{{minute -1}}", scheduledEnd: "{{minute 59}}" };
  return [
    tab("admin", SCHEDULE, {
      tutor,
      student,
      lesson: { ...lesson, ...times },
    }),
    tab("tutor", OPEN, { sessionId }),
    tab("tutor", connectAs("Step3TutorConnects", TUTOR_CONNECTS), { whiteboardSessionId, ...connection("tutor") }),
    tab("tutor", WATCH, { whiteboardSessionId }),
    tab("student", connectAs("Step4StudentConnects", STUDENT_CONNECTS), {
      whiteboardSessionId,
      ...connection("student"),
    }),
    tab("student", HEARTBEAT, connection("student")),
    tab("tutor", END, { sessionId }),
    tab("tutor", SUGGESTION, { sessionId }),
    tab("tutor", MARK, {
      input: { sessionId, tutorStatus: "PRESENT", studentStatus: "PRESENT", notes: "A short lesson, as agreed." },
    }),
  ];
}

const SCHEDULE = `# 1. An admin schedules a lesson, which starts as PRESENT, unmarked. The next steps are about the session that
#    their variables name: the first of a fresh database, or the one that the demo has prepared.
mutation Step1Schedule($tutor: UpsertUserInput!, $student: UpsertUserInput!, $lesson: ScheduleSessionInput!) {
  tutor: upsertUser(input: $tutor) { id name }
  student: upsertUser(input: $student) { id name }
  scheduleSession(input: $lesson) {
    id
    scheduledStart
    attendance { tutorStatus studentStatus source marked }
  }
}`;

const OPEN = `# 2. The tutor opens the whiteboard. No attendance is recorded yet.
mutation Step2OpenWhiteboard($sessionId: ID!) {
  openWhiteboard(sessionId: $sessionId) {
    id
    presence { tutor { connected } student { connected } }
  }
}`;

const TUTOR_CONNECTS = "3. The tutor connects. This is what counts, not the opening. A retry is safe.";
const STUDENT_CONNECTS = "4. The student connects. Whoever watches sees it at once.";

const connectAs = (name: string, comment: string) => `# ${comment}
mutation ${name}($whiteboardSessionId: ID!, $connectionId: ID!) {
  connect(input: { whiteboardSessionId: $whiteboardSessionId, connectionId: $connectionId }) {
    id
    role
    open
    heartbeatSeconds
  }
}`;

const WATCH = `# Live: the state now, then every change, until you stop it. Leave it open in a second window and go on in this one.
# (As the tutor or the student, \`subscription { attend(whiteboardSessionId: …) { event } }\` is presence by itself.)
subscription Watch($whiteboardSessionId: ID!) {
  presence(whiteboardSessionId: $whiteboardSessionId) {
    event
    version
    tutor { connected active totalActiveSeconds }
    student { connected active totalActiveSeconds }
  }
}`;

const HEARTBEAT = `# 5. Heartbeats, every 15 seconds. After 35 seconds of silence a connection is over, and the answer is
#    CONNECTION_EXPIRED: then connect anew, with another id.
mutation Step5Heartbeat($connectionId: ID!) {
  heartbeat(connectionId: $connectionId, activity: DRAW) { open lastActivityAt }
}`;

const END = `# 6. The session ends. Open connections close, credited to their last proof of life.
mutation Step6EndSession($sessionId: ID!) {
  endSession(sessionId: $sessionId) { status endedAt }
}`;

const SUGGESTION = `# 7. What the evidence says, with reasons. This lesson was very short, so look before you accept.
query Step7Suggestion($sessionId: ID!) {
  attendanceSuggestion(sessionId: $sessionId) {
    recommendation
    isFinal
    tutor { status confidence rule reasons }
    student { status confidence rule reasons metrics { latenessMinutes engagementPercentage } }
  }
}`;

const MARK = `# 8. A person decides: by statuses, or \`"useSuggestion": true\` instead of them. Every mark is on record.
mutation Step8Mark($input: MarkAttendanceInput!) {
  markAttendance(input: $input) {
    attendance { tutorStatus studentStatus source marked version }
    attendanceHistory { nodes { at source studentStatusBefore studentStatusAfter actor { name } } }
  }
}`;
