import { expect, test } from "vitest";
import { extent, lengthOf, type Span, ticks, timelineOf, within } from "../../../console/lesson/timeline-model.ts";
import { ServerClock } from "../../../console/net/server-clock.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-03-02T16:00:00Z");
const at = (minute: number) => START + minute * MINUTE;

/** From minute to minute of the lesson; to null: it runs. */
function span(connectionId: string, from: number, to: number | null, active = true): Span {
  const time = (minute: number) => new Date(at(minute)).toISOString();
  const endedAt = to === null ? null : time(to);
  const endReason = to === null ? null : "SOCKET_CLOSED";
  return { connectionId, role: "STUDENT", active, startedAt: time(from), endedAt, endReason, lastSeenAt: time(from) };
}

test("P7, P10 a timeline joins what tabs overlap, keeps idle apart, and finds arrival and gaps", () => {
  const spans = [
    span("b", 30, null),
    span("a", -2, 10),
    span("a", 10, 14, false),
    span("b", 20, 25),
    span("c", 22, 28),
  ];
  const timeline = timelineOf("STUDENT", spans, START, at(40));
  expect(timeline.here).toEqual([
    { from: at(-2), to: at(14) },
    { from: at(20), to: at(28) },
    { from: at(30), to: at(40) },
  ]);
  expect(timeline.gaps).toEqual([
    { from: at(14), to: at(20), reason: "SOCKET_CLOSED" },
    { from: at(28), to: at(30), reason: "SOCKET_CLOSED" },
  ]);
  expect(timeline.arrival).toBe(START);
  expect(lengthOf(within(timeline.active, { from: START, to: at(60) }))).toBe(28 * MINUTE);
  const rows = timeline.rows.map((row) => row.map((tab) => [tab.connectionId, tab.stretches.length]));
  expect(rows).toEqual([
    [
      ["a", 2],
      ["b", 2],
    ],
    [["c", 1]],
  ]);
});

test("P5 who was only there before the lesson has not arrived, and nobody draws an empty line", () => {
  expect(timelineOf("STUDENT", [span("a", -20, -5)], START, at(10)).arrival).toBeNull();
  const empty = timelineOf("TUTOR", [span("a", 0, 10)], START, at(10));
  expect([empty.here, empty.gaps, empty.arrival]).toEqual([[], [], null]);
  const shown = extent(START, at(60), [empty]);
  expect(shown.from).toBeLessThan(START);
  expect(shown.to).toBeGreaterThan(at(60));
  expect(ticks(shown)).toEqual([0, 10, 20, 30, 40, 50, 60].map(at));
});

test("D3 several answers narrow down the server's time, and a clock that was set is believed", () => {
  let monotonic = 5_000;
  const clock = new ServerClock(() => monotonic);
  expect(clock.now()).toBeNull();
  // The true time is 5.0 s ahead of 16:00:00; each answer took 20 ms, and says its second alone.
  const answer = (ms: number, ahead = 0) => {
    monotonic = ms;
    clock.learn(new Date(Math.floor((START + ms + ahead) / 1_000) * 1_000).toUTCString(), ms - 20);
  };
  answer(5_010);
  expect(Math.abs(clock.now()! - (START + 5_010))).toBeLessThan(520);
  answer(6_990);
  answer(8_010);
  expect(Math.abs(clock.now()! - (START + 8_010))).toBeLessThan(30);
  clock.learn("no date", 8_000);
  answer(9_500, 3_600_000);
  expect(Math.abs(clock.now()! - (START + 3_609_500))).toBeLessThan(520);
});
