import { expectKind } from "../domain/errors.ts";
import type { ChangedSession } from "../services/shared/ports.ts";
import type { PresenceState } from "../services/presence/presence-state.ts";

/** Told apart by receivers of another version, in a rolling update. Counted up when the shape of what is sent changes. */
const FORMAT = "1";

/** Says that changes of many sessions were lost: who follows any looks at the database. */
export interface Lost {
  readonly lost: true;
}

/** What is on its way between processes: who sent it, the format, the value as JSON, a line each. */
export function writeMessage(sender: string, value: PresenceState | readonly ChangedSession[] | Lost): string {
  return `${sender}\n${FORMAT}\n${JSON.stringify(value)}`;
}

/** Null: sent by ourselves, or nothing that we understand. */
export function readMessage(self: string, message: string): unknown {
  const [sender, format] = message.split("\n", 2);
  if (sender === undefined || sender === self || format !== FORMAT) return null;
  try {
    return JSON.parse(message.slice(sender.length + 1 + FORMAT.length + 1)) as unknown;
  } catch (error) {
    expectKind(error, SyntaxError);
    return null;
  }
}

export function isPresence(value: unknown): value is PresenceState {
  return typeof value === "object" && value !== null && "whiteboardSessionId" in value;
}

export function areChanges(value: unknown): value is readonly ChangedSession[] {
  return Array.isArray(value) && value.every((each: Partial<ChangedSession> | null) => Number.isInteger(each?.id));
}

export function isLost(value: unknown): value is Lost {
  return typeof value === "object" && value !== null && "lost" in value;
}
