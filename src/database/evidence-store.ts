import type { PrismaClient } from "../generated/prisma/client.ts";
import type { EvidenceStore } from "../services/suggesting.ts";
import { readBoardsOfSessions } from "./ledger/boards.ts";
import { sessionFacts } from "./session-facts.ts";

export function createEvidenceStore(prisma: PrismaClient): EvidenceStore {
  return {
    async evidence(sessionIds) {
      const boards = new Map(
        (await readBoardsOfSessions(prisma, sessionIds)).map((board) => [board.session.id, board]),
      );
      const others = sessionIds.filter((id) => !boards.has(id));
      const rows = others.length === 0 ? [] : await prisma.session.findMany({ where: { id: { in: others } } });
      const roomless = new Map(rows.map((row) => [row.id, sessionFacts(row)]));
      return sessionIds.map((id) => {
        const board = boards.get(id) ?? null;
        const session = board?.session ?? roomless.get(id);
        return session === undefined ? null : { session, board };
      });
    },
  };
}
