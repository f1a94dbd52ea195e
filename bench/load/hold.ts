import type { HoldJob } from "./jobs.ts";
import { openSocket, type WebSocketClient } from "./socket.ts";

let held: WebSocketClient[] = [];

/** Resolves when all are open and greeted. One that ends before it is let go ends the process. */
export async function hold({ sockets, atOnce }: HoldJob): Promise<number> {
  const queue = [...sockets];
  const worker = async () => {
    for (let opening = queue.pop(); opening !== undefined; opening = queue.pop()) held.push(await openSocket(opening));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return held.length;
}

export function letGo(): number {
  const count = held.length;
  for (const client of held) client.end();
  held = [];
  return count;
}
