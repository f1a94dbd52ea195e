import type { Span } from "../../domain/model.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { LedgerStore } from "../../services/ports.ts";
import type { Board, LedgerChange, LedgerFacts } from "../../services/records.ts";
import type { Queryable } from "../sql.ts";
import { beat } from "./beat.ts";
import { readBoards, readConnections, readEvents, readHeads, readHeld, silentSince } from "./read.ts";
import { readWatch, writeWatch } from "./watch.ts";
import * as write from "./write.ts";

/** How long a transaction may wait for a connection, and last, in milliseconds. */
const TRANSACTION = { maxWait: 2_000, timeout: 10_000 };

export function createLedgerStore(prisma: PrismaClient, clock: { now(): number }): LedgerStore {
  return {
    boards: (ids) => readBoards(prisma, ids),
    heads: (ids) => readHeads(prisma, ids),
    connection: async (id) => (await readConnections(prisma, [id]))[0] ?? null,
    release: (owned, at) => write.release(prisma, owned, at),
    beat: (beats, lease) => beat(prisma, beats, lease),
    silentSince: (before, limit) => silentSince(prisma, before, limit),
    watch: () => readWatch(prisma),
    setWatch: (seen, next) => writeWatch(prisma, seen, next),
    change: (request, decide) =>
      prisma.$transaction(async (tx) => {
        const { whiteboardSessionIds, connectionIds = [], skipLocked = false } = request;
        const locked = await write.lockBoards(tx, whiteboardSessionIds, skipLocked);
        // Read after the lock, by a statement of its own: one statement would keep the snapshot from before its wait.
        const boards = await readBoards(tx, locked);
        const decided: { board: Board; change: LedgerChange<ReturnType<typeof decide>["result"]> }[] = [];
        for (const board of boards) {
          const change = decide(await factsFor(tx, board, connectionIds));
          await write.insertConnections(tx, change.connections ?? []);
          decided.push({ board: await apply(tx, board, change), change });
        }
        const changed = decided.filter(({ change }) => touchesBoard(change)).map(({ board }) => board);
        await write.writeBoards(tx, changed, clock.now());
        return decided;
      }, TRANSACTION),
  };
}

async function factsFor(tx: Queryable, board: Board, connectionIds: readonly string[]): Promise<LedgerFacts> {
  if (connectionIds.length === 0) {
    return { board, connections: new Map(), events: new Map(), held: new Map() };
  }
  const connections = await readConnections(tx, connectionIds);
  const reported = connections.filter((row) => row.evidence !== "LIVE").map((row) => row.id);
  return {
    board,
    connections: new Map(connections.map((row) => [row.id, row])),
    events: await readEvents(tx, reported),
    held: await readHeld(tx, board.id),
  };
}

async function apply<T>(tx: Queryable, board: Board, change: LedgerChange<T>): Promise<Board> {
  const { spans = [], replaced = new Map<string, readonly Span[]>(), owner, session, report } = change;
  if (owner !== undefined) await write.setOwner(tx, owner.connectionId, owner.socketId);
  if (session !== undefined) await write.writeSession(tx, board.session.id, session);
  if (report !== undefined) await write.writeReport(tx, board.id, report);
  await write.removeSpans(tx, [...replaced.keys()]);
  await write.writeSpans(tx, board.id, [...spans, ...[...replaced.values()].flat()]);
  return after(board, change);
}

/** The board as the change leaves it. */
function after<T>(board: Board, change: LedgerChange<T>): Board {
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
