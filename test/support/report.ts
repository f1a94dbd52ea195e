import { randomUUID } from "node:crypto";
import type { Caller, TestApp } from "./app.ts";

type Step = readonly [kind: "CONNECT" | "HEARTBEAT" | "DISCONNECT", time: string, activity?: "IDLE" | "DRAW"];

/** Reports one connection of a participant; times are of the clock's day, and must have come. */
export async function report(app: TestApp, service: Caller, room: string, userId: number, steps: readonly Step[]) {
  const connectionId = randomUUID();
  const events = steps.map(([kind, time, activity]) => {
    return { connectionId, userId: String(userId), kind, activity, at: new Date(app.clock.at(time)).toISOString() };
  });
  await service.get(
    `mutation ($room: ID!, $events: [ConnectionEventInput!]!) {
      recordConnectionEvents(whiteboardSessionId: $room, events: $events, evidence: INTERVALS) { version } }`,
    { room, events },
  );
}
