import type { Millis } from "../../domain/model.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { LedgerStore } from "../../services/shared/ports.ts";
import type { Whiteboard, Held, LedgerChange, LedgerFacts } from "../../services/shared/records.ts";
import type { Queryable } from "../sql.ts";
import { whiteboardAfter, logOf, needsAllSpans, touchesWhiteboard } from "./whiteboard-after.ts";
import { beat } from "./beat.ts";
import { readWhiteboards, readWhiteboardsToChange, readWholeWhiteboards } from "./whiteboards.ts";
import * as read from "./read.ts";
import { watchLockedRows } from "./locked-rows.ts";
import { readWatch, writeWatch } from "./watch.ts";
import * as write from "./write.ts";

/** How long a transaction may wait for a connection, and last, in milliseconds. */
const TRANSACTION = { maxWait: 2_000, timeout: 10_000 };

export function createLedgerStore(prisma: PrismaClient, clock: { now(): number }): LedgerStore {
  return {
    whiteboards: (ids) => readWhiteboards(prisma, ids),
    wholeWhiteboards: (ids) => readWholeWhiteboards(prisma, ids),
    heads: (ids) => read.readHeads(prisma, ids),
    connections: (ids) => read.readConnections(prisma, ids),
    release: (owned, at) => write.release(prisma, owned, at),
    beat: (beats, lease) => beat(prisma, beats, lease),
    silentSince: (before, limit, after) => read.silentSince(prisma, before, limit, after),
    watch: () => readWatch(prisma),
    setWatch: (seen, next) => writeWatch(prisma, seen, next),
    watchLockedRows: (before, next) => watchLockedRows(prisma, before, next),
    change: (request, decide) =>
      prisma.$transaction(async (tx) => {
        const { whiteboardSessionIds, skipLocked = false } = request;
        const locked = await write.lockWhiteboards(tx, whiteboardSessionIds, skipLocked);
        // Read after the lock, by statements of their own: one statement would keep the snapshot from before its wait.
        const facts = await readFacts(tx, locked, request);
        const decided = facts.map((each) => ({ before: each.whiteboard, log: each.log, change: decide(each) }));
        return writeChanges(tx, await completed(tx, decided), clock.now());
      }, TRANSACTION),
  };
}

async function readFacts(
  tx: Queryable,
  whiteboardIds: readonly number[],
  { connectionIds = [], held: withHeld = false, whole = false }: Parameters<LedgerStore["change"]>[0],
): Promise<LedgerFacts[]> {
  const whiteboards = whole
    ? (await readWholeWhiteboards(tx, whiteboardIds)).map((whiteboard) => ({ whiteboard, log: null }))
    : await readWhiteboardsToChange(tx, whiteboardIds);
  const known = await read.readConnectionFacts(tx, connectionIds);
  const connections = new Map(known.map(({ row }) => [row.id, row]));
  const closed = new Map(known.flatMap(({ row, tail }) => (tail?.endedAt == null ? [] : [[row.id, tail] as const])));
  const reported = known.flatMap(({ row }) => (row.evidence === "LIVE" ? [] : [row.id]));
  const events = await read.readEvents(tx, reported);
  const held = withHeld ? await read.readHeld(tx, whiteboardIds) : new Map<number, Map<number, Held>>();
  return whiteboards.map(({ whiteboard, log }) => {
    return { whiteboard, log, connections, closed, events, held: held.get(whiteboard.id) ?? new Map<number, Held>() };
  });
}

interface Decided<T> {
  readonly before: Whiteboard;
  /** As stored; null: it is computed from the spans. */
  readonly log: LedgerFacts["log"];
  readonly change: LedgerChange<T>;
}

/** With all spans where the change reaches behind what is carried. */
async function completed<T>(tx: Queryable, decided: readonly Decided<T>[]): Promise<readonly Decided<T>[]> {
  const behind = decided.filter(({ before, change }) => needsAllSpans(before, change)).map(({ before }) => before.id);
  const whole = new Map((await readWholeWhiteboards(tx, behind)).map((whiteboard) => [whiteboard.id, whiteboard]));
  return decided.map((each) => {
    const before = whole.get(each.before.id);
    return before === undefined ? each : { ...each, before, log: null };
  });
}

/** Statement by statement for all of them, so that a hundred changes take no more round trips than one. */
async function writeChanges<T>(
  tx: Queryable,
  decided: readonly Decided<T>[],
  now: Millis,
): Promise<{ whiteboard: Whiteboard; change: LedgerChange<T> }[]> {
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
  const after = decided.map(({ before, change, log }) => {
    return { whiteboard: whiteboardAfter(before, change, now), change, log: logOf(before, log, change) };
  });
  await write.writeWhiteboards(
    tx,
    after.filter(({ change }) => touchesWhiteboard(change)),
    now,
  );
  return after;
}
