import { describe, expect, it } from "vitest";
import type { Lease } from "../../../src/domain/presence/lease.ts";
import type { Span } from "../../../src/domain/model.ts";
import {
  anybodyConnected,
  connectionLog,
  evidenceOf,
  lastProofOfLife,
  summarise,
  tails,
} from "../../../src/domain/presence/presence.ts";
import { LEASE, open, over, steady } from "./spans.ts";

const of = (spans: readonly Span[], now: number, lease: Lease = steady) => summarise(spans, "STUDENT", now, lease);

describe("summarise", () => {
  it("D4 P1 nobody ever connected: nothing is known", () => {
    expect(of([], 0)).toEqual({
      connectedAt: null,
      disconnectedAt: null,
      lastActivityAt: null,
      totalActiveSeconds: 0,
      openConnections: 0,
      active: false,
    });
  });

  it("D4 one who is there: first connection, last proof of life, and no leaving", () => {
    expect(of([open(1_000, 31_000)], 40_000)).toEqual({
      connectedAt: 1_000,
      disconnectedAt: null,
      lastActivityAt: 31_000,
      totalActiveSeconds: 30,
      openConnections: 1,
      active: true,
    });
  });

  it("D4 one who left and came back: the first coming stays, the leaving is cleared, then set again", () => {
    const first = over(1_000, 11_000, "DISCONNECTED");
    expect(of([first], 20_000)).toMatchObject({ connectedAt: 1_000, disconnectedAt: 11_000, openConnections: 0 });
    const again = [first, open(30_000, 35_000, { connectionId: "c-2" })];
    expect(of(again, 36_000)).toMatchObject({ connectedAt: 1_000, disconnectedAt: null, totalActiveSeconds: 15 });
    const gone = [first, over(30_000, 38_000, "SOCKET_CLOSED", { connectionId: "c-2" })];
    expect(of(gone, 39_000)).toMatchObject({ connectedAt: 1_000, disconnectedAt: 38_000, totalActiveSeconds: 18 });
  });

  it("D4 a reported earlier connection moves the first coming, a later one does not", () => {
    const reported = (from: number) => over(from, 90_000, "DISCONNECTED", { connectionId: "r", evidence: "LEASED" });
    expect(of([open(5_000, 6_000), reported(2_000)], 100_000).connectedAt).toBe(2_000);
    expect(of([open(5_000, 6_000), reported(7_000)], 100_000).connectedAt).toBe(5_000);
  });

  it("P7 of two connections at once one may close: still connected, and the overlap counts once", () => {
    const closed = over(0, 60_000, "DISCONNECTED");
    const other = open(30_000, 90_000, { connectionId: "c-2" });
    expect(of([closed, other], 95_000)).toMatchObject({
      disconnectedAt: null,
      openConnections: 1,
      totalActiveSeconds: 90,
    });
    expect(of([open(0, 60_000), other], 60_000)).toMatchObject({ openConnections: 2, totalActiveSeconds: 90 });
  });

  it("P5 a lease that has run out shows as ended at the last proof of life, from the millisecond on", () => {
    const span = open(1_000, 31_000);
    expect(of([span], 31_000 + LEASE)).toMatchObject({ disconnectedAt: null, openConnections: 1, active: true });
    const swept = over(1_000, 31_000, "TIMED_OUT");
    expect(of([span], 31_000 + LEASE + 1)).toEqual(of([swept], 31_000 + LEASE + 1));
    expect(of([span], 31_000 + LEASE + 1)).toEqual({
      connectedAt: 1_000,
      disconnectedAt: 31_000,
      lastActivityAt: 31_000,
      totalActiveSeconds: 30,
      openConnections: 0,
      active: false,
    });
  });

  it("P13 after an absence of ours nobody shows as gone until a lease after our return", () => {
    const lease = { length: LEASE, away: { from: 40_000, until: 100_000 } };
    expect(of([open(1_000, 31_000)], 135_000, lease)).toMatchObject({ openConnections: 1, totalActiveSeconds: 30 });
    expect(of([open(1_000, 31_000)], 135_001, lease)).toMatchObject({ openConnections: 0, disconnectedAt: 31_000 });
  });

  it("P10 idle is connected, not active, and counts nothing", () => {
    const idle = open(21_000, 31_000, { seq: 1, active: false });
    const spans = [over(1_000, 21_000, "IDLE"), idle];
    expect(of(spans, 32_000)).toMatchObject({ openConnections: 1, active: false, totalActiveSeconds: 20 });
    const tabs = [...spans, open(31_000, 32_000, { connectionId: "c-2" })];
    expect(of(tabs, 32_000)).toMatchObject({ openConnections: 2, active: true, totalActiveSeconds: 21 });
  });

  it("P5 an active connection whose lease ran out makes nobody active beside an idle one that lives", () => {
    const spans = [open(0, 1_000), open(0, 40_000, { connectionId: "c-2", active: false })];
    expect(of(spans, 1_000 + LEASE).active).toBe(true);
    expect(of(spans, 1_000 + LEASE + 1)).toMatchObject({ openConnections: 1, active: false });
  });

  it("D4 whole seconds are rounded down, after adding up", () => {
    expect(of([over(0, 1_999, "DISCONNECTED")], 5_000).totalActiveSeconds).toBe(1);
    expect(of([over(0, 2_000, "DISCONNECTED")], 5_000).totalActiveSeconds).toBe(2);
    const halves = [over(0, 1_500, "DISCONNECTED"), over(3_000, 4_500, "DISCONNECTED", { connectionId: "c-2" })];
    expect(of(halves, 5_000).totalActiveSeconds).toBe(3);
  });

  it("P15 an open INTERVALS connection is evidence until now, and never runs out", () => {
    const span = open(0, 1_000, { evidence: "INTERVALS" });
    expect(of([span], 3_600_000)).toEqual({
      connectedAt: 0,
      disconnectedAt: null,
      lastActivityAt: 1_000,
      totalActiveSeconds: 3_600,
      openConnections: 1,
      active: true,
    });
    const ended = { ...span, endedAt: 60_000, endReason: "SESSION_ENDED" } as const;
    expect(of([ended], 3_600_000)).toMatchObject({ disconnectedAt: 60_000, lastActivityAt: 1_000 });
  });

  it("P2 counts nothing of the other participant", () => {
    const tutor = open(500, 20_000, { connectionId: "t", userId: 1, role: "TUTOR" });
    expect(of([tutor], 20_000)).toEqual(of([], 20_000));
    expect(of([tutor, open(1_000, 11_000)], 20_000)).toEqual(of([open(1_000, 11_000)], 20_000));
    expect(summarise([tutor], "TUTOR", 20_000, steady)).toMatchObject({ connectedAt: 500, openConnections: 1 });
  });
});

