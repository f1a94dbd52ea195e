import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recount } from "../../../src/database/presence/recount.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { end, jump, newDay, report, status, story } from "../../support/presence.ts";
import { rows } from "../../support/rows.ts";

const DAY = 86_400_000;
const DAYS = 2;

let app: TestApp;
beforeAll(async () => {
  app = await testApp({ env: { RETENTION_DAYS: String(DAYS) } });
});
afterAll(() => app.dispose());

const minute = fc.integer({ min: 0, max: 59 }).map((m) => `16:${String(m).padStart(2, "0")}`);
const step = fc.tuple(
  fc.constantFrom("CONNECT", "CONNECT", "HEARTBEAT", "HEARTBEAT", "DISCONNECT"),
  minute,
  fc.constantFrom("DRAW", "IDLE"),
);
/** What was reported of one connection, in any order. */
interface Reported {
  readonly userId: number;
  readonly evidence: string;
  readonly steps: readonly string[];
}
const connection: fc.Arbitrary<Reported> = fc.record({
  userId: fc.constantFrom(TUTOR, STUDENT),
  evidence: fc.constantFrom("LEASED", "INTERVALS"),
  steps: fc.array(
    step.map((parts) => parts.join(" ")),
    { minLength: 1, maxLength: 5 },
  ),
});
/** Lessons of consecutive days, with their connections. */
const lessons = fc.array(fc.array(connection, { maxLength: 3 }), { minLength: 1, maxLength: 4 });

interface Held {
  readonly whiteboard: string;
  readonly endedAt: number;
  readonly hasEvidence: boolean;
}

test("D4, D6 after any lessons: old evidence goes, and no column, total or mark says anything else than before", async () => {
  const gone: number[] = [];
  const property = async (days: readonly Reported[][]) => {
    const held: Held[] = [];
    for (const connections of days) held.push(await hold(connections));
    const { admin } = await lesson(app, { open: false });
    const before = await seen(admin, held);

    await app.app.services.maintenanceJobs.removeOldEvidence();

    expect(await seen(admin, held)).toEqual(before);
    const old = held.filter(({ endedAt, hasEvidence }) => hasEvidence && endedAt <= app.clock.now() - DAYS * DAY);
    gone.push(...old.map(({ whiteboard }) => Number(whiteboard)));
    const { differences, notRecomputable } = await recount(app.store.database.prisma);
    expect(differences).toEqual([]);
    const mine = new Set(held.map(({ whiteboard }) => Number(whiteboard)));
    expect(notRecomputable.filter((id) => mine.has(id))).toEqual(old.map(({ whiteboard }) => Number(whiteboard)));
    const left = (await rows(app, "connections")).map((row) => JSON.parse(row) as { whiteboard_session_id: number });
    expect(left.filter((row) => gone.includes(row.whiteboard_session_id))).toEqual([]);
  };
  await fc.assert(fc.asyncProperty(lessons, property), { numRuns: 12 });
});

async function hold(connections: readonly Reported[]): Promise<Held> {
  newDay(app);
  const { service, tutor, whiteboard, sessionId } = await lesson(app);
  jump(app, "17:00");
  for (const { userId, evidence, steps } of connections) {
    await report(app, service, whiteboard, story(steps, randomUUID(), userId), evidence);
  }
  await end(tutor, sessionId);
  await tutor.get(`mutation { markAttendance(input: { sessionId: ${sessionId}, useSuggestion: true }) { id } }`);
  return { whiteboard, endedAt: app.clock.now(), hasEvidence: connections.length > 0 };
}

/** What plain SQL and the API say of attendance and presence. */
async function seen(admin: Parameters<typeof status>[0], held: readonly Held[]) {
  return {
    whiteboards: await rows(app, "whiteboard_sessions", ["connection_logs", "evidence_removed_at"]),
    sessions: await rows(app, "sessions"),
    marks: await rows(app, "attendance_marks"),
    presence: await Promise.all(held.map(({ whiteboard }) => status(admin, whiteboard))),
  };
}
