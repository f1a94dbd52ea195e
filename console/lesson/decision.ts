import type { MarkAttendanceInput } from "../generated/graphql.ts";

/** What somebody decides about a lesson. */
export type Decision = Omit<MarkAttendanceInput, "sessionId" | "expectedVersion">;
