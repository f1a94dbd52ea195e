import type { AttendanceStatus, Confidence, SessionStatus } from "../generated/graphql.ts";
import { DotIcon, StatusIcon } from "./icons.tsx";
import { STATUS_WORDS } from "./status-words.ts";

/** A decision; before there is one, that there is none (M1: what nobody decided never counts as attended). */
export function StatusBadge({
  status,
  marked = true,
}: {
  readonly status: AttendanceStatus;
  readonly marked?: boolean;
}) {
  if (!marked) return <span className="badge badge-none">Not marked</span>;
  return (
    <span className={`badge badge-${status.toLowerCase()}`}>
      <StatusIcon status={status} />
      {STATUS_WORDS[status]}
    </span>
  );
}

export interface Seen {
  readonly connected: boolean;
  readonly active: boolean;
}

export const stateOf = (seen: Seen): "active" | "idle" | "away" =>
  !seen.connected ? "away" : seen.active ? "active" : "idle";

const STATE_WORDS = { active: "here", idle: "here, but idle", away: "not here" } as const;

export const inStateWords = (seen: Seen): string => STATE_WORDS[stateOf(seen)];

/** Whether somebody is here now, drawn and in words. */
export const LiveDot = ({ seen }: { readonly seen: Seen }) => (
  <span className="live-dot">
    <DotIcon state={stateOf(seen)} />
    <span>{inStateWords(seen)}</span>
  </span>
);

const SESSION_WORDS: Readonly<Record<SessionStatus, string>> = {
  SCHEDULED: "Scheduled",
  IN_PROGRESS: "Live",
  COMPLETED: "Completed",
  CANCELLED: "Cancelled",
};

export const SessionChip = ({ status }: { readonly status: SessionStatus }) => (
  <span className={`chip chip-${status.toLowerCase()}`}>{SESSION_WORDS[status]}</span>
);

const LEVELS: Readonly<Record<Confidence, number>> = { LOW: 1, MEDIUM: 2, HIGH: 3 };

/** One to three bars, and the word. */
export function ConfidenceMeter({ confidence }: { readonly confidence: Confidence }) {
  return (
    <span className="confidence">
      <span className="confidence-bars" aria-hidden="true">
        {[1, 2, 3].map((level) => (
          <i key={level} className={level <= LEVELS[confidence] ? "on" : ""} />
        ))}
      </span>
      {confidence.toLowerCase()} confidence
    </span>
  );
}
