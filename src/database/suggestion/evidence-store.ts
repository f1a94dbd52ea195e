import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { EvidenceStore } from "../../services/suggestion/suggestions.ts";
import { readWhiteboardsOfSessions } from "../presence/whiteboards.ts";
import { sessionFacts } from "../sessions/heads.ts";

export function createEvidenceStore(prisma: PrismaClient): EvidenceStore {
  return {
    async evidence(sessionIds) {
      const whiteboards = new Map(
        (await readWhiteboardsOfSessions(prisma, sessionIds)).map((whiteboard) => [whiteboard.session.id, whiteboard]),
      );
      const others = sessionIds.filter((id) => !whiteboards.has(id));
      const rows = others.length === 0 ? [] : await prisma.session.findMany({ where: { id: { in: others } } });
      const roomless = new Map(rows.map((row) => [row.id, sessionFacts(row)]));
      return sessionIds.map((id) => {
        const whiteboard = whiteboards.get(id) ?? null;
        const session = whiteboard?.session ?? roomless.get(id);
        return session === undefined ? null : { session, whiteboard };
      });
    },
  };
}
