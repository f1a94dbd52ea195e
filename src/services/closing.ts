import { transition } from "../domain/connection.ts";
import type { Lease } from "../domain/lease.ts";
import type { Millis, Span } from "../domain/model.ts";
import { tails } from "../domain/presence.ts";
import type { Board } from "./records.ts";

/** The spans that change when a session ends at `at`: every open connection closes at its last proof of life (P12). */
export function closeAll(board: Board, at: Millis, lease: Lease): Span[] {
  return tails(board.spans).flatMap(
    (tail) => transition({ ...tail, id: tail.connectionId }, tail, { kind: "END", at }, lease).write,
  );
}
