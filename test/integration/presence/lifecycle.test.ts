import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { columns, expectTrueColumns } from "../../support/ledger.ts";
import { lesson, STUDENT } from "../../support/lesson.ts";
import {
  beat,
  CANCEL,
  CONNECT,
  connect,
  end,
  END,
  HEARTBEAT,
  jump,
  leave,
  newDay,
  report,
  session,
  spans,
  status,
} from "../../support/presence.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
beforeEach(() => newDay(app));
afterEach(() => expectTrueColumns(app));
afterAll(() => app.dispose());

const OPEN = "mutation ($id: ID!) { openWhiteboard(sessionId: $id) { id } }";
const input = (whiteboardSessionId: string, more: object = {}) => ({ input: { whiteboardSessionId, ...more } });

describe("P12 the end of a session", () => {
  test("P12 open connections close, credited to their last proof of life, and later ones get SESSION_ENDED", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    jump(app, "16:00");
    const { id } = await connect(student, whiteboard);
    await connect(tutor, whiteboard);
    jump(app, "16:00:20");
    await beat(student, id);
    jump(app, "16:00:30");
    await end(tutor, sessionId);
    expect(await spans(tutor, whiteboard)).toEqual([
      "STUDENT 16:00:00 - 16:00:20 SESSION_ENDED",
      "TUTOR 16:00:00 - 16:00:00 SESSION_ENDED",
    ]);
    expect(await columns(app, whiteboard, "student")).toMatchObject({ total_active_seconds: 20 });
    expect(await student.code(HEARTBEAT, { id })).toBe("SESSION_ENDED");
    expect(await student.code(CONNECT, input(whiteboard))).toBe("SESSION_ENDED");
    expect(await student.code(CONNECT, input(whiteboard, { connectionId: id }))).toBe("SESSION_ENDED");
    expect(await leave(student, id)).toMatchObject({ open: false, lastActivityAt: "16:00:20" });
    expect(await status(tutor, whiteboard)).toMatchObject({ version: 3, student: { connected: false } });
  });

  test("P12 cancelling closes them as well", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    jump(app, "15:00:10");
    await tutor.get(CANCEL, { id: sessionId });
    expect(await spans(tutor, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:00 SESSION_ENDED"]);
    expect(await student.code(HEARTBEAT, { id })).toBe("SESSION_ENDED");
    expect(await student.code(CONNECT, input(whiteboard))).toBe("SESSION_ENDED");
    expect(await session(tutor, sessionId)).toEqual({
      status: "CANCELLED",
      endedAt: null,
      whiteboardSession: { closedAt: "15:00:10" },
    });
  });

  test("P5, P12 a connection whose lease had run out before the end timed out", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    const { id } = await connect(student, whiteboard);
    jump(app, "16:30");
    await end(tutor, sessionId);
    expect(await spans(tutor, whiteboard)).toEqual(["STUDENT 15:00:00 - 15:00:00 TIMED_OUT"]);
    expect(await student.code(HEARTBEAT, { id })).toBe("SESSION_ENDED");
  });

  test("P12 heartbeats and connects that race with the end leave nobody connected", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    jump(app, "16:00");
    const { id } = await connect(student, whiteboard);
    await Promise.all([
      ...Array.from({ length: 6 }, () => student.ask(HEARTBEAT, { id })),
      end(tutor, sessionId),
      ...Array.from({ length: 4 }, () => student.ask(CONNECT, input(whiteboard))),
      ...Array.from({ length: 2 }, () => student.ask(HEARTBEAT, { id, activity: "IDLE" })),
    ]);
    expect(await status(tutor, whiteboard)).toMatchObject({
      student: { connected: false, disconnectedAt: "16:00:00" },
    });
  });
});

