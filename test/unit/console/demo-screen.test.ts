import { describe, expect, test } from "vitest";
import type {
  ParticipantFieldsFragment,
  PresenceFieldsFragment,
  SuggestionFieldsFragment,
} from "../../../src/client/index.ts";
import { colours, plain } from "../../../src/demo/paint.ts";
import { activeMs, lessonView, type LessonView, type News, observe } from "../../../src/demo/scene.ts";
import { renderHappening, renderScreen, screenLines, WIDTH } from "../../../src/demo/screen.ts";
import { renderMark, renderSuggestion, wrap } from "../../../src/demo/table.ts";
import { Terminal } from "../../../src/demo/terminal.ts";

const ESCAPE = "\u001b";
const CODE = new RegExp(`${ESCAPE}\\[\\d+m`, "g");
const at = (time: string) => Date.parse(`2026-03-02T${time}Z`);
const iso = (time: string) => new Date(at(time)).toISOString();
const empty = lessonView({ title: "Algebra", from: at("16:00:00"), to: at("17:00:00") }, "Tia Tutor", "Sam Student");

const absent: ParticipantFieldsFragment = {
  role: "TUTOR",
  user: { id: "1", name: "Tia Tutor" },
  connected: false,
  active: false,
  connectedAt: null,
  disconnectedAt: null,
  lastActivityAt: null,
  totalActiveSeconds: 0,
  openConnections: 0,
};
const here = (since: string, more: Partial<ParticipantFieldsFragment> = {}): ParticipantFieldsFragment => ({
  ...absent,
  connected: true,
  active: true,
  connectedAt: iso(since),
  openConnections: 1,
  ...more,
});
const gone = (since: string, last: string, totalActiveSeconds = 0): ParticipantFieldsFragment => ({
  ...absent,
  connectedAt: iso(since),
  disconnectedAt: iso(last),
  lastActivityAt: iso(last),
  totalActiveSeconds,
});

const presence = (
  tutor: ParticipantFieldsFragment,
  student: ParticipantFieldsFragment,
  event: PresenceFieldsFragment["event"] = "CONNECTED",
): PresenceFieldsFragment => ({ whiteboardSessionId: "1", version: 1, event, connectionId: null, tutor, student });

/** A lesson after what was told, each at its time, which is the last proof of life of who is there. */
function after(...told: [string, PresenceFieldsFragment][]): { lesson: LessonView; happenings: News[] } {
  let lesson = empty;
  const happenings: News[] = [];
  for (const [time, each] of told) {
    const beat = (p: ParticipantFieldsFragment) =>
      p.connected && p.lastActivityAt === null ? { ...p, lastActivityAt: iso(time) } : p;
    const seen = observe(lesson, { ...each, tutor: beat(each.tutor), student: beat(each.student) }, at(time));
    lesson = seen.lesson;
    happenings.push(...seen.news);
  }
  return { lesson, happenings };
}

const render = (lesson: LessonView, time: string, paint = plain) =>
  renderScreen({ now: at(time), speed: 600, timeZone: "UTC", lessons: [lesson], happenings: [] }, paint);
const lineOf = (lesson: LessonView, time: string, name: string) =>
  render(lesson, time).find((line) => line.includes(name));

