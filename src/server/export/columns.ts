import { parse } from "graphql";
import { type Cell, localTime } from "./csv.ts";

const METRICS =
  "rule status confidence metrics { latenessMinutes engagementPercentage activeMinutes earlyDepartureMinutes }";

/** What the rows show is asked for by an operation, with the rights of who asks. */
export const SESSIONS = parse(`query ExportSessions($filter: SessionFilter, $after: String) {
  sessions(filter: $filter, first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id title status timeZone scheduledStart scheduledEnd endedAt
      tutor { id name } student { id name }
      attendance { tutorStatus studentStatus tutorMarked studentMarked source markedAt markedBy { id } notes keptStatusOf }
      attendanceSuggestion { isFinal tutor { ${METRICS} } student { ${METRICS} } }
    }
  }
}`);

export interface ExportedSessions {
  readonly sessions: {
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly ExportedSession[];
  };
}

interface Person {
  readonly id: string;
  readonly name: string;
}

interface Suggested {
  readonly rule: string;
  readonly status: string;
  readonly confidence: string;
  readonly metrics: {
    readonly latenessMinutes: number | null;
    readonly engagementPercentage: number;
    readonly activeMinutes: number;
    readonly earlyDepartureMinutes: number;
  };
}

interface ExportedSession extends Record<"tutor" | "student", Person> {
  readonly id: string;
  readonly title: string | null;
  readonly status: string;
  readonly timeZone: string;
  readonly scheduledStart: string;
  readonly scheduledEnd: string;
  readonly endedAt: string | null;
  readonly attendance: Record<"tutorStatus" | "studentStatus" | "source", string> &
    Record<"tutorMarked" | "studentMarked", boolean> & {
      readonly markedAt: string | null;
      readonly markedBy: { readonly id: string } | null;
      readonly notes: string | null;
      readonly keptStatusOf: string | null;
    };
  /** Null for those who may not have it, and where there is none. */
  readonly attendanceSuggestion: ({ readonly isFinal: boolean } & Record<"tutor" | "student", Suggested>) | null;
}

type Columns = Record<string, (session: ExportedSession) => Cell>;

/** Without a whiteboard (S0) and before the start (S7) PRESENT is presumed and nothing was measured: no value says so. */
const PRESUMED = ["S0", "S7"];

const measured = ({ attendanceSuggestion: suggestion }: ExportedSession, role: "tutor" | "student") =>
  suggestion === null || PRESUMED.includes(suggestion[role].rule) ? undefined : suggestion[role];

const ofParticipant = (role: "tutor" | "student"): Columns => ({
  [`${role}_id`]: (s) => s[role].id,
  [`${role}_name`]: (s) => s[role].name,
  // Only what was decided: the default is PRESENT, also for lessons still to come.
  [`${role}_status`]: (s) => (s.attendance[`${role}Marked`] ? s.attendance[`${role}Status`] : undefined),
  [`${role}_marked`]: (s) => s.attendance[`${role}Marked`],
  [`${role}_suggested`]: (s) => measured(s, role)?.status,
  [`${role}_confidence`]: (s) => measured(s, role)?.confidence,
  [`${role}_lateness_minutes`]: (s) => measured(s, role)?.metrics.latenessMinutes,
  [`${role}_engagement_percent`]: (s) => measured(s, role)?.metrics.engagementPercentage,
  [`${role}_active_minutes`]: (s) => measured(s, role)?.metrics.activeMinutes,
  [`${role}_left_early_minutes`]: (s) => measured(s, role)?.metrics.earlyDepartureMinutes,
});

const COLUMNS: Columns = {
  session_id: (s) => s.id,
  title: (s) => s.title,
  status: (s) => s.status,
  time_zone: (s) => s.timeZone,
  scheduled_start: (s) => localTime(s.scheduledStart, s.timeZone),
  scheduled_end: (s) => localTime(s.scheduledEnd, s.timeZone),
  ended_at: (s) => localTime(s.endedAt, s.timeZone),
  ...ofParticipant("tutor"),
  ...ofParticipant("student"),
  source: (s) => s.attendance.source,
  marked_by: (s) => s.attendance.markedBy?.id,
  marked_at: (s) => localTime(s.attendance.markedAt, s.timeZone),
  notes: (s) => s.attendance.notes,
  suggestion_is_final: (s) => (measured(s, "tutor") === undefined ? undefined : s.attendanceSuggestion?.isFinal),
  // Source and marked_by are those of the latest mark: not of this participant's status.
  kept_status_of: (s) => s.attendance.keptStatusOf,
};

export const HEADINGS = Object.keys(COLUMNS);

export const cellsOf = (session: ExportedSession): Cell[] => Object.values(COLUMNS).map((read) => read(session));
