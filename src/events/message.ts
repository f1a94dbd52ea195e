import type { PresenceState } from "../services/presence-state.ts";

/** Told apart by receivers of another version, in a rolling update. Counted up when the shape of a state changes. */
const FORMAT = "1";

/** A state on its way between processes: who sent it, the format, the state as JSON, a line each. */
export function writeMessage(sender: string, state: PresenceState): string {
  return `${sender}\n${FORMAT}\n${JSON.stringify(state)}`;
}

/** Null: sent by ourselves, or nothing that we understand. */
export function readMessage(self: string, message: string): PresenceState | null {
  const [sender, format] = message.split("\n", 2);
  if (sender === undefined || sender === self || format !== FORMAT) return null;
  try {
    return JSON.parse(message.slice(sender.length + 1 + FORMAT.length + 1)) as PresenceState;
  } catch {
    return null;
  }
}
