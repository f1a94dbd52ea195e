import { cacheExchange } from "@urql/exchange-graphcache";
import type { Exchange } from "urql";

/** What has no id of its own, and is kept with what it is part of. */
const PARTS = [
  "Attendance",
  "AttendanceMarkConnection",
  "AttendanceMetrics",
  "AttendanceSuggestion",
  "ConnectionSpan",
  "PageInfo",
  "ParticipantPresence",
  "ParticipantSuggestion",
  // Kept with its whiteboard, and not by the whiteboard's id: what a subscription tells by itself may be newer or older.
  "Presence",
  "SessionConnection",
];

/** Sessions, people and marks by id: what the feed tells of a session shows wherever the session does. */
export function normalised(): Exchange {
  return cacheExchange({ keys: Object.fromEntries(PARTS.map((name) => [name, () => null])) });
}
