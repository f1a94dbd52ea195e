import type { Millis } from "../../domain/model.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { LedgerStore } from "../../services/ports.ts";
import type { Board, Held, LedgerChange, LedgerFacts } from "../../services/records.ts";
import type { Queryable } from "../sql.ts";
import { beat } from "./beat.ts";
import { watchRooms } from "./rooms.ts";
import { readBoards, readConnections, readEvents, readHeads, readHeld, silentSince } from "./read.ts";
import { readWatch, writeWatch } from "./watch.ts";
import * as write from "./write.ts";

/** How long a transaction may wait for a connection, and last, in milliseconds. */
const TRANSACTION = { maxWait: 2_000, timeout: 10_000 };

export function createLedgerStore(prisma: PrismaClient, clock: { now(): number }): LedgerStore {
  return {
    boards: (ids) => readBoards(prisma, ids),
    heads: (ids) => readHeads(prisma, ids),
    connections: (ids) => readConnections(prisma, ids),
    release: (owned, at) => write.release(prisma, owned, at),
    beat: (beats, lease) => beat(prisma, beats, lease),
    silentSince: (before, limit, after) => silentSince(prisma, before, limit, after),
    watch: () => readWatch(prisma),
    setWatch: (seen, next) => writeWatch(prisma, seen, next),
    watchRooms: (before, next) => watchRooms(prisma, before, next),
    change: (request, decide) =>
      prisma.$transaction(async (tx) => {
        const { whiteboardSessionIds, connectionIds = [], skipLocked = false, held = false } = request;
        const locked = await write.lockBoards(tx, whiteboardSessionIds, skipLocked);
        // Read after the lock, by statements of their own: one statement would keep the snapshot from before its wait.
        const facts = await readFacts(tx, locked, connectionIds, held);
        const decided = facts.map((each) => ({ before: each.board, change: decide(each) }));
        return writeChanges(tx, decided, clock.now());
      }, TRANSACTION),
  };
}

async function readFacts(
  tx: Queryable,
  boardIds: readonly number[],
  connectionIds: readonly string[],
  withHeld: boolean,
): Promise<LedgerFacts[]> {
  const boards = await readBoards(tx, boardIds);
  const rows = await readConnections(tx, connectionIds);
  const connections = new Map(rows.map((row) => [row.id, row]));
  const reported = rows.filter((row) => row.evidence !== "LIVE").map((row) => row.id);
  const events = await readEvents(tx, reported);
  const held = withHeld ? await readHeld(tx, boardIds) : new Map<number, Map<number, Held>>();
  return boards.map((board) => ({ board, connections, events, held: held.get(board.id) ?? new Map() }));
}

/** Statement by statement for all of them, so that a hundred changes take no more round trips than one. */
async function writeChanges<T>(
  tx: Queryable,
  decided: readonly { readonly before: Board; readonly change: LedgerChange<T> }[],
  now: Millis,
): Promise<{ board: Board; change: LedgerChange<T> }[]> {
  const changes = decided.map(({ change }) => change);
  await write.insertConnections(
    tx,
    changes.flatMap(({ connections = [] }) => connections),
  );
  await write.setOwners(
    tx,
    changes.flatMap(({ owner }) => owner ?? []),
  );
  const started = decided.filter(({ change }) => change.session?.status === "IN_PROGRESS");
  await write.startSessions(
    tx,
    started.map(({ before }) => before.session.id),
  );
  for (const { before, change } of decided) {
    const { session } = change;
    if (session !== undefined && session.status !== "IN_PROGRESS") {
      await write.finishSession(tx, before.session.id, session);
    }
    if (change.report !== undefined) await write.writeReport(tx, before.id, change.report);
  }
  await write.removeSpans(
    tx,
    changes.flatMap(({ replaced }) => [...(replaced?.keys() ?? [])]),
  );
  await write.writeSpans(
    tx,
    decided.flatMap(({ before, change: { spans = [], replaced } }) =>
      [...spans, ...[...(replaced?.values() ?? [])].flat()].map((span) => ({
        ...span,
        whiteboardSessionId: before.id,
      })),
    ),
  );
  const after = decided.map(({ before, change }) => ({ board: boardAfter(before, change), change }));
  const touched = after.filter(({ change }) => touchesBoard(change)).map(({ board }) => board);
  await write.writeBoards(tx, touched, now);
  return after;
}

/** The board as the change leaves it. */
function boardAfter<T>(board: Board, change: LedgerChange<T>): Board {
  const written = new Map((change.spans ?? []).map((span) => [`${span.connectionId}/${span.seq}`, span]));
  const kept = board.spans.filter(
    (span) => !written.has(`${span.connectionId}/${span.seq}`) && !change.replaced?.has(span.connectionId),
  );
  return {
    ...board,
    version: change.event === null ? board.version : board.version + 1,
    lastReportAt: change.report?.at ?? board.lastReportAt,
    session: change.session === undefined ? board.session : { ...board.session, ...sessionAfter(change.session) },
    spans: [...kept, ...written.values(), ...[...(change.replaced?.values() ?? [])].flat()],
  };
}

function sessionAfter(change: NonNullable<LedgerChange<unknown>["session"]>) {
  if (change.status !== "COMPLETED") return { status: change.status };
  return { status: change.status, endedAt: change.endedAt, endedOnRequest: change.endedBy !== null };
}

function touchesBoard(change: LedgerChange<unknown>): boolean {
  return change.event !== null || (change.spans ?? []).length > 0 || change.replaced !== undefined;
}
