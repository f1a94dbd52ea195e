import { serverClock } from "./server-clock.ts";

/** When data last came from the server, by its own clock. An answer that there is none does not count. */
let heard: number | null = null;
export const lastHeard = (): number | null => heard;
export function hear(): void {
  heard = serverClock.now();
}
