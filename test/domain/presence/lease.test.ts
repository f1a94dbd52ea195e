import { describe, expect, it } from "vitest";
import { awayBy, creditedUntil, expiresAt, isLive, looked, type Watch } from "../../../src/domain/presence/lease.ts";
import { LEASE, open, over, steady } from "./spans.ts";

const TOLERANCE = 5_000;
const lookedAfter = (watch: Watch | null, now: number) => looked(watch, now, TOLERANCE, LEASE);
const away = (watch: Watch | null, now: number) => awayBy(watch, now, TOLERANCE, LEASE);
const withAway = (from: number, until: number) => ({ length: LEASE, away: { from, until } });

describe("expiresAt, isLive", () => {
  it("P5 a lease runs from the last proof of life; its last millisecond is alive, the next is not", () => {
    const span = open(0, 10_000);
    expect(expiresAt(span, steady)).toBe(45_000);
    expect(isLive(span, 45_000, steady)).toBe(true);
    expect(isLive(span, 45_001, steady)).toBe(false);
  });

  it("P5 what has ended is not live, also before the moment of its end", () => {
    expect(isLive(over(0, 10_000, "DISCONNECTED"), 9_999, steady)).toBe(false);
    expect(isLive(over(0, 10_000, "SESSION_ENDED", { evidence: "INTERVALS" }), 10_000, steady)).toBe(false);
  });

  it("P13 who was alive when the servers went away has a whole lease from their return", () => {
    expect(expiresAt(open(0, 10_000), withAway(20_000, 100_000))).toBe(135_000);
  });

  it("P13 the lease that ran out in the very millisecond in which they went still lives, one before is over", () => {
    expect(expiresAt(open(0, 10_000), withAway(45_000, 100_000))).toBe(135_000);
    expect(expiresAt(open(0, 10_000), withAway(45_001, 100_000))).toBe(45_000);
  });

  it("P13 who proved life after their return has the lease of that proof, and nobody loses by an absence", () => {
    expect(expiresAt(open(0, 100_000), withAway(20_000, 100_000))).toBe(135_000);
    expect(expiresAt(open(0, 100_001), withAway(20_000, 100_000))).toBe(135_001);
    expect(expiresAt(open(0, 30_000), withAway(20_000, 25_000))).toBe(65_000);
    expect(expiresAt(open(0, 24_000), withAway(20_000, 25_000))).toBe(60_000);
  });

  it("P15 reported connections know no absence of ours: LEASED has the bare lease, INTERVALS none", () => {
    const lease = withAway(20_000, 100_000);
    expect(expiresAt(open(0, 10_000, { evidence: "LEASED" }), lease)).toBe(45_000);
    expect(expiresAt(open(0, 10_000, { evidence: "INTERVALS" }), lease)).toBe(Number.POSITIVE_INFINITY);
    expect(isLive(open(0, 10_000, { evidence: "INTERVALS" }), 1e12, steady)).toBe(true);
  });
});

describe("creditedUntil", () => {
  it("P5 what is open is credited to its last proof of life, what has ended to its end", () => {
    expect(creditedUntil(open(0, 10_000), 20_000)).toBe(10_000);
    expect(creditedUntil(open(0, 10_000, { evidence: "LEASED" }), 20_000)).toBe(10_000);
    expect(creditedUntil(over(0, 10_000, "TIMED_OUT"), 20_000)).toBe(10_000);
  });

  it("P15 open INTERVALS evidence runs until now, and until its last event where that lies ahead of us", () => {
    const span = open(0, 10_000, { evidence: "INTERVALS" });
    expect(creditedUntil(span, 20_000)).toBe(20_000);
    expect(creditedUntil(span, 9_000)).toBe(10_000);
    expect(creditedUntil({ ...span, endedAt: 12_000, endReason: "SESSION_ENDED" }, 20_000)).toBe(12_000);
  });
});