describe("the scene", () => {
  test("tells in words what changed", () => {
    const late = here("16:08:00");
    const { happenings } = after(
      ["15:59:00", presence(absent, absent, "SNAPSHOT")],
      ["16:00:00", presence(here("16:00:00"), absent)],
      ["16:08:00", presence(here("16:00:00"), late)],
      ["16:10:00", presence(here("16:00:00", { openConnections: 2 }), late)],
      ["16:12:00", presence(here("16:00:00"), late)],
      ["16:20:00", presence(here("16:00:00", { active: false }), late)],
      ["16:25:00", presence(here("16:00:00"), late)],
      ["16:27:06", presence(here("16:00:00"), gone("16:08:00", "16:27:00"))],
      ["16:42:00", presence(here("16:00:00"), late)],
      ["17:00:00", presence(gone("16:00:00", "17:00:00"), late)],
      ["17:00:01", presence(gone("16:00:00", "17:00:00"), gone("16:08:00", "17:00:00"), "SESSION_ENDED")],
    );
    expect(happenings.map(({ text }) => text)).toEqual([
      "Tia Tutor connected, on time",
      "Sam Student connected, 8.0 min after the start",
      "Tia Tutor opened another tab: still one person",
      "Tia Tutor closed one of their tabs: still there",
      "Tia Tutor went idle",
      "Tia Tutor is active again",
      "Sam Student dropped out: last sign of life 6 s ago",
      "Sam Student is back after 15.0 min",
      "Tia Tutor left",
      "Sam Student dropped out: last sign of life 1 s ago",
      "The lesson has ended",
    ]);
  });

  test("tells when it happened, however late it was told", () => {
    const told = presence(here("16:08:00", { lastActivityAt: iso("16:08:00") }), absent);
    expect(observe(empty, told, at("16:09:00")).news).toEqual([
      { at: at("16:08:00"), text: "Tia Tutor connected, 8.0 min after the start" },
    ]);
  });

  test("what is told again is no news", () => {
    const told = presence(here("16:00:00"), absent);
    expect(after(["16:00:00", told], ["16:00:01", told]).happenings).toHaveLength(1);
  });

  test("active time runs on from the last proof of life while somebody is active, and only then", () => {
    const told = here("16:00:00", { lastActivityAt: iso("16:10:00"), totalActiveSeconds: 600 });
    const running = after(["16:10:00", presence(told, { ...told, active: false })]).lesson;
    expect(running.people.map((person) => activeMs(person, at("16:12:00")) / 60_000)).toEqual([12, 10]);
  });
});

describe("the screen", () => {
  test("before anybody has come", () => {
    const { lesson } = after(["15:59:00", presence(absent, absent, "SNAPSHOT")]);
    const bar = "─".repeat(22);
    expect(lineOf(lesson, "15:59:00", "Tia")).toBe(`  ○ Tia Tutor      tutor   not here yet        ${bar}   0.0 min`);
    expect(render(lesson, "15:59:00").join("\n")).toContain("not begun");
  });

  test("shows lateness, idleness and gaps where they were, each in its place", () => {
    const { lesson } = after(
      ["16:08:00", presence(absent, here("16:08:00"))],
      ["16:20:00", presence(absent, here("16:08:00", { active: false }))],
      ["16:30:00", presence(absent, here("16:08:00"))],
      ["16:40:07", presence(absent, gone("16:08:00", "16:40:00", 1320))],
      ["16:50:00", presence(absent, here("16:08:00", { totalActiveSeconds: 1320, lastActivityAt: iso("16:50:00") }))],
    );
    expect(lineOf(lesson, "16:45:00", "Sam")).toContain("···████▒▒▒▒████··──────".slice(0, 22));
    expect(lineOf(lesson, "16:59:59", "Sam")).toMatch(/since 16:50 .* ···████▒▒▒▒████···████ +32\.0 min$/);
  });

  test("says who is idle, gone, or there in several tabs, and since when", () => {
    const tutor = here("16:00:00", { openConnections: 2 });
    const seen = after(
      ["16:00:00", presence(tutor, here("16:00:00"))],
      ["16:05:00", presence(tutor, here("16:00:00", { active: false }))],
    ).lesson;
    expect(lineOf(seen, "16:06:00", "Tia")).toContain("since 16:00, 2 tabs");
    expect(lineOf(seen, "16:06:00", "Sam")).toContain("◐ Sam Student    student idle since 16:05");
    const left = observe(seen, presence(tutor, gone("16:00:00", "16:07:00")), at("16:07:00")).lesson;
    expect(lineOf(left, "16:08:00", "Sam")).toContain("○ Sam Student    student gone since 16:07");
  });

  test("fits 80 columns, keeps its height, and is plain without colours", () => {
    const { lesson } = after(["16:00:00", presence(here("16:00:00", { openConnections: 20 }), here("16:00:00"))]);
    const happenings = Array.from({ length: 9 }, () => ({
      at: at("16:00:00"),
      lesson: "Algebra",
      text: "x".repeat(50),
    }));
    for (const lessons of [[lesson], [lesson, lesson]]) {
      for (const news of [[], happenings]) {
        const view = { now: at("16:30:00"), speed: 600, timeZone: "UTC", lessons, happenings: news };
        const lines = renderScreen(view, plain);
        expect(lines).toHaveLength(screenLines(lessons.length));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
        expect(lines.join("\n")).not.toContain(ESCAPE);
        expect(renderScreen(view, colours).join("\n").replaceAll(CODE, "")).toBe(lines.join("\n"));
      }
    }
  });

  test("shows times where the lesson is", () => {
    const happening = { at: at("16:08:00"), lesson: "Algebra", text: "Sam Student connected" };
    expect(renderHappening(happening, "Europe/Berlin", plain)).toBe("17:08:00  Algebra  Sam Student connected");
  });
});