describe("evidenceOf", () => {
  it("P5 S7 tells every stretch as credited until now, and whether anybody is still there", () => {
    const spans = [
      over(0, 10_000, "IDLE"),
      open(10_000, 20_000, { seq: 1, active: false }),
      open(0, 99_000, { connectionId: "t", userId: 1, role: "TUTOR" }),
    ];
    const intervals = [
      { from: 0, to: 10_000, active: true },
      { from: 10_000, to: 20_000, active: false },
    ];
    expect(evidenceOf(spans, "STUDENT", 20_000 + LEASE, steady)).toEqual({ connected: true, intervals });
    expect(evidenceOf(spans, "STUDENT", 20_000 + LEASE + 1, steady)).toEqual({ connected: false, intervals });
  });
});

describe("the last proof of life and the tails", () => {
  it("P16 is the latest of anybody; a server's close or a session's end is none", () => {
    expect(lastProofOfLife([])).toBeNull();
    const ended = {
      ...open(0, 10_000, { evidence: "INTERVALS" }),
      endedAt: 99_000,
      endReason: "SESSION_ENDED",
    } as const;
    expect(lastProofOfLife([ended, open(0, 12_000, { role: "TUTOR" }), open(0, 11_000)])).toBe(12_000);
  });

  it("P14 the tail of a connection is its latest span, in whichever order they come", () => {
    const [a0, a1, a2] = [over(0, 1, "IDLE"), over(1, 2, "ACTIVE", { seq: 1 }), open(2, 3, { seq: 2 })];
    const b0 = open(0, 5, { connectionId: "c-2" });
    expect(tails([a0, a1, a2, b0])).toEqual([a2, b0]);
    expect(tails([a2, b0, a0, a1])).toEqual([a2, b0]);
    expect(tails([])).toEqual([]);
  });

  it("P16 anybody is connected while one of either role has a lease left", () => {
    expect(anybodyConnected([], 0, steady)).toBe(false);
    const spans = [over(0, 5_000, "DISCONNECTED"), open(0, 10_000, { connectionId: "t", userId: 1, role: "TUTOR" })];
    expect(anybodyConnected(spans, 10_000 + LEASE, steady)).toBe(true);
    expect(anybodyConnected(spans, 10_000 + LEASE + 1, steady)).toBe(false);
  });
});