describe("awayBy", () => {
  const watch: Watch = { aliveAt: 100_000, away: { from: 10_000, until: 20_000 } };

  it("P13 servers of which there is no record were never away", () => {
    expect(away(null, 100_000)).toBeNull();
  });

  it("P13 who looked within the tolerance was there, one millisecond more is an absence until now", () => {
    expect(away(watch, 105_000)).toEqual({ from: 10_000, until: 20_000 });
    expect(away(watch, 105_001)).toEqual({ from: 100_000, until: 105_001 });
    expect(away({ aliveAt: 100_000, away: null }, 105_000)).toBeNull();
  });

  it("P13 an absence goes on for as long as nobody looks", () => {
    expect(away(watch, 200_000)).toEqual({ from: 100_000, until: 200_000 });
    expect(away(watch, 300_000)).toEqual({ from: 100_000, until: 300_000 });
  });

  it("P13 one that begins within a lease of the last goes on with it, one millisecond later it is one of its own", () => {
    const after = (aliveAt: number) => away({ ...watch, aliveAt }, 200_000);
    expect(after(20_000 + LEASE)).toEqual({ from: 10_000, until: 200_000 });
    expect(after(20_000 + LEASE + 1)).toEqual({ from: 20_000 + LEASE + 1, until: 200_000 });
  });
});

describe("looked", () => {
  it("P13 keeps when somebody last looked, and the latest absence", () => {
    expect(lookedAfter(null, 1_000)).toEqual({ aliveAt: 1_000, away: null });
    const one = lookedAfter({ aliveAt: 1_000, away: null }, 6_000);
    expect(one).toEqual({ aliveAt: 6_000, away: null });
    expect(lookedAfter(one, 11_001)).toEqual({ aliveAt: 11_001, away: { from: 6_000, until: 11_001 } });
  });

  it("P13 what came to one process and could not be written there is an absence, although others could write", () => {
    const seen: Watch = { aliveAt: 9_000, away: null };
    const unwritten = (since: number) => looked(seen, 10_000, TOLERANCE, LEASE, since);
    expect(unwritten(4_999)).toEqual({ aliveAt: 10_000, away: { from: 4_999, until: 10_000 } });
    expect(unwritten(5_000)).toEqual({ aliveAt: 10_000, away: null });
    // What others write in between leaves it as it is, and it goes on.
    const others = lookedAfter(unwritten(4_999), 11_000);
    expect(others).toEqual({ aliveAt: 11_000, away: { from: 4_999, until: 10_000 } });
    expect(looked(others, 12_000, TOLERANCE, LEASE, 4_999).away).toEqual({ from: 4_999, until: 12_000 });
  });

  it("P14 a process whose look comes late does not turn the record back", () => {
    expect(lookedAfter({ aliveAt: 6_000, away: null }, 5_900)).toEqual({ aliveAt: 6_000, away: null });
  });

  it("P13 nobody is declared gone between absences that follow each other, however many", () => {
    const span = open(0, 10_000);
    let watch: Watch = { aliveAt: 20_000, away: null };
    for (const back of [60_000, 110_000, 160_000]) {
      // Away until then, there again for 15 s: less than a lease to prove life in.
      watch = lookedAfter(watch, back);
      for (let now = back; now <= back + 15_000; now += 1_000) {
        watch = lookedAfter(watch, now);
        expect(isLive(span, now, { length: LEASE, away: watch.away })).toBe(true);
      }
    }
    expect(watch).toEqual({ aliveAt: 175_000, away: { from: 20_000, until: 160_000 } });
    expect(expiresAt(span, { length: LEASE, away: watch.away })).toBe(195_000);
  });

  it("P13 whose whole lease ran out in between stays gone through a next absence", () => {
    const span = open(0, 10_000);
    const gone: Watch = { aliveAt: 60_000 + LEASE + 1, away: { from: 20_000, until: 60_000 } };
    expect(isLive(span, gone.aliveAt, { length: LEASE, away: gone.away })).toBe(false);
    const later = away(gone, 300_000);
    expect(isLive(span, 300_000, { length: LEASE, away: later })).toBe(false);
  });
});
