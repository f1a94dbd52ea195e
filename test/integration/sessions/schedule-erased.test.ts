import { afterAll, beforeAll, expect, test } from "vitest";
import { erasePerson } from "../../../src/database/people/erase.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { lesson, type Lesson, STUDENT } from "../../support/lesson.ts";
import { outcome, schedule, sessionInput, trySchedule } from "../../support/schedule.ts";

let app: TestApp;
let known: Lesson;
beforeAll(async () => {
  app = await testApp();
  known = await lesson(app, { open: false });
});
afterAll(() => app.dispose());

const erase = () => erasePerson(app.store.database.prisma, STUDENT, new Date(app.clock.now()), true);

test.runIf(store === "postgresql")(
  "an erasure waits for a lesson that is being scheduled, and removes its title too",
  async () => {
    const { prisma } = app.store.database;
    let erased: ReturnType<typeof erase> | undefined;
    await prisma.$transaction(async (tx) => {
      await tx.$queryRawUnsafe(`select id from users where id = ${STUDENT} for share`);
      erased = erase();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await tx.$executeRawUnsafe(
        `insert into sessions (tutor_id, student_id, title, scheduled_start, scheduled_end)
      values (1, ${STUDENT}, 'About Sam', now(), now() + interval '1 hour')`,
      );
    });
    expect(await erased).toMatchObject({ removed: { titles: 1 } });
  },
);

test("§6 nobody schedules for somebody who was erased, and a tutor who never met them learns nothing", async () => {
  await erase();
  const input = sessionInput(app, "18:00", "19:00");
  expect(await outcome(trySchedule(known.admin, input))).toBe("CONFLICT");
  expect(await outcome(trySchedule(known.tutor, input))).toBe("CONFLICT");
  expect(await outcome(trySchedule(known.stranger, { ...input, tutorId: "99" }))).toBe("NOT_FOUND");
});

test("§7 a lesson's zone is stored in one spelling", async () => {
  await known.admin.get('mutation { upsertUser(input: { id: 70, name: "New" }) { id } }');
  const input = sessionInput(app, "18:00", "19:00", { studentId: "70", timeZone: "eUrOpE/bErLiN" });
  expect((await schedule(known.admin, input)).timeZone).toBe("Europe/Berlin");
});

test("a person without an id gets one past all those that a platform gave in a row, in two steps", async () => {
  const { prisma } = app.store.database;
  await prisma.$executeRawUnsafe("insert into users (id, name) select i, 'Given' from generate_series(100, 20000) i");
  await prisma.$executeRawUnsafe("select setval('users_id_seq', 99)");
  const since = performance.now();
  const { upsertUser } = await known.admin.get('mutation { upsertUser(input: { name: "Next" }) { id } }');
  expect(upsertUser).toEqual({ id: "20001" });
  expect(performance.now() - since).toBeLessThan(5_000);
});
