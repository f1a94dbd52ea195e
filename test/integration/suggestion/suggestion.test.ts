import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { testApp, type TestApp } from "../../support/app.ts";
import { lesson } from "../../support/lesson.ts";
import { briefsLesson, end, PARTICIPANT, suggested, SUGGESTION } from "../../support/suggestion.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterEach(() => app.clock.jumpTo(app.clock.at("15:00")));
afterAll(() => app.dispose());

const at = (time: string) => app.clock.jumpTo(app.clock.at(time));

describe("the example of docs/SPEC.md, to the digit", () => {
  test("tutor on time with 52.5 active minutes, student 8 minutes late with 45", async () => {
    const here = await briefsLesson(app);
    expect(await suggested(here.tutor, here.sessionId)).toMatchObject({
      sessionId: here.sessionId,
      hasWhiteboard: true,
      isFinal: true,
      recommendation: "High confidence: Tutor present, Student late. Ready to auto-apply.",
      tutor: {
        role: "TUTOR",
        status: "PRESENT",
        confidence: "HIGH",
        rule: "S6",
        metrics: {
          connected: true,
          latenessMinutes: 0,
          engagementPercentage: 87.5,
          activeMinutes: 52.5,
          sessionMinutes: 60,
          leftEarly: false,
          earlyDepartureMinutes: 0,
        },
      },
      student: {
        role: "STUDENT",
        status: "LATE",
        confidence: "HIGH",
        rule: "S5",
        metrics: {
          connected: true,
          latenessMinutes: 8,
          engagementPercentage: 75,
          activeMinutes: 45,
          sessionMinutes: 60,
          leftEarly: false,
          earlyDepartureMinutes: 0,
        },
      },
    });
  });

  test("S8 reasons say the numbers and the thresholds that they met", async () => {
    const here = await briefsLesson(app);
    const { tutor, student, policyVersion } = await suggested(here.tutor, here.sessionId);
    expect(tutor.reasons.join(" ")).toMatch(/0\.0 minutes.*5\.0 minutes/);
    expect(tutor.reasons.join(" ")).toContain("87.5%");
    expect(student.reasons.join(" ")).toMatch(/8\.0 minutes/);
    expect(student.reasons.join(" ")).toContain("75.0%");
    expect(policyVersion).toBe("2025-1");
  });

  test("the same over heartbeats of a live connection", async () => {
    const here = await lesson(app);
    at("16:08");
    const { connect } = await here.student.get(
      `mutation { connect(input: { whiteboardSessionId: ${here.whiteboard} }) { id } }`,
    );
    const beat = `mutation { heartbeat(connectionId: "${connect.id}") { open } }`;
    for (let beats = 0; beats < 90; beats += 1) {
      app.clock.jumpTo(app.clock.now() + 30_000);
      await here.service.get(beat);
    }
    await here.student.get(`mutation { disconnect(connectionId: "${connect.id}") { open } }`);
    at("17:00");
    await end(here);
    const { student } = await suggested(here.tutor, here.sessionId);
    expect(student).toMatchObject({ status: "LATE", confidence: "HIGH" });
    expect(student.metrics).toMatchObject({
      latenessMinutes: 8,
      engagementPercentage: 75,
      activeMinutes: 45,
      leftEarly: true,
      earlyDepartureMinutes: 7,
    });
  });
});

test("in a list every session has its own, whatever it has, and says the same as the query", async () => {
  const briefs = await briefsLesson(app);
  at("15:00");
  const roomless = await lesson(app, { open: false });
  const cancelled = await lesson(app);
  await cancelled.admin.get(`mutation { cancelSession(sessionId: ${cancelled.sessionId}) { id } }`);
  const { sessions } = await briefs.admin.get(
    `{ sessions(first: 100) { nodes { id attendanceSuggestion { ${SUGGESTION} } } } } ${PARTICIPANT}`,
  );
  const listed = new Map(
    sessions.nodes.map((node: { id: string; attendanceSuggestion: unknown }) => [node.id, node.attendanceSuggestion]),
  );
  for (const { sessionId, admin } of [briefs, roomless]) {
    expect(listed.get(sessionId)).toEqual(await suggested(admin, sessionId));
  }
  expect(listed.get(cancelled.sessionId)).toBeNull();
  expect(listed.size).toBeGreaterThan(5);
});