describe("connectionLog", () => {
  const brief = (spans: readonly Span[]) => connectionLog(spans).map(({ event, timestamp }) => `${event} ${timestamp}`);
  const MORNING = Date.UTC(2025, 0, 6, 10);

  it("D4 tells every coming and going, in the words that plain SQL knows", () => {
    const spans = [
      over(MORNING, MORNING + 5_250, "DISCONNECTED"),
      open(MORNING + 1_000, MORNING + 2_000, { connectionId: "t", userId: 1, role: "TUTOR" }),
    ];
    expect(connectionLog(spans)).toEqual([
      {
        user_id: 2,
        user_type: "student",
        event: "connect",
        timestamp: "2025-01-06T10:00:00.000Z",
        connection_id: "c-1",
      },
      { user_id: 1, user_type: "tutor", event: "connect", timestamp: "2025-01-06T10:00:01.000Z", connection_id: "t" },
      {
        user_id: 2,
        user_type: "student",
        event: "disconnect",
        timestamp: "2025-01-06T10:00:05.250Z",
        connection_id: "c-1",
      },
    ]);
  });

  it.each([
    ["DISCONNECTED", "disconnect"],
    ["SOCKET_CLOSED", "disconnect"],
    ["SESSION_ENDED", "disconnect"],
    ["TIMED_OUT", "timeout"],
  ] as const)("D4 a connection that ended %s is a %s", (reason, event) => {
    expect(connectionLog([over(0, 1, reason)]).map((entry) => entry.event)).toEqual(["connect", event]);
  });

  it.each(["IDLE", "ACTIVE", "OUTAGE"] as const)(
    "D4 a span that ended %s is no going, its next no coming",
    (reason) => {
      const spans = [over(0, 1_000, reason), over(1_000, 2_000, "DISCONNECTED", { seq: 1 })];
      expect(brief(spans)).toEqual(["connect 1970-01-01T00:00:00.000Z", "disconnect 1970-01-01T00:00:02.000Z"]);
    },
  );

  it("D4 of one moment a coming stands before its going, one connection after the other, however they were read", () => {
    const moment = (connectionId: string) => [
      over(5, 5, "OUTAGE", { connectionId }),
      over(5, 5, "TIMED_OUT", { connectionId, seq: 1 }),
    ];
    const told = ["c-1 connect", "c-1 timeout", "c-2 connect", "c-2 timeout", "c-3 connect", "c-3 timeout"];
    for (const order of [
      ["c-1", "c-2", "c-3"],
      ["c-2", "c-3", "c-1"],
    ]) {
      const spans = order.flatMap(moment);
      for (const read of [spans, [...spans].reverse()]) {
        const log = connectionLog(read);
        expect(log.map((entry) => `${entry.connection_id} ${entry.event}`)).toEqual(told);
      }
    }
  });

  it("D4 keeps the newest 200 in the order of their times, whatever the order of the spans", () => {
    const spans = Array.from({ length: 101 }, (_, i) =>
      over(i * 10, i * 10 + 15, "DISCONNECTED", { connectionId: `c-${i}` }),
    );
    const log = connectionLog(spans.slice(0, 100).reverse());
    expect(log).toHaveLength(200);
    expect(log[0]).toMatchObject({ event: "connect", connection_id: "c-0" });
    const longer = connectionLog(spans.reverse());
    expect(longer).toHaveLength(200);
    expect(longer[0]).toMatchObject({
      event: "disconnect",
      connection_id: "c-0",
      timestamp: new Date(15).toISOString(),
    });
    expect(longer[199]).toMatchObject({ event: "disconnect", connection_id: "c-100" });
    const times = longer.map((entry) => entry.timestamp);
    expect(times).toEqual([...times].sort());
  });
});
