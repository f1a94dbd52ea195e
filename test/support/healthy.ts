import { setTimeout as sleep } from "node:timers/promises";
import type { RunningLesson } from "./many-lessons.ts";
import { rawSocket } from "./raw-socket.ts";
import { tokenFor } from "./running-lesson.ts";

/** A student who is there and looks who else is, over one socket. Heartbeats come too seldom to be measured. */
export interface Healthy {
  /** Milliseconds that each answer took since this was asked last. */
  take(): number[];
  /** What went wrong for them. */
  stop(): Promise<string[]>;
}

const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const LOOK =
  "query ($whiteboard: ID!) { connectionStatus(whiteboardSessionId: $whiteboard) { student { connected } } }";
const BEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { id } }";
/** On average. Of equal ones all would be in step after the first that was long: whoever waited together asks together. */
const PAUSE_MS = 100;
const BEAT_EVERY_MS = 8_000;

export async function openHealthy(url: string, { whiteboard, student }: RunningLesson): Promise<Healthy> {
  const socket = await rawSocket(url);
  await socket.hello(await tokenFor(student, "student"));
  const [connected = ""] = await socket.ask("connect", { query: CONNECT, variables: { whiteboard } });
  const id = /"connect":{"id":"([^"]+)"/.exec(connected)?.[1];
  const taken: number[] = [];
  const harm: string[] = connected.includes("errors") ? [connected] : [];
  let stopping = false;
  const running = (async () => {
    let beat = performance.now();
    for (let i = 0; !stopping; i += 1) {
      if (performance.now() - beat > BEAT_EVERY_MS) {
        beat = performance.now();
        const [answer = ""] = await socket.ask("beat", { query: BEAT, variables: { id } });
        if (answer.includes("errors")) harm.push(answer);
      }
      const sent = performance.now();
      const answer = await socket
        .ask(String(i), { query: LOOK, variables: { whiteboard } })
        .catch((error: Error) => [error.message]);
      taken.push(performance.now() - sent);
      if (!answer[0]?.includes('"connected":true')) harm.push(answer.join());
      await sleep(PAUSE_MS * (0.5 + Math.random()));
    }
  })();
  return {
    take: () => taken.splice(0),
    async stop() {
      stopping = true;
      await running;
      socket.socket.close();
      return harm;
    },
  };
}
