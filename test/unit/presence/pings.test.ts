import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { Pings } from "../../../src/server/websocket/pings.ts";

const INTERVAL = 2_500;
const TICK = 250;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** Sockets that note when they were pinged, and answer unless they are said not to. */
function pinged(sockets: number, answers = true) {
  const clock = { now: 0 };
  const pings = new Pings(
    INTERVAL,
    () => clock.now,
    () => clock.now,
  );
  const dead: number[] = [];
  const all = Array.from({ length: sockets }, () => {
    const at: number[] = [];
    const socket = Object.assign(new EventEmitter(), {
      OPEN: 1,
      readyState: 1,
      ping: (payload: string) => {
        at.push(clock.now);
        if (answers) socket.emit("pong", Buffer.from(payload));
      },
    });
    pings.add(socket as unknown as WebSocket, { pong: () => undefined, dead: () => dead.push(clock.now) });
    return at;
  });
  /** The timer fires, `late` milliseconds after its time. */
  const tick = (late: number) => {
    clock.now += TICK + late;
    vi.advanceTimersByTime(TICK);
  };
  return { pings, all, dead, tick };
}

const gaps = (at: readonly number[]) => at.slice(1).map((each, i) => each - (at[i] as number));

test.each([0, 40, 150, 400])("P9 timers that are %i ms late each time do not make pings rarer", (late) => {
  const { pings, all, tick } = pinged(10);
  for (let i = 0; i < 200; i += 1) tick(late);
  const most = Math.max(...all.flatMap(gaps));
  expect(most).toBeLessThanOrEqual(INTERVAL + TICK + late);
  expect(Math.min(...all.map((at) => at.length))).toBeGreaterThanOrEqual(
    Math.floor((200 * (TICK + late)) / INTERVAL) - 1,
  );
  pings.stop();
});

test("P9 after a stall all are pinged once, none again before half an interval, and they are spread as before", () => {
  const { pings, all, tick } = pinged(10);
  for (let i = 0; i < 20; i += 1) tick(0);
  tick(7_000);
  expect(new Set(all.map((at) => at.at(-1))).size).toBe(1);
  for (let i = 0; i < 30; i += 1) tick(0);
  expect(Math.min(...all.flatMap(gaps))).toBeGreaterThanOrEqual(INTERVAL / 2);
  expect(Math.max(...all.map((at) => gaps(at).at(-1) as number))).toBe(INTERVAL);
  expect(new Set(all.map((at) => at.at(-1))).size).toBe(10);
  pings.stop();
});

test("P9 a socket is dead that leaves two pings unanswered, not sooner", () => {
  const { pings, all, dead, tick } = pinged(1, false);
  for (let i = 0; i < 25 && dead.length === 0; i += 1) tick(0);
  expect(gaps([...(all[0] as number[]), dead[0] as number])).toEqual([INTERVAL, INTERVAL]);
  pings.stop();
});
