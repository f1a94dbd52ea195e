import type { EndReason, ParticipantRole } from "../generated/graphql.ts";
import { preciseClock } from "../time.ts";
import type { Span } from "./timeline-model.ts";

const REASONS: Readonly<Record<EndReason, string>> = {
  ACTIVE: "active again",
  IDLE: "went idle",
  DISCONNECTED: "left",
  OUTAGE: "the servers were away",
  SESSION_ENDED: "the session ended",
  SOCKET_CLOSED: "the connection closed",
  TIMED_OUT: "no sign of life",
};

interface Props {
  readonly spans: readonly Span[];
  readonly names: Readonly<Record<ParticipantRole, string>>;
  readonly timeZone: string;
}

/** The same as the drawing, to the second, for reading. */
export function SpanTable({ spans, names, timeZone }: Props) {
  const ordered = [...spans].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const connections = [...new Set(ordered.map(({ connectionId }) => connectionId))];
  return (
    <details>
      <summary>As a table ({spans.length})</summary>
      <div className="scroll" tabIndex={0} role="region" aria-label="Spans">
        <table>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Connection</th>
              <th scope="col">State</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col">Why it ended</th>
            </tr>
          </thead>
          <tbody>
            {ordered.map((span) => (
              <tr key={`${span.connectionId} ${span.startedAt} ${span.active}`}>
                <th scope="row">{names[span.role]}</th>
                <td>{connections.indexOf(span.connectionId) + 1}</td>
                <td>{span.active ? "active" : "idle"}</td>
                <td>{preciseClock(span.startedAt, timeZone)}</td>
                <td>{span.endedAt === null ? "now" : preciseClock(span.endedAt, timeZone)}</td>
                <td>{span.endReason === null ? "" : REASONS[span.endReason]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
