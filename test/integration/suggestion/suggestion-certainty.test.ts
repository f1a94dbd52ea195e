import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson, STUDENT, TUTOR } from "../../support/lesson.ts";
import { report } from "../../support/report.ts";
import { end, suggested } from "../../support/suggestion.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterEach(() => app.clock.jumpTo(app.clock.at("15:00")));
afterAll(() => app.dispose());

const at = (time: string) => app.clock.jumpTo(app.clock.at(time));

describe("S9 the sentence above it", () => {
  test("S0 without a whiteboard: present, low, please mark manually, final only once the session is over", async () => {
    const here = await lesson(app, { open: false });
    const expected = {
      hasWhiteboard: false,
      recommendation: "No whiteboard data. Please mark attendance manually.",
      tutor: { status: "PRESENT", confidence: "LOW", rule: "S0" },
      student: { status: "PRESENT", confidence: "LOW", rule: "S0" },
    };
    expect(await suggested(here.tutor, here.sessionId)).toMatchObject({ ...expected, isFinal: false });
    at("17:00");
    await end(here);
    expect(await suggested(here.tutor, here.sessionId)).toMatchObject({ ...expected, isFinal: true });
  });

  test("nobody connected at all", async () => {
    const here = await lesson(app);
    at("17:00:00.001");
    expect(await suggested(here.tutor, here.sessionId)).toMatchObject({
      isFinal: true,
      recommendation: "Nobody connected. Please review and mark attendance manually.",
      tutor: { status: "ABSENT", rule: "S1", metrics: { connected: false, latenessMinutes: null, leftEarly: false } },
      student: { status: "ABSENT", rule: "S1", metrics: { engagementPercentage: 0, activeMinutes: 0 } },
    });
  });

  test("moderate: one of them less than sure", async () => {
    const here = await lesson(app);
    at("17:00");
    await report(app, here.service, here.whiteboard, TUTOR, [["CONNECT", "16:00"]]);
    await report(app, here.service, here.whiteboard, STUDENT, [["CONNECT", "16:20"]]);
    await end(here);
    const { recommendation, student } = await suggested(here.tutor, here.sessionId);
    expect(recommendation).toBe("Moderate confidence: Tutor present, Student late. Please review.");
    expect(student).toMatchObject({ rule: "S4", confidence: "MEDIUM", metrics: { latenessMinutes: 20 } });
  });

  test("low: please review", async () => {
    const here = await lesson(app);
    at("17:00");
    await report(app, here.service, here.whiteboard, TUTOR, [["CONNECT", "16:00"]]);
    await report(app, here.service, here.whiteboard, STUDENT, [
      ["CONNECT", "16:00"],
      ["DISCONNECT", "16:21"],
    ]);
    await end(here);
    const { recommendation, student } = await suggested(here.tutor, here.sessionId);
    expect(recommendation).toBe("Low confidence. Please review metrics and confirm manually.");
    expect(student).toMatchObject({
      rule: "S6",
      status: "PRESENT",
      confidence: "LOW",
      metrics: { engagementPercentage: 35 },
    });
  });
});

describe("S7 before it is over", () => {
  test("provisional, low and then at most medium, final when nobody is there past the end", async () => {
    const here = await lesson(app);
    const { service, whiteboard } = here;
    expect(await suggested(here.tutor, here.sessionId)).toMatchObject({
      isFinal: false,
      tutor: { status: "PRESENT", confidence: "LOW", rule: "S7" },
    });
    expect((await suggested(here.tutor, here.sessionId)).tutor.reasons.join()).toContain("SESSION_NOT_STARTED");
    at("16:00");
    await report(app, service, whiteboard, TUTOR, [["CONNECT", "16:00"]]);
    const seen = async (time: string) => {
      at(time);
      const { isFinal, tutor } = await suggested(here.tutor, here.sessionId);
      return [isFinal, tutor.status, tutor.confidence, tutor.metrics.sessionMinutes];
    };
    expect(await seen("16:14:59.999")).toEqual([false, "PRESENT", "LOW", 15]);
    expect(await seen("16:15")).toEqual([false, "PRESENT", "MEDIUM", 15]);
    expect(await seen("17:05")).toEqual([false, "PRESENT", "MEDIUM", 60]);
    await end(here);
    expect(await seen("17:05")).toEqual([true, "PRESENT", "HIGH", 60]);
  });

  test("a cancelled session has none: an error as a query, null as a field", async () => {
    const here = await lesson(app);
    await here.tutor.get(`mutation { cancelSession(sessionId: ${here.sessionId}) { id } }`);
    for (const caller of [here.tutor, here.admin, here.service]) {
      const query = `{ attendanceSuggestion(sessionId: ${here.sessionId}) { isFinal } }`;
      expect(await caller.code(query)).toBe("NO_SUGGESTION");
      const field = `{ session(id: ${here.sessionId}) { attendanceSuggestion { isFinal } } }`;
      expect((await caller.get(field)).session.attendanceSuggestion).toBeNull();
    }
  });
});
