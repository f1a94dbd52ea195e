import { describe, expect, it } from "vitest";
import {
  type ConnectionInput,
  type ConnectionState,
  stateOf,
  transition,
  type Transition,
} from "../../../src/domain/presence/connection.ts";
import type { Lease } from "../../../src/domain/presence/lease.ts";
import type { EndReason, Millis, Span } from "../../../src/domain/model.ts";
import { LEASE, open, over, steady, student } from "./spans.ts";

/** When every input of the table happens. */
const NOW = 200_000;
const BORN = 20_000;

const inputs = {
  "CONNECT null": { kind: "CONNECT", at: NOW, active: null },
  "CONNECT true": { kind: "CONNECT", at: NOW, active: true },
  "CONNECT false": { kind: "CONNECT", at: NOW, active: false },
  "BEAT null": { kind: "BEAT", at: NOW, active: null },
  "BEAT true": { kind: "BEAT", at: NOW, active: true },
  "BEAT false": { kind: "BEAT", at: NOW, active: false },
  LEAVE: { kind: "LEAVE", at: NOW },
  "CUT alive": { kind: "CUT", at: NOW, alive: true },
  "CUT dead": { kind: "CUT", at: NOW, alive: false },
  CHECK: { kind: "CHECK", at: NOW },
  END: { kind: "END", at: NOW },
} as const satisfies Record<string, ConnectionInput>;
type InputName = keyof typeof inputs;

interface Situation {
  readonly state: ConnectionState;
  readonly tail: Span | null;
  readonly lease: Lease;
}

const back: Lease = { length: LEASE, away: { from: NOW - 70_000, until: NOW - 10_000 } };
/** The third span of its connection, so that the next one must be the fourth. */
const tailSeen = (seen: Millis, more: Partial<Span> = {}) => open(BORN, seen, { seq: 2, ...more });

const situations = {
  NEW: { state: "NEW", tail: null, lease: steady },
  "OPEN active": { state: "OPEN", tail: tailSeen(NOW - 10_000), lease: steady },
  "OPEN idle": { state: "OPEN", tail: tailSeen(NOW - 10_000, { active: false }), lease: steady },
  "RESUMABLE active": { state: "RESUMABLE", tail: tailSeen(NOW - 75_000), lease: back },
  "RESUMABLE idle": { state: "RESUMABLE", tail: tailSeen(NOW - 75_000, { active: false }), lease: back },
  LAPSED: { state: "LAPSED", tail: tailSeen(NOW - LEASE - 1), lease: steady },
  CLOSED: { state: "CLOSED", tail: over(BORN, NOW - 10_000, "DISCONNECTED", { seq: 2 }), lease: steady },
  "LEASED, silent while the servers were away": {
    state: "LAPSED",
    tail: tailSeen(NOW - 75_000, { evidence: "LEASED" }),
    lease: back,
  },
  "INTERVALS, silent for longer than any lease": {
    state: "OPEN",
    tail: tailSeen(NOW - 75_000, { evidence: "INTERVALS" }),
    lease: steady,
  },
} as const satisfies Record<string, Situation>;
type SituationName = keyof typeof situations;

interface Cell extends Transition {
  readonly rules: string;
}

const ok = (rules: string, fact: Transition["fact"], ...write: Span[]): Cell => ({ rules, write, fact, outcome: "ok" });
const unknown: Cell = { rules: "P5", write: [], fact: null, outcome: "unknown" };
const changesNothing = (rules: string): Cell => ({ rules, write: [], fact: null, outcome: "over" });

/** What may become of a situation's tail. `gone` is when it was last seen. */
function words(tail: Span, gone: Millis) {
  const ends = (reason: EndReason, endedAt: Millis, lastSeenAt = endedAt) => ({
    ...tail,
    lastSeenAt,
    endedAt,
    endReason: reason,
  });
  return {
    seen: { ...tail, lastSeenAt: NOW },
    endsNow: (reason: EndReason) => ends(reason, NOW),
    endsWhenLastSeen: (reason: EndReason) => ends(reason, gone),
    endsNowLastSeenBefore: (reason: EndReason) => ends(reason, NOW, gone),
    goesOn: (active: boolean) => open(NOW, NOW, { seq: 3, active, evidence: tail.evidence }),
  };
}
const active = words(situations["OPEN active"].tail, NOW - 10_000);
const idle = words(situations["OPEN idle"].tail, NOW - 10_000);
const resumable = words(situations["RESUMABLE active"].tail, NOW - 75_000);
const drowsy = words(situations["RESUMABLE idle"].tail, NOW - 75_000);
const lapsed = words(situations.LAPSED.tail, NOW - LEASE - 1);
const leased = words(situations["LEASED, silent while the servers were away"].tail, NOW - 75_000);
const intervals = words(situations["INTERVALS, silent for longer than any lease"].tail, NOW - 75_000);

