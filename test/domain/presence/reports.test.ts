import { describe, expect, it } from "vitest";
import type { Activity, ConnectionEventKind, Evidence, Span } from "../../../src/domain/model.ts";
import { foldReports, type ReportedEvent } from "../../../src/domain/presence/reports.ts";
import { LEASE, open, over, student } from "./spans.ts";

const event = (kind: ConnectionEventKind, at: number, activity: Activity = "HEARTBEAT"): ReportedEvent => ({
  kind,
  at,
  activity,
});
const joined = (at: number, activity?: Activity) => event("CONNECT", at, activity);
const beat = (at: number, activity?: Activity) => event("HEARTBEAT", at, activity);
const left = (at: number) => event("DISCONNECT", at);

interface Moment {
  readonly now: number;
  readonly endedAt?: number;
  readonly evidence?: Exclude<Evidence, "LIVE">;
}
const fold = (events: readonly ReportedEvent[], { now, endedAt, evidence = "LEASED" }: Moment) =>
  foldReports({ ...student, evidence }, events, LEASE, now, endedAt ?? null);

const leased = <T extends Span>(span: T): T => ({ ...span, evidence: "LEASED" });
const intervals = <T extends Span>(span: T): T => ({ ...span, evidence: "INTERVALS" });
const now = 20_000;

describe("the fold of reported events", () => {
  it("P15 a coming, beats and a going make one span", () => {
    expect(fold([joined(1_000), beat(11_000), left(15_000)], { now })).toEqual([
      leased(over(1_000, 15_000, "DISCONNECTED")),
    ]);
  });

  it("P15 any order of arrival and any repetition give the same", () => {
    const events = [joined(1_000), beat(6_000, "IDLE"), beat(11_000, "DRAW"), left(15_000)];
    const told = fold(events, { now });
    expect(told).toHaveLength(3);
    expect(fold([...events].reverse(), { now })).toEqual(told);
    expect(fold([...events, ...events, left(15_000)], { now })).toEqual(told);
  });

  it("P15 at one moment a CONNECT comes before a HEARTBEAT before a DISCONNECT", () => {
    expect(fold([left(5_000), beat(5_000, "IDLE"), joined(5_000)], { now })).toEqual([
      leased(over(5_000, 5_000, "IDLE")),
      leased(over(5_000, 5_000, "DISCONNECTED", { seq: 1, active: false })),
    ]);
  });

  it("P15 of two activities told for one moment the active one holds from it on", () => {
    for (const events of [
      [joined(1_000), beat(5_000, "IDLE"), beat(5_000, "TYPE")],
      [joined(1_000), beat(5_000, "TYPE"), beat(5_000, "IDLE")],
    ]) {
      expect(fold(events, { now }).at(-1)).toMatchObject({ active: true, lastSeenAt: 5_000, endedAt: null });
    }
  });

  it.each(["HEARTBEAT", "DRAW", "TYPE", "ERASE"] as const)("P10 P15 %s is active, IDLE is not", (activity) => {
    expect(fold([joined(1_000, "IDLE"), beat(2_000, activity)], { now })).toEqual([
      leased(over(1_000, 2_000, "ACTIVE", { active: false })),
      leased(open(2_000, 2_000, { seq: 1 })),
    ]);
  });

  it("P15 what precedes the CONNECT counts nothing until it arrives", () => {
    const early = [beat(2_000), beat(8_000)];
    expect(fold(early, { now })).toEqual([]);
    expect(fold([left(9_000)], { now, endedAt: 15_000 })).toEqual([]);
    expect(fold([...early, joined(5_000)], { now })).toEqual([leased(open(5_000, 8_000))]);
    expect(fold([...early, joined(5_000), joined(1_000)], { now })).toEqual([leased(open(1_000, 8_000))]);
  });

  it("P15 a CONNECT while open is a heartbeat", () => {
    expect(fold([joined(1_000), joined(9_000)], { now })).toEqual([leased(open(1_000, 9_000))]);
    expect(fold([joined(1_000), joined(9_000, "IDLE")], { now })).toEqual(
      fold([joined(1_000), beat(9_000, "IDLE")], { now }),
    );
  });

  it("P15 what follows a DISCONNECT is ignored, a CONNECT too; one at the same moment is not", () => {
    const gone = [leased(over(1_000, 9_000, "DISCONNECTED"))];
    expect(fold([joined(1_000), left(9_000), beat(9_001), joined(10_000), left(12_000)], { now })).toEqual(gone);
    expect(fold([joined(1_000), left(9_000), beat(9_000)], { now })).toEqual(gone);
    expect(fold([joined(1_000), left(9_000), left(4_000)], { now })).toEqual([
      leased(over(1_000, 4_000, "DISCONNECTED")),
    ]);
  });
});

