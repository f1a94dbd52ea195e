import { isDeepStrictEqual } from "node:util";
import { connectionLog, summarise } from "../domain/presence.ts";
import type { Millis, ParticipantRole } from "../domain/model.ts";
import type { PrismaClient } from "../generated/prisma/client.ts";
import type { Board } from "../services/records.ts";
import { readBoards } from "./ledger/read.ts";
import { ms, type Queryable } from "./sql.ts";

/** A column that does not say what the spans say. */
export interface Difference {
  readonly whiteboardSessionId: number;
  readonly column: string;
  readonly stored: unknown;
  readonly computed: unknown;
}

export interface Recount {
  /** How many were computed again. */
  readonly checked: number;
  readonly differences: readonly Difference[];
  /** Whiteboard sessions whose evidence retention removed: their columns are all that is left. */
  readonly notRecomputable: readonly number[];
}

type Columns = { id: number; connection_logs: unknown } & Record<string, Millis | null>;

const PAGE = 500;
const FOREVER = { length: Number.POSITIVE_INFINITY, away: null };

const TIMES = (role: string) =>
  ["connected_at", "disconnected_at", "last_activity_at"].map((name) => `${ms(`${role}_${name}`)} as ${role}_${name}`);
const COLUMNS = `
select id, connection_logs, ${[...TIMES("tutor"), ...TIMES("student")].join(", ")},
  tutor_total_active_seconds, student_total_active_seconds
from whiteboard_sessions
where id > $1::int
order by id
limit $2::int`;

/** Computes the columns of D4 from the spans again, for every whiteboard session, and tells where they differ (D6). */
export async function recount(prisma: PrismaClient): Promise<Recount> {
  const differences: Difference[] = [];
  const notRecomputable: number[] = [];
  let checked = 0;
  for (let last = 0; ;) {
    const page = await prisma.$transaction(
      async (tx) => {
        const rows = await tx.$queryRawUnsafe<Columns[]>(COLUMNS, last, PAGE);
        return { rows, boards: await boardsOf(tx, rows) };
      },
      // Columns and spans of one moment, or work in progress would look like a difference.
      { isolationLevel: "RepeatableRead", timeout: 60_000 },
    );
    for (const row of page.rows) {
      const board = page.boards.get(row.id);
      if (board === undefined) continue;
      if (board.remains !== null) {
        notRecomputable.push(row.id);
        continue;
      }
      checked += 1;
      differences.push(...compare(row, board));
    }
    last = page.rows.at(-1)?.id ?? last;
    if (page.rows.length < PAGE) return { checked, differences, notRecomputable };
  }
}

async function boardsOf(tx: Queryable, rows: readonly Columns[]): Promise<Map<number, Board>> {
  const boards = await readBoards(
    tx,
    rows.map((row) => row.id),
  );
  return new Map(boards.map((board) => [board.id, board]));
}

function compare(row: Columns, board: Board): Difference[] {
  const computed: Record<string, unknown> = {
    ...columnsOf(row, board, "TUTOR", "tutor"),
    ...columnsOf(row, board, "STUDENT", "student"),
    connection_logs: connectionLog(board.spans),
  };
  return Object.entries(computed)
    .filter(([column, value]) => !isDeepStrictEqual(row[column], value))
    .map(([column, value]) => ({ whiteboardSessionId: row.id, column, stored: row[column], computed: value }));
}

function columnsOf(row: Columns, board: Board, role: ParticipantRole, prefix: string): Record<string, unknown> {
  const summary = summarise(board.spans, role, 0, FOREVER);
  const stored = row[`${prefix}_total_active_seconds`] ?? 0;
  // The total is brought up to date at every close: while something runs it may lag behind, never run ahead.
  const lags = summary.openConnections > 0 && stored <= summary.totalActiveSeconds;
  return {
    [`${prefix}_connected_at`]: summary.connectedAt,
    [`${prefix}_disconnected_at`]: summary.disconnectedAt,
    [`${prefix}_last_activity_at`]: summary.lastActivityAt,
    [`${prefix}_total_active_seconds`]: lags ? stored : summary.totalActiveSeconds,
  };
}
