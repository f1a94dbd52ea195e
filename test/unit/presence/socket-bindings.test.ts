import { describe, expect, it, vi } from "vitest";
import type { Connections } from "../../../src/services/presence/connections.ts";
import { SocketBindings } from "../../../src/services/presence/socket-bindings.ts";
import { silent } from "../../support/log.ts";
import { deferred, quiet, watched } from "../../support/promises.ts";

const end = () => {};
const attendance = { over: () => Promise.resolve(), end };

function setUp() {
  const cut = vi.fn<Connections["cut"]>(() => Promise.resolve());
  const pong = vi.fn<Connections["pong"]>(() => Promise.resolve("open" as const));
  const warn = vi.fn<(details: object, message: string) => void>();
  const release = vi.fn<Connections["release"]>(() => Promise.resolve());
  const connections: Partial<Connections> = { cut, pong, release };
  const patience = deferred<void>();
  const sockets = new SocketBindings(connections as Connections, { ...silent, warn }, () => patience.promise);
  sockets.open("s-1");
  return { sockets, cut, pong, release, warn, patience };
}

describe("connections that live on a socket", () => {
  const lost = { at: 50, alive: false };

  it("P8 close with it, all of them, as it ended", async () => {
    const { sockets, cut } = setUp();
    await sockets.bind("s-1", "c-1", 10);
    await sockets.bind("s-1", "c-2", 10, attendance);
    sockets.open("s-2");
    await sockets.bind("s-2", "c-3", 10);
    expect(sockets.size).toBe(2);
    await sockets.close("s-1", { at: 50, alive: true });
    expect(cut.mock.calls).toEqual([
      ["c-1", "s-1", { at: 50, alive: true }],
      ["c-2", "s-1", { at: 50, alive: true }],
    ]);
    expect(sockets.size).toBe(1);
  });

  it("P8 close once, however often the socket is said to have closed", async () => {
    const { sockets, cut } = setUp();
    await sockets.bind("s-1", "c-1", 10);
    await Promise.all([sockets.close("s-1", lost), sockets.close("s-1", lost)]);
    await sockets.close("never opened", lost);
    expect(cut).toHaveBeenCalledTimes(1);
  });

  it("P8 a connection that comes after its socket has gone is cut at once, and told so", async () => {
    const { sockets, cut } = setUp();
    await sockets.close("s-1", lost);
    await expect(sockets.bind("s-1", "c-1", 60)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(cut.mock.calls).toEqual([["c-1", "s-1", { at: 60, alive: false }]]);
  });

  it("P14 are let go when the server drains, those too that come in its last second", async () => {
    const { sockets, release } = setUp();
    sockets.open("s-2");
    await sockets.bind("s-1", "c-1", 10);
    await sockets.bind("s-2", "c-2", 10, attendance);
    await sockets.bind("s-2", "c-3", 10);
    sockets.release("s-2", "c-3");
    await sockets.drain();
    await sockets.bind("s-1", "c-4", 20);
    expect(release.mock.calls).toEqual([
      [
        [
          { connectionId: "c-1", socketId: "s-1" },
          { connectionId: "c-2", socketId: "s-2" },
        ],
      ],
      [[{ connectionId: "c-4", socketId: "s-1" }]],
    ]);
  });

  it("P14 one that comes after a drain has closed its socket is let go, and not cut", async () => {
    const { sockets, cut, release } = setUp();
    await sockets.drain();
    await sockets.close("s-1", null);
    await expect(sockets.bind("s-1", "c-1", 60)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(cut).not.toHaveBeenCalled();
    expect(release.mock.calls.at(-1)).toEqual([[{ connectionId: "c-1", socketId: "s-1" }]]);
  });

  it("P13 are left to their lease when the server drains", async () => {
    const { sockets, cut } = setUp();
    await sockets.bind("s-1", "c-1", 10);
    await sockets.close("s-1", null);
    expect(cut).not.toHaveBeenCalled();
    expect(sockets.size).toBe(0);
  });

  it("P9 of two that attend by one connection the last to leave ends it", async () => {
    const { sockets, pong } = setUp();
    const other = { over: () => Promise.resolve(), end };
    await sockets.bind("s-1", "c-1", 10, attendance);
    await sockets.bind("s-1", "c-1", 11, other);
    expect(sockets.release("s-1", "c-1", attendance)).toBe(false);
    sockets.pong("s-1", 20);
    await sockets.flush();
    expect(pong.mock.calls).toEqual([["c-1", 20]]);
    expect(sockets.release("s-1", "c-1", other)).toBe(true);
  });

  it("P8 one that ended on its own is released, once, and not cut", async () => {
    const { sockets, cut } = setUp();
    await sockets.bind("s-1", "c-1", 10);
    expect(sockets.release("s-1", "c-1")).toBe(true);
    expect(sockets.release("s-1", "c-1")).toBe(false);
    await sockets.close("s-1", lost);
    expect(sockets.release("s-1", "c-1")).toBe(false);
    expect(cut).not.toHaveBeenCalled();
  });

  it("P8 one that cannot be cut is left to its lease, and the others are cut all the same", async () => {
    const { sockets, cut, warn } = setUp();
    for (const id of ["c-1", "c-2", "c-3"]) await sockets.bind("s-1", id, 10);
    const away = new Error("away");
    cut.mockRejectedValueOnce(away);
    await sockets.close("s-1", lost);
    expect(cut).toHaveBeenCalledTimes(3);
    expect(warn.mock.calls).toEqual([[{ err: away }, expect.stringContaining("lease")]]);
  });
});

describe("pongs", () => {
  it("P9 prove life of those that attend, the latest only, and of nobody else", async () => {
    const { sockets, pong } = setUp();
    await sockets.bind("s-1", "c-1", 10, attendance);
    await sockets.bind("s-1", "by heartbeats", 10);
    sockets.open("s-2");
    await sockets.bind("s-2", "c-2", 10, attendance);
    for (const at of [20, 30]) sockets.pong("s-1", at);
    sockets.pong("unknown", 40);
    await sockets.flush();
    expect(pong.mock.calls).toEqual([["c-1", 30]]);
    await sockets.flush();
    expect(pong).toHaveBeenCalledTimes(1);
  });

  it("P9 all that wait go together, none waits for another", async () => {
    const { sockets, pong } = setUp();
    const slow = deferred<"open" | "over">();
    for (const id of ["c-1", "c-2"]) await sockets.bind("s-1", id, 10, attendance);
    pong.mockReturnValueOnce(slow.promise);
    sockets.pong("s-1", 20);
    const flushed = sockets.flush();
    await quiet();
    expect(pong).toHaveBeenCalledTimes(2);
    slow.resolve("open");
    await flushed;
  });

  it("P9 P13 of a whiteboard that somebody keeps locked hold up no others, and a later one waits until the first is written", async () => {
    const { sockets, pong, patience } = setUp();
    const held = deferred<"open" | "over">();
    for (const id of ["c-1", "c-2"]) await sockets.bind("s-1", id, 10, attendance);
    pong.mockReturnValueOnce(held.promise);
    sockets.pong("s-1", 20);
    const flushed = watched(sockets.flush());
    await quiet();
    expect(flushed.settled).toBe(false);
    patience.resolve();
    await quiet();
    expect(flushed.settled).toBe(true);
    sockets.pong("s-1", 30);
    await sockets.flush();
    expect(pong.mock.calls.slice(2)).toEqual([["c-2", 30]]);
    held.reject(new Error("held up"));
    await quiet();
    await sockets.flush();
    expect(pong.mock.calls.slice(3)).toEqual([["c-1", 30]]);
  });

  it("P9 a connection that the ledger calls over is told so", async () => {
    const { sockets, pong } = setUp();
    const told = vi.fn(attendance.over);
    await sockets.bind("s-1", "c-1", 10, { over: told, end });
    sockets.pong("s-1", 20);
    await sockets.flush();
    expect(told).not.toHaveBeenCalled();
    pong.mockResolvedValueOnce("over");
    sockets.pong("s-1", 30);
    await sockets.flush();
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("P9 of a connection that somebody disconnected end the attendance, and so does a disconnect on the socket itself", async () => {
    const { sockets, pong } = setUp();
    const ended = vi.fn();
    await sockets.bind("s-1", "c-1", 10, { over: attendance.over, end: ended });
    pong.mockResolvedValueOnce("left");
    sockets.pong("s-1", 20);
    await sockets.flush();
    expect(ended).toHaveBeenCalledTimes(1);
    sockets.release("s-1", "c-1");
    expect(ended).toHaveBeenCalledTimes(2);
  });

  it("P13 those that could not be written are kept as of when they came, and written later", async () => {
    const { sockets, pong, warn } = setUp();
    for (const id of ["c-1", "c-2"]) await sockets.bind("s-1", id, 10, attendance);
    sockets.pong("s-1", 20);
    const away = new Error("away");
    pong.mockRejectedValueOnce(away);
    await sockets.flush();
    expect(warn.mock.calls).toEqual([[{ err: away, pongs: 1 }, expect.any(String)]]);
    pong.mockClear();
    await sockets.flush();
    expect(pong.mock.calls).toEqual([["c-1", 20]]);
  });

  it("P6 P13 one that could not be written does not take the place of a later one", async () => {
    const { sockets, pong } = setUp();
    const write = deferred<"open" | "over">();
    await sockets.bind("s-1", "c-1", 10, attendance);
    sockets.pong("s-1", 20);
    pong.mockReturnValueOnce(write.promise);
    const flushed = sockets.flush();
    sockets.pong("s-1", 30);
    write.reject(new Error("away"));
    await flushed;
    await sockets.flush();
    expect(pong.mock.calls).toEqual([
      ["c-1", 20],
      ["c-1", 30],
    ]);
  });

  it("P8 P9 none of a released connection or a closed socket is written", async () => {
    const { sockets, pong } = setUp();
    for (const id of ["c-1", "c-2"]) await sockets.bind("s-1", id, 10, attendance);
    sockets.pong("s-1", 20);
    sockets.release("s-1", "c-1");
    await sockets.close("s-1", { at: 30, alive: true });
    await sockets.flush();
    expect(pong).not.toHaveBeenCalled();
  });
});

describe("pongs that are being written when their reader leaves", () => {
  /** `c-1` attends, and its pong of 20 is on its way to the ledger. */
  async function inFlight() {
    const { sockets, cut, pong } = setUp();
    const told = vi.fn(attendance.over);
    const write = deferred<"open" | "over">();
    await sockets.bind("s-1", "c-1", 10, { over: told, end });
    sockets.pong("s-1", 20);
    pong.mockReturnValueOnce(write.promise);
    return { sockets, cut, pong, told, write, flushed: sockets.flush() };
  }

  it("P9 bring nobody back who has released the connection: that it is over is no news to them", async () => {
    const { sockets, told, write, flushed } = await inFlight();
    sockets.release("s-1", "c-1");
    write.resolve("over");
    await flushed;
    expect(told).not.toHaveBeenCalled();
  });

  it("P8 P9 bring nobody back whose socket has closed", async () => {
    const { sockets, told, write, flushed } = await inFlight();
    await sockets.close("s-1", { at: 30, alive: true });
    write.resolve("over");
    await flushed;
    expect(told).not.toHaveBeenCalled();
  });

  it.each(["release", "close"] as const)(
    "P9 P13 nor when they fail first and are tried again after a %s",
    async (way) => {
      const { sockets, pong, told, write, flushed } = await inFlight();
      if (way === "release") sockets.release("s-1", "c-1");
      else await sockets.close("s-1", { at: 30, alive: true });
      write.reject(new Error("away"));
      await flushed;
      pong.mockResolvedValue("over");
      await sockets.flush();
      expect(told).not.toHaveBeenCalled();
    },
  );

  it("P5 P9 and those that still wait prove life until they came, when the socket is lost", async () => {
    const { sockets, cut, pong } = setUp();
    await sockets.bind("s-1", "c-1", 10, attendance);
    sockets.pong("s-1", 20);
    await sockets.close("s-1", { at: 30, alive: false });
    const written = pong.mock.calls.some(([id, at]) => id === "c-1" && at === 20);
    const told = cut.mock.calls.some(([id, , end]) => id === "c-1" && end.at === 20 && end.alive);
    expect(written || told).toBe(true);
    expect(cut).toHaveBeenCalledTimes(1);
  });
});
