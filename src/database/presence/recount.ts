import { isDeepStrictEqual } from "node:util";
import { type CarriedByRole, connectionLog, summarise } from "../../domain/presence/presence.ts";
import type { Millis, ParticipantRole, Span } from "../../domain/model.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { Whiteboard } from "../../services/shared/records.ts";
import { CARRIED, readWholeWhiteboards } from "./whiteboards.ts";
import { ms, type Queryable } from "../sql.ts";

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

type Columns = { id: number; now: Millis; connection_logs: unknown; carried: CarriedByRole | null } & Record<
  string,
  unknown
>;

const PAGE = 500;
/** How far the clock of a server may be ahead of the database's, in milliseconds. */
const SERVER_CLOCK_SKEW = 2_000;
const FOREVER = { length: Number.POSITIVE_INFINITY, away: null };

const TIMES = (role: string) =>
  ["connected_at", "disconnected_at", "last_activity_at"].map((name) => `${ms(`${role}_${name}`)} as ${role}_${name}`);
const COLUMNS = `
select id, connection_logs, ${ms("clock_timestamp()")} as now, ${CARRIED} as carried,
  ${[...TIMES("tutor"), ...TIMES("student")].join(", ")},
  tutor_total_active_seconds, student_total_active_seconds
from whiteboard_sessions w
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
        return { rows, whiteboards: await whiteboardsOf(tx, rows) };
      },
      // Columns and spans of one moment, or work in progress would look like a difference.
      { isolationLevel: "RepeatableRead", timeout: 60_000 },
    );
    for (const row of page.rows) {
      const whiteboard = page.whiteboards.get(row.id);
      if (whiteboard === undefined) continue;
      if (whiteboard.remains !== null) {
        notRecomputable.push(row.id);
        continue;
      }
      checked += 1;
      differences.push(...compare(row, whiteboard));
    }
    last = page.rows.at(-1)?.id ?? last;
    if (page.rows.length < PAGE) return { checked, differences, notRecomputable };
  }
}

async function whiteboardsOf(tx: Queryable, rows: readonly Columns[]): Promise<Map<number, Whiteboard>> {
  const whiteboards = await readWholeWhiteboards(
    tx,
    rows.map((row) => row.id),
  );
  return new Map(whiteboards.map((whiteboard) => [whiteboard.id, whiteboard]));
}

function compare(row: Columns, whiteboard: Whiteboard): Difference[] {
  const computed: Record<string, unknown> = {
    ...columnsOf(row, whiteboard, "TUTOR", "tutor"),
    ...columnsOf(row, whiteboard, "STUDENT", "student"),
    connection_logs: connectionLog(whiteboard.spans),
  };
  return Object.entries(computed)
    .filter(([column, value]) => !isDeepStrictEqual(row[column], value))
    .map(([column, value]) => ({ whiteboardSessionId: row.id, column, stored: row[column], computed: value }));
}

function columnsOf(
  row: Columns,
  whiteboard: Whiteboard,
  role: ParticipantRole,
  prefix: string,
): Record<string, unknown> {
  const { spans } = whiteboard;
  const closed = spans.filter((span) => span.endedAt !== null);
  const total = (of: readonly Span[], now: Millis) => summarise(of, role, now, FOREVER).totalActiveSeconds;
  const summary = summarise(spans, role, 0, FOREVER);
  const stored = row[`${prefix}_total_active_seconds`] as number;
  // The total is brought up to date at every close. While a connection is open it may lag behind; an open one without a
  // lease was credited until that moment, which is not kept.
  const possible =
    summary.openConnections > 0 && stored >= total(closed, 0) && stored <= total(spans, row.now + SERVER_CLOCK_SKEW);
  return {
    [`${prefix}_connected_at`]: summary.connectedAt,
    [`${prefix}_disconnected_at`]: summary.disconnectedAt,
    [`${prefix}_last_activity_at`]: summary.lastActivityAt,
    [`${prefix}_total_active_seconds`]: possible ? stored : summary.totalActiveSeconds,
    ...carriedOf(row, whiteboard, role),
  };
}

/** What is carried, with the open spans, must say what all spans say. Compared where it is in force. */
function carriedOf({ carried, now }: Columns, { spans }: Whiteboard, role: ParticipantRole): Record<string, unknown> {
  if (carried === null) return {};
  const open = spans.filter((span) => span.endedAt === null);
  const said = summarise(open, role, now, FOREVER, carried[role]);
  const computed = summarise(spans, role, now, FOREVER);
  return isDeepStrictEqual(said, computed) ? {} : { carried: computed };
}