describe("the lease of reported connections", () => {
  const late = { now: 200_000 };

  it("P15 a gap longer than the lease ends the connection at the event before it, by one millisecond", () => {
    expect(fold([joined(0), beat(10_000), beat(10_000 + LEASE), left(50_000)], late)).toEqual([
      leased(over(0, 50_000, "DISCONNECTED")),
    ]);
    expect(fold([joined(0), beat(10_000), beat(10_000 + LEASE + 1), left(50_000)], late)).toEqual([
      leased(over(0, 10_000, "TIMED_OUT")),
    ]);
  });

  it("P15 a later report that fills the gap brings back what came after it", () => {
    const told = [joined(0), beat(60_000), left(80_000)];
    expect(fold(told, late)).toEqual([leased(over(0, 0, "TIMED_OUT"))]);
    expect(fold([...told, beat(30_000)], late)).toEqual([leased(over(0, 80_000, "DISCONNECTED"))]);
  });

  it("P15 a going that is reported after the lease ends nothing any more", () => {
    expect(fold([joined(0), left(LEASE)], late)).toEqual([leased(over(0, LEASE, "DISCONNECTED"))]);
    expect(fold([joined(0), left(LEASE + 1)], late)).toEqual([leased(over(0, 0, "TIMED_OUT"))]);
  });

  it("P15 whether the lease has run out by now is decided at once, to the millisecond", () => {
    expect(fold([joined(0), beat(10_000)], { now: 10_000 + LEASE })).toEqual([leased(open(0, 10_000))]);
    expect(fold([joined(0), beat(10_000)], { now: 10_000 + LEASE + 1 })).toEqual([
      leased(over(0, 10_000, "TIMED_OUT")),
    ]);
  });

  it("P12 P15 the end of the session closes what is open at its last proof of life, what ran out before timed out", () => {
    const events = [joined(0), beat(10_000)];
    expect(fold(events, { ...late, endedAt: 10_000 + LEASE })).toEqual([leased(over(0, 10_000, "SESSION_ENDED"))]);
    expect(fold(events, { ...late, endedAt: 10_000 + LEASE + 1 })).toEqual([leased(over(0, 10_000, "TIMED_OUT"))]);
    expect(fold([...events, left(12_000)], { ...late, endedAt: 15_000 })).toEqual([
      leased(over(0, 12_000, "DISCONNECTED")),
    ]);
  });
});

describe("evidence INTERVALS", () => {
  const late = { now: 9_000_000, evidence: "INTERVALS" } as const;

  it("P15 has no lease: open until its DISCONNECT", () => {
    expect(fold([joined(0)], late)).toEqual([intervals(open(0, 0))]);
    expect(fold([joined(0), left(5_400_000)], late)).toEqual([intervals(over(0, 5_400_000, "DISCONNECTED"))]);
  });

  it("P12 P15 or until the end of the session, which is no proof of life", () => {
    expect(fold([joined(0), beat(60_000)], { ...late, endedAt: 3_600_000 })).toEqual([
      { ...intervals(open(0, 60_000)), endedAt: 3_600_000, endReason: "SESSION_ENDED" },
    ]);
  });

  it("P10 P15 an activity that is told all the same holds from its event on", () => {
    expect(fold([joined(0), beat(60_000, "IDLE"), beat(600_000)], late)).toEqual([
      intervals(over(0, 60_000, "IDLE")),
      intervals(over(60_000, 600_000, "ACTIVE", { seq: 1, active: false })),
      intervals(open(600_000, 600_000, { seq: 2 })),
    ]);
  });
});
