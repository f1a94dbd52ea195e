import { randomUUID } from "node:crypto";
import type { Caller, TestApp } from "./app.ts";

type Step = readonly [kind: "CONNECT" | "HEARTBEAT" | "DISCONNECT", time: string, activity?: "IDLE" | "DRAW"];

/** Reports one connection of a participant; times are of the clock's day, and must have come. */
export async function report(
  app: TestApp,
  service: Caller,
  whiteboard: string,
  userId: number,
  steps: readonly Step[],
) {
  const connectionId = randomUUID();
  const events = steps.map(([kind, time, activity]) => {
    return { connectionId, userId: String(userId), kind, activity, at: new Date(app.clock.at(time)).toISOString() };
  });
  await service.get(
    `mutation ($whiteboard: ID!, $events: [ConnectionEventInput!]!) {
      recordConnectionEvents(whiteboardSessionId: $whiteboard, events: $events, evidence: INTERVALS) { version } }`,
    { whiteboard, events },
  );
}
