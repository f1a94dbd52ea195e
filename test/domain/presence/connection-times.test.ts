import { describe, expect, it } from "vitest";
import { type ConnectionInput, stateOf, transition } from "../../../src/domain/presence/connection.ts";
import type { Lease } from "../../../src/domain/presence/lease.ts";
import type { EndReason, Span } from "../../../src/domain/model.ts";
import { LEASE, open, over, steady, student } from "./spans.ts";

const step = (tail: Span | null, input: ConnectionInput, lease = steady) => transition(student, tail, input, lease);

/** The spans after all inputs, as a ledger keeps them. */
function after(inputs: readonly ConnectionInput[], lease = steady): Span[] {
  const spans: Span[] = [];
  for (const input of inputs) for (const span of step(spans.at(-1) ?? null, input, lease).write) spans[span.seq] = span;
  return spans;
}

describe("the ends of a lease, to the millisecond", () => {
  const tail = open(0, 10_000);

  it("P5 a beat exactly a lease after the last proof of life is in time, one millisecond later it is not", () => {
    expect(stateOf(tail, 10_000 + LEASE, steady)).toBe("OPEN");
    expect(stateOf(tail, 10_000 + LEASE + 1, steady)).toBe("LAPSED");
    expect(step(tail, { kind: "BEAT", at: 10_000 + LEASE, active: null }).write).toEqual([open(0, 10_000 + LEASE)]);
    expect(step(tail, { kind: "BEAT", at: 10_000 + LEASE + 1, active: null }).write).toEqual([
      over(0, 10_000, "TIMED_OUT"),
    ]);
  });

  it("P13 within a bare lease there is no gap to leave out, one millisecond later there is", () => {
    const back: Lease = { length: LEASE, away: { from: 20_000, until: 44_000 } };
    expect(stateOf(tail, 10_000 + LEASE, back)).toBe("OPEN");
    expect(stateOf(tail, 10_000 + LEASE + 1, back)).toBe("RESUMABLE");
    expect(stateOf(tail, 44_000 + LEASE, back)).toBe("RESUMABLE");
    expect(stateOf(tail, 44_000 + LEASE + 1, back)).toBe("LAPSED");
  });

  it("P13 what goes on after an outage counts nothing in between and has a lease of its own", () => {
    const away = { from: 20_000, until: 100_000 };
    const spans = after(
      [
        { kind: "CONNECT", at: 0, active: null },
        { kind: "BEAT", at: 10_000, active: null },
        { kind: "BEAT", at: 101_000, active: null },
        { kind: "CHECK", at: 101_000 + LEASE + 1 },
      ],
      { length: LEASE, away },
    );
    expect(spans).toEqual([over(0, 10_000, "OUTAGE"), over(101_000, 101_000, "TIMED_OUT", { seq: 1 })]);
  });

  it("P5 a beat counts when it arrived, not when somebody came to handle it", () => {
    expect(step(tail, { kind: "BEAT", at: 30_000, active: true })).toMatchObject({ fact: null, outcome: "ok" });
    expect(stateOf(open(0, 30_000), 65_000, steady)).toBe("OPEN");
    expect(stateOf(open(0, 30_000), 65_001, steady)).toBe("LAPSED");
  });
});

describe("late, repeated and reordered", () => {
  const tail = open(5_000, 20_000);
  const late: ConnectionInput[] = [
    { kind: "CONNECT", at: 19_999, active: null },
    { kind: "BEAT", at: 19_999, active: true },
    { kind: "BEAT", at: 0, active: null },
  ];

  it.each(late.map((input) => [input.kind, input.at, input] as const))(
    "P6 a late %s, of %d, takes no proof of life back",
    (_kind, _at, input) => {
      expect(step(tail, input)).toEqual({ write: [tail], fact: null, outcome: "ok" });
    },
  );

  it("P6 a late change of activity holds from the last proof of life, not from before it", () => {
    expect(step(tail, { kind: "BEAT", at: 12_000, active: false }).write).toEqual([
      over(5_000, 20_000, "IDLE"),
      open(20_000, 20_000, { seq: 1, active: false }),
    ]);
  });

  it.each<[string, ConnectionInput, EndReason]>([
    ["a leaving", { kind: "LEAVE", at: 12_000 }, "DISCONNECTED"],
    ["a socket's end by its client", { kind: "CUT", at: 12_000, alive: true }, "SOCKET_CLOSED"],
    ["a lost socket", { kind: "CUT", at: 12_000, alive: false }, "SOCKET_CLOSED"],
    ["the end of the session", { kind: "END", at: 12_000 }, "SESSION_ENDED"],
  ])("P6 %s that is told late ends at the last proof of life, not before", (_, input, reason) => {
    expect(step(tail, input).write).toEqual([over(5_000, 20_000, reason)]);
  });

  it("P12 P15 an INTERVALS connection that spoke after the end of the session ends when it spoke", () => {
    const spoke = open(5_000, 20_000, { evidence: "INTERVALS" });
    expect(step(spoke, { kind: "END", at: 19_999 }).write).toEqual([
      { ...spoke, endedAt: 20_000, endReason: "SESSION_ENDED" },
    ]);
    expect(step(spoke, { kind: "END", at: 20_001 }).write).toEqual([
      { ...spoke, endedAt: 20_001, endReason: "SESSION_ENDED" },
    ]);
  });

  it.each<[string, ConnectionInput]>([
    ["a CONNECT", { kind: "CONNECT", at: 7_000, active: false }],
    ["a pong", { kind: "BEAT", at: 7_000, active: null }],
    ["a heartbeat that flips", { kind: "BEAT", at: 7_000, active: false }],
    ["a leaving", { kind: "LEAVE", at: 7_000 }],
    ["a socket's end", { kind: "CUT", at: 7_000, alive: true }],
    ["the end of the session", { kind: "END", at: 7_000 }],
  ])("P6 %s twice is the same once", (_, input) => {
    const start: ConnectionInput = { kind: "CONNECT", at: 1_000, active: null };
    expect(after([start, input, input])).toEqual(after([start, input]));
  });

  it("P10 several changes at one moment leave spans without length behind, and the last word", () => {
    const spans = after([
      { kind: "CONNECT", at: 1_000, active: null },
      { kind: "BEAT", at: 3_000, active: false },
      { kind: "BEAT", at: 3_000, active: true },
      { kind: "LEAVE", at: 4_000 },
    ]);
    expect(spans).toEqual([
      over(1_000, 3_000, "IDLE"),
      over(3_000, 3_000, "ACTIVE", { seq: 1, active: false }),
      over(3_000, 4_000, "DISCONNECTED", { seq: 2 }),
    ]);
  });

  it("P6 leaves the span that it is given as it was", () => {
    const given = Object.freeze(open(0, 10_000));
    step(given, { kind: "BEAT", at: 20_000, active: false });
    expect(given).toEqual(open(0, 10_000));
  });
});
