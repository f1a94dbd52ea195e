import type { AttendanceStatus } from "../generated/graphql.ts";

export const STATUS_WORDS: Readonly<Record<AttendanceStatus, string>> = {
  PRESENT: "Present",
  LATE: "Late",
  ABSENT: "Absent",
  EXCUSED: "Excused",
};
