import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type Budget, OperationQueue } from "../../../src/server/websocket/operation-queue.ts";

describe("turns of one socket", () => {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  let client: WebSocket;
  let socket: WebSocket;
  /** Those that run, in the order in which they began. */
  let running: Map<string, () => void>;
  const begun: string[] = [];
  let now: number;
  /** When those that begun arrived. */
  const arrived: number[] = [];
  let most: number;
  let beats: boolean;
  let share: Budget;

  beforeEach(async () => {
    most = 3;
    beats = false;
    share = { hasBudget: () => true, run: (what) => what(), wait: (next) => next() };
    begun.length = 0;
    arrived.length = 0;
    now = 0;
    running = new Map();
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const connected = new Promise<WebSocket>((resolve) => server.once("connection", resolve));
    client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    socket = await connected;
    const turns = new OperationQueue(
      socket,
      () => most,
      { hasBudget: () => share.hasBudget(), run: (what) => share.run(what), wait: (next) => share.wait(next) },
      (message, turn) => {
        begun.push(message);
        arrived.push(turn.arrivedAt);
        if (beats) turn.markLight();
        running.set(message, () => {
          running.delete(message);
          turn.done();
          turn.done();
        });
      },
    );
    socket.on("message", (data) => turns.take((data as Buffer).toString(), (now += 1)));
    socket.on("close", () => turns.end());
    if (client.readyState !== client.OPEN) await new Promise((resolve) => client.once("open", resolve));
  });
  afterEach(async () => {
    client.terminate();
    socket.terminate();
    await new Promise((resolve) => http.close(resolve));
  });

  const send = (from: number, to: number) => {
    for (let i = from; i < to; i += 1) client.send(String(i));
  };
  const names = (to: number) => Array.from({ length: to }, (_, i) => String(i));

  it("run at once up to their number, in order, and the socket is not read meanwhile", async () => {
    send(0, 10);
    await expect.poll(() => begun).toEqual(names(3));
    await expect.poll(() => socket.isPaused).toBe(true);
    running.get("1")?.();
    await expect.poll(() => begun).toEqual(names(4));
    expect(running.size).toBe(3);
    expect(socket.isPaused).toBe(true);
    for (let i = 5; i <= 10; i += 1) {
      [...running.values()][0]?.();
      await expect.poll(() => begun).toEqual(names(i));
    }
    // Each with the time at which it came, not that of its turn.
    expect(arrived).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await expect.poll(() => socket.isPaused).toBe(false);
  });

  it("all come in the end, however many were sent", { timeout: 30_000 }, async () => {
    const last = 5_000;
    send(0, last);
    // As fast as they come: by a timer the machine decides how long it takes.
    while (begun.length < last) {
      expect(running.size).toBeLessThanOrEqual(3);
      for (const done of [...running.values()]) done();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(begun).toEqual(names(last));
  });

  it("§7 are handled as long as their person has a share left, and go on when there is more, in order", async () => {
    most = Infinity;
    let left = 2;
    const waiting: (() => void)[] = [];
    share = {
      hasBudget: () => left > 0,
      run: (what) => {
        left -= 1;
        what();
      },
      wait: (next) => void waiting.push(next),
    };
    send(0, 10);
    for (const handled of [2, 4, 6, 8]) {
      await expect.poll(() => waiting.length).toBe(1);
      expect(begun).toEqual(names(handled));
      expect(socket.isPaused).toBe(true);
      left = 2;
      waiting.pop()?.();
    }
    await expect.poll(() => socket.isPaused).toBe(false);
    expect(begun).toEqual(names(10));
  });

  it("P4 heartbeats go together, two for each operation that might run instead", async () => {
    beats = true;
    send(0, 100);
    await expect.poll(() => begun).toEqual(names(6));
    await expect.poll(() => socket.isPaused).toBe(true);
    expect(running.size).toBe(6);
    for (const done of [...running.values()]) done();
    await expect.poll(() => begun.length).toBe(12);
  });

  it("are unlimited for those who have no limit, and over when the socket is", async () => {
    most = Infinity;
    send(0, 100);
    await expect.poll(() => begun.length).toBe(100);
    most = 1;
    send(100, 200);
    await expect.poll(() => socket.isPaused).toBe(true);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.terminate();
    await closed;
    for (const done of [...running.values()]) done();
    expect(begun).toHaveLength(100);
  });

  it("P9 who left is heard when the socket is closed, and nothing else that waits", async () => {
    most = 1;
    const left = JSON.stringify({ id: "complete", type: "complete" });
    const asked = JSON.stringify({ id: "1", type: "subscribe", payload: { variables: { type: "complete" } } });
    const tooLong = JSON.stringify({ id: "1".repeat(2_000), type: "complete" });
    // In one go: what is not read when the socket rests stays unread.
    const wire = (client as unknown as { _socket: Duplex })._socket;
    wire.cork();
    for (const message of ["0", asked, "null", "[", left, tooLong, asked]) client.send(message);
    client.close();
    wire.uncork();
    await new Promise((resolve) => socket.once("close", resolve));
    expect(begun).toEqual(["0", left]);
    for (const done of [...running.values()]) done();
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(["0", left]);
  });
});