const timedOut = (rules: string, { endsWhenLastSeen }: typeof lapsed): Cell => ({
  rules,
  write: [endsWhenLastSeen("TIMED_OUT")],
  fact: "TIMED_OUT",
  outcome: "over",
});
const everyInput = (cell: Cell): Record<InputName, Cell> => ({
  "CONNECT null": cell,
  "CONNECT true": cell,
  "CONNECT false": cell,
  "BEAT null": cell,
  "BEAT true": cell,
  "BEAT false": cell,
  LEAVE: cell,
  "CUT alive": cell,
  "CUT dead": cell,
  CHECK: cell,
  END: cell,
});

const table: Record<SituationName, Record<InputName, Cell>> = {
  NEW: {
    "CONNECT null": ok("P1", "CONNECTED", open(NOW, NOW)),
    "CONNECT true": ok("P1 P15", "CONNECTED", open(NOW, NOW)),
    "CONNECT false": ok("P10 P15", "CONNECTED", open(NOW, NOW, { active: false })),
    "BEAT null": unknown,
    "BEAT true": unknown,
    "BEAT false": unknown,
    LEAVE: unknown,
    "CUT alive": unknown,
    "CUT dead": unknown,
    CHECK: unknown,
    END: unknown,
  },
  "OPEN active": {
    "CONNECT null": ok("P3", null, active.seen),
    "CONNECT true": ok("P15", null, active.seen),
    "CONNECT false": ok("P10 P15", "ACTIVITY", active.endsNow("IDLE"), active.goesOn(false)),
    "BEAT null": ok("P9", null, active.seen),
    "BEAT true": ok("P4", null, active.seen),
    "BEAT false": ok("P10", "ACTIVITY", active.endsNow("IDLE"), active.goesOn(false)),
    LEAVE: ok("P5", "DISCONNECTED", active.endsNow("DISCONNECTED")),
    "CUT alive": ok("P8", "DISCONNECTED", active.endsNow("SOCKET_CLOSED")),
    "CUT dead": ok("P8", "DISCONNECTED", active.endsWhenLastSeen("SOCKET_CLOSED")),
    CHECK: ok("P5", null),
    END: ok("P12", "SESSION_ENDED", active.endsWhenLastSeen("SESSION_ENDED")),
  },
  "OPEN idle": {
    "CONNECT null": ok("P3", null, idle.seen),
    "CONNECT true": ok("P10 P15", "ACTIVITY", idle.endsNow("ACTIVE"), idle.goesOn(true)),
    "CONNECT false": ok("P15", null, idle.seen),
    "BEAT null": ok("P9 P10", null, idle.seen),
    "BEAT true": ok("P10", "ACTIVITY", idle.endsNow("ACTIVE"), idle.goesOn(true)),
    "BEAT false": ok("P10", null, idle.seen),
    LEAVE: ok("P5", "DISCONNECTED", idle.endsNow("DISCONNECTED")),
    "CUT alive": ok("P8", "DISCONNECTED", idle.endsNow("SOCKET_CLOSED")),
    "CUT dead": ok("P8", "DISCONNECTED", idle.endsWhenLastSeen("SOCKET_CLOSED")),
    CHECK: ok("P5", null),
    END: ok("P12", "SESSION_ENDED", idle.endsWhenLastSeen("SESSION_ENDED")),
  },
  "RESUMABLE active": {
    "CONNECT null": ok("P3 P13", null, resumable.endsWhenLastSeen("OUTAGE"), resumable.goesOn(true)),
    "CONNECT true": ok("P13", null, resumable.endsWhenLastSeen("OUTAGE"), resumable.goesOn(true)),
    "CONNECT false": ok("P10 P13", "ACTIVITY", resumable.endsWhenLastSeen("OUTAGE"), resumable.goesOn(false)),
    "BEAT null": ok("P9 P13", null, resumable.endsWhenLastSeen("OUTAGE"), resumable.goesOn(true)),
    "BEAT true": ok("P13", null, resumable.endsWhenLastSeen("OUTAGE"), resumable.goesOn(true)),
    "BEAT false": ok("P10 P13", "ACTIVITY", resumable.endsWhenLastSeen("OUTAGE"), resumable.goesOn(false)),
    LEAVE: ok("P13", "DISCONNECTED", resumable.endsWhenLastSeen("DISCONNECTED")),
    "CUT alive": ok("P8 P13", "DISCONNECTED", resumable.endsWhenLastSeen("SOCKET_CLOSED")),
    "CUT dead": ok("P8 P13", "DISCONNECTED", resumable.endsWhenLastSeen("SOCKET_CLOSED")),
    CHECK: ok("P13", null),
    END: ok("P12 P13", "SESSION_ENDED", resumable.endsWhenLastSeen("SESSION_ENDED")),
  },
  "RESUMABLE idle": {
    "CONNECT null": ok("P3 P13", null, drowsy.endsWhenLastSeen("OUTAGE"), drowsy.goesOn(false)),
    "CONNECT true": ok("P10 P13", "ACTIVITY", drowsy.endsWhenLastSeen("OUTAGE"), drowsy.goesOn(true)),
    "CONNECT false": ok("P13", null, drowsy.endsWhenLastSeen("OUTAGE"), drowsy.goesOn(false)),
    "BEAT null": ok("P9 P13", null, drowsy.endsWhenLastSeen("OUTAGE"), drowsy.goesOn(false)),
    "BEAT true": ok("P10 P13", "ACTIVITY", drowsy.endsWhenLastSeen("OUTAGE"), drowsy.goesOn(true)),
    "BEAT false": ok("P10 P13", null, drowsy.endsWhenLastSeen("OUTAGE"), drowsy.goesOn(false)),
    LEAVE: ok("P13", "DISCONNECTED", drowsy.endsWhenLastSeen("DISCONNECTED")),
    "CUT alive": ok("P8 P13", "DISCONNECTED", drowsy.endsWhenLastSeen("SOCKET_CLOSED")),
    "CUT dead": ok("P8 P13", "DISCONNECTED", drowsy.endsWhenLastSeen("SOCKET_CLOSED")),
    CHECK: ok("P13", null),
    END: ok("P12 P13", "SESSION_ENDED", drowsy.endsWhenLastSeen("SESSION_ENDED")),
  },
  LAPSED: everyInput(timedOut("P5", lapsed)),
  CLOSED: everyInput(changesNothing("P6")),
  "LEASED, silent while the servers were away": everyInput(timedOut("P13 P15", leased)),
  "INTERVALS, silent for longer than any lease": {
    "CONNECT null": ok("P15", null, intervals.seen),
    "CONNECT true": ok("P15", null, intervals.seen),
    "CONNECT false": ok("P10 P15", "ACTIVITY", intervals.endsNow("IDLE"), intervals.goesOn(false)),
    "BEAT null": ok("P15", null, intervals.seen),
    "BEAT true": ok("P15", null, intervals.seen),
    "BEAT false": ok("P10 P15", "ACTIVITY", intervals.endsNow("IDLE"), intervals.goesOn(false)),
    LEAVE: ok("P15", "DISCONNECTED", intervals.endsNow("DISCONNECTED")),
    "CUT alive": ok("P15", "DISCONNECTED", intervals.endsNow("SOCKET_CLOSED")),
    "CUT dead": ok("P15", "DISCONNECTED", intervals.endsWhenLastSeen("SOCKET_CLOSED")),
    CHECK: ok("P15", null),
    END: ok("P12 P15", "SESSION_ENDED", intervals.endsNowLastSeenBefore("SESSION_ENDED")),
  },
};

describe.each(Object.keys(table) as SituationName[])("transition of a connection that is %s", (name) => {
  const { tail, lease, state } = situations[name];
  const who = { ...student, evidence: tail?.evidence ?? student.evidence };

  it(`P5 P13 is in the state ${state}`, () => {
    expect(stateOf(tail, NOW, lease)).toBe(state);
  });

  for (const input of Object.keys(inputs) as InputName[]) {
    const { rules, ...expected } = table[name][input];
    const spans = ["no span", "a span", "two spans"][expected.write.length];
    it(`${rules} ${input} is ${expected.outcome}, writes ${spans}, tells ${expected.fact ?? "nobody"}`, () => {
      expect(transition(who, tail, inputs[input], lease)).toEqual(expected);
    });
  }
});

it("P15 the first span is whoever's the connection is, with its evidence", () => {
  const tutor = { id: "c-9", userId: 1, role: "TUTOR", evidence: "INTERVALS" } as const;
  expect(transition(tutor, null, inputs["CONNECT null"], steady).write).toEqual([
    open(NOW, NOW, { connectionId: "c-9", userId: 1, role: "TUTOR", evidence: "INTERVALS" }),
  ]);
});