describe("P16 the life of a session", () => {
  test("P16 it is scheduled until its first connection, then in progress, completed when it is ended", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app);
    expect((await session(tutor, sessionId)).status).toBe("SCHEDULED");
    const { id } = await connect(student, whiteboard);
    await leave(student, id);
    expect((await session(tutor, sessionId)).status).toBe("IN_PROGRESS");
    jump(app, "16:40");
    await end(tutor, sessionId);
    const ended = { status: "COMPLETED", endedAt: "16:40:00", whiteboardSession: { closedAt: "16:40:00" } };
    expect(await session(tutor, sessionId)).toEqual(ended);
    jump(app, "16:50");
    await end(tutor, sessionId);
    expect(await session(tutor, sessionId)).toEqual(ended);
  });

  test("P16 with or without a whiteboard: no end before the start, none of a cancelled one, no cancel of a completed one", async () => {
    for (const open of [true, false]) {
      const one = await lesson(app, { open, start: "16:00", end: "17:00" });
      const two = await lesson(app, { open, start: "16:00", end: "17:00" });
      expect(await one.tutor.code(END, { id: one.sessionId })).toBe("CONFLICT");
      await one.tutor.get(CANCEL, { id: one.sessionId });
      expect((await one.tutor.get(CANCEL, { id: one.sessionId })).cancelSession.status).toBe("CANCELLED");
      jump(app, "16:00");
      expect(await one.tutor.code(END, { id: one.sessionId })).toBe("CONFLICT");
      expect((await two.tutor.get(END, { id: two.sessionId })).endSession.status).toBe("COMPLETED");
      expect(await two.tutor.code(CANCEL, { id: two.sessionId })).toBe("CONFLICT");
      newDay(app);
    }
  });

  test("P16 only the tutor, admins and services end, cancel and open", async () => {
    const { student, parent, stranger, service, sessionId } = await lesson(app, { open: false });
    for (const operation of [END, CANCEL, OPEN]) {
      expect(await student.code(operation, { id: sessionId })).toBe("FORBIDDEN");
      expect(await parent.code(operation, { id: sessionId })).toBe("FORBIDDEN");
      expect(await stranger.code(operation, { id: sessionId })).toBe("NOT_FOUND");
    }
    expect((await service.get(OPEN, { id: sessionId })).openWhiteboard.id).toBeDefined();
  });

  test("P16 a completed or cancelled session opens no whiteboard, not even the one it has", async () => {
    for (const open of [true, false]) {
      const { tutor, sessionId } = await lesson(app, { open });
      await tutor.get(CANCEL, { id: sessionId });
      expect(await tutor.code(OPEN, { id: sessionId })).toBe("SESSION_ENDED");
    }
    const { admin, sessionId } = await lesson(app, { start: "14:00", end: "14:45", open: false });
    await admin.get(END, { id: sessionId });
    expect(await admin.code(OPEN, { id: sessionId })).toBe("SESSION_ENDED");
  });

  test("P16 without a whiteboard it completes by itself 30 minutes after its end, at its end", async () => {
    const { admin, sessionId } = await lesson(app, { open: false, start: "15:10", end: "15:20" });
    jump(app, "15:49:55");
    await app.app.services.maintenanceJobs.completeOverdue();
    expect((await session(admin, sessionId)).status).toBe("SCHEDULED");
    await app.clock.advance(5_000);
    expect(await session(admin, sessionId)).toMatchObject({ status: "COMPLETED", endedAt: "15:20:00" });
  });

  test("P16 with one it waits until nobody is connected, and ends at the last proof of life", async () => {
    const { student, tutor, whiteboard, sessionId } = await lesson(app, { start: "15:10", end: "15:20" });
    jump(app, "15:49:30");
    const { id } = await connect(student, whiteboard);
    jump(app, "15:49:50");
    await beat(student, id);
    jump(app, "15:50:01");
    await app.clock.advance(5_000);
    expect(await session(tutor, sessionId)).toMatchObject({ status: "IN_PROGRESS", endedAt: null });
    await app.clock.advance(20_000);
    expect(await session(tutor, sessionId)).toEqual({
      status: "COMPLETED",
      endedAt: "15:49:50",
      whiteboardSession: { closedAt: "15:49:50" },
    });
    expect(await student.code(CONNECT, input(whiteboard))).toBe("SESSION_ENDED");
  });

  test("P16 it counts from the latest of end, creation, opening and last report; whoever left early, it ends at its end", async () => {
    const late = await lesson(app, { start: "14:00", end: "14:20", open: false });
    jump(app, "15:20");
    const whiteboard = (await late.admin.get(OPEN, { id: late.sessionId })).openWhiteboard.id as string;
    jump(app, "15:40");
    const connectionId = "00000000-0000-4000-8000-0000000016aa";
    const events = [{ connectionId, userId: STUDENT, kind: "CONNECT", at: "14:05" }] as const;
    await report(app, late.service, whiteboard, events);
    const seen: string[] = [];
    for (const at of ["15:30", "15:50", "16:09:59.999", "16:10"]) {
      jump(app, at);
      await app.app.services.maintenanceJobs.completeOverdue();
      seen.push((await session(late.tutor, late.sessionId)).status);
    }
    expect(seen).toEqual(["IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]);
    expect((await session(late.tutor, late.sessionId)).endedAt).toBe("14:20:00");
  });
});