describe("the table", () => {
  const participant: SuggestionFieldsFragment["tutor"] = {
    role: "STUDENT",
    status: "LATE",
    confidence: "HIGH",
    rule: "S5",
    reasons: ["Arrived 8.0 minutes after the start: late from 5.0 up to 15.0 minutes, and that takes two lines."],
    metrics: {
      connected: true,
      latenessMinutes: 8,
      engagementPercentage: 75,
      activeMinutes: 45,
      sessionMinutes: 60,
      leftEarly: false,
      earlyDepartureMinutes: 0,
    },
  };
  const never = { ...participant, metrics: { ...participant.metrics, latenessMinutes: null } };
  const suggestion: SuggestionFieldsFragment = {
    sessionId: "1",
    hasWhiteboard: true,
    isFinal: true,
    recommendation: "High confidence: Tutor present, Student late. Ready to auto-apply.",
    policyVersion: "1",
    tutor: never,
    student: participant,
  };

  test("has status, confidence, rule, metrics and reasons, in 80 columns", () => {
    const view = { title: "Algebra", tutor: "Selam Bekele", student: "Dawit Abebe", suggestion };
    const lines = renderSuggestion(view, plain);
    expect(lines).toContain("  late     Dawit Abebe, student  high        S5    8.0 min   45.0 min  75.0%");
    expect(lines.join("\n")).toContain("never");
    expect(lines).toContain("             minutes, and that takes two lines.");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
  });

  test("a mark says who decided, from where, and what it changed", () => {
    const mark = {
      id: "1",
      at: iso("17:05:00"),
      actor: { id: "1", name: "Selam Bekele" },
      source: "WHITEBOARD_AUTO",
      tutorStatusBefore: "PRESENT",
      tutorStatusAfter: "PRESENT",
      studentStatusBefore: "PRESENT",
      studentStatusAfter: "LATE",
      notes: null,
      overrodeOwnSuggestion: false,
    } as const;
    expect(renderMark(mark, "UTC", plain)).toEqual([
      "  17:05:00  Selam Bekele, source WHITEBOARD_AUTO",
      "            tutor    present, as before",
      "            student  present -> late",
    ]);
    expect(renderMark({ ...mark, actor: null }, "UTC", plain)[0]).toContain("nobody known");
  });

  test("wrapping keeps every word", () => {
    expect(wrap("one two three four", 9)).toEqual(["one two", "  three", "  four"]);
    expect(wrap("incomprehensibilities", 5)).toEqual(["incomprehensibilities"]);
  });
});

describe("the terminal", () => {
  const open = (tty: object, env: Record<string, string> = { TERM: "xterm" }) => {
    let text = "";
    const write = (chunk: unknown) => Boolean((text += String(chunk)));
    return { terminal: new Terminal({ write, ...tty }, env, 10), text: () => text };
  };

  test("draws frames in place on a terminal that is large enough, in colours unless NO_COLOR is set", () => {
    const tty = { isTTY: true, columns: 80, rows: 24 };
    expect(open(tty).terminal).toMatchObject({ live: true, paint: colours });
    expect(open(tty, { TERM: "xterm", NO_COLOR: "1" }).terminal).toMatchObject({ live: true, paint: plain });
    expect(open({ ...tty, columns: 79 }).terminal.live).toBe(false);
    expect(open({ ...tty, rows: 10 }).terminal.live).toBe(false);
    expect(open(tty, { TERM: "dumb" }).terminal).toMatchObject({ live: false, paint: plain });
    expect(open({}).terminal).toMatchObject({ live: false, paint: plain });
  });

  test("a frame goes over the last one, the same one again costs nothing, and the cursor comes back", () => {
    const { terminal, text } = open({ isTTY: true });
    terminal.frame(["a", "b"]);
    terminal.frame(["a", "b"]);
    terminal.frame(["a", "c"]);
    terminal.done();
    terminal.done();
    expect(text()).toBe("\u001b[?25l\ra\u001b[K\n\rb\u001b[K\n\u001b[2A\ra\u001b[K\n\rc\u001b[K\n\u001b[?25h");
  });
});
