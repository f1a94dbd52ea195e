import { afterAll, beforeAll, expect, test } from "vitest";
import { erasePerson } from "../../../src/database/people/erase.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";
import { ADMIN, lesson, PARENT, STUDENT } from "../../support/lesson.ts";
import { mark } from "../../support/marks.ts";
import { named, OTHER_TUTOR, type ToldLesson, toldLesson } from "../../support/told-lesson.ts";
import { rows } from "../../support/rows.ts";

let app: TestApp;
let here: ToldLesson;
beforeAll(async () => {
  app = await testApp();
  here = await toldLesson(app);
});
afterAll(() => app.dispose());

const prisma = () => app.store.database.prisma;

/** Resolves once so many sessions of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  const sql = `select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  for (;;) {
    const [row] = await prisma().$queryRawUnsafe<{ waiting: number }[]>(sql);
    if ((row?.waiting ?? 0) >= count) return;
  }
}

// The embedded store runs one transaction after the other.
test.runIf(store === "postgresql")("a mark that is under way keeps no name of somebody erased meanwhile", async () => {
  await mark(app.as(71, "admin"), { sessionId: here.otherSessionId, studentStatus: "LATE" });
  let erasing: Promise<unknown> = Promise.resolve();
  await prisma().$transaction(async (tx) => {
    // The last statement of a mark by a token with a name, the first that this person comes with.
    await tx.$executeRawUnsafe("insert into token_people (id, name) values (71, 'Ted Token')");
    erasing = erasePerson(prisma(), 71, new Date(), true);
    await waiting(1);
  });
  await erasing;
  expect((await rows(app, "token_people")).filter((row) => row.includes("Ted"))).toEqual([]);
});

test.runIf(store === "postgresql")("words about them that are being written when they are erased go too", async () => {
  const sessionId = Number(here.otherSessionId);
  let erasing: Promise<unknown> = Promise.resolve();
  await prisma().$transaction(async (tx) => {
    // As a mark does it.
    await tx.$executeRawUnsafe("select from sessions where id = $1::int for no key update", sessionId);
    await tx.$executeRawUnsafe(
      `with m as (insert into attendance_marks (session_id, at, source, tutor_status_before, tutor_status_after,
          student_status_before, student_status_after)
        values ($1::int, now(), 'manual', 'present', 'present', 'present', 'late') returning id),
      s as (update sessions set attendance_notes = 'Under way.' where id = $1::int)
      insert into attendance_mark_notes (mark_id, notes) select id, 'Under way.' from m`,
      sessionId,
    );
    erasing = erasePerson(prisma(), OTHER_TUTOR, new Date(), true);
    await waiting(1);
  });
  await erasing;
  const texts = [...(await rows(app, "attendance_mark_notes")), ...(await rows(app, "sessions"))];
  expect(texts.filter((row) => row.includes("Under way."))).toEqual([]);
});

test.runIf(store === "postgresql")("a mark that comes meanwhile waits, and finds the person erased", async () => {
  const { otherSessionId } = here;
  const tess = await named(app, 70, "Tess Token", "admin");
  await mark(tess, { sessionId: otherSessionId, studentStatus: "LATE", notes: "To be erased." });
  let erasing: Promise<unknown> = Promise.resolve();
  let marking: Promise<unknown> = Promise.resolve();
  const takenBack = prisma().$transaction(async (tx) => {
    // Keeps the erasure from its last steps: it has the table of names, and its row is not to be seen yet.
    await tx.$executeRawUnsafe("insert into users (id, name) values (70, 'Somebody')");
    erasing = erasePerson(prisma(), 70, new Date(), true);
    await waiting(1);
    marking = mark(tess, { sessionId: here.sessionId, studentStatus: "ABSENT", notes: "A word." });
    await waiting(2);
    throw new Error("taken back");
  });
  await expect(takenBack).rejects.toThrow("taken back");
  await Promise.all([erasing, marking]);
  expect((await rows(app, "token_people")).filter((row) => row.includes("Tess"))).toEqual([]);
});

test.runIf(store === "postgresql")("a child that is being added keeps no parent who is erased meanwhile", async () => {
  const { parent, admin, sessionId } = await lesson(app, { open: false });
  let erasing: Promise<unknown> = Promise.resolve();
  let adding: Promise<unknown> = Promise.resolve();
  await prisma().$transaction(async (tx) => {
    // Keeps the child's row from being written, when the parents have been looked up.
    await tx.$executeRawUnsafe("select from users where id = $1::int for update", STUDENT);
    adding = admin.ask(`mutation {
      upsertUser(input: { id: ${STUDENT}, name: "Sam Student", parentIds: [${PARENT}] }) { id } }`);
    await waiting(1);
    erasing = erasePerson(prisma(), PARENT, new Date(), true);
    await Promise.race([erasing, waiting(2)]);
  });
  await Promise.all([adding, erasing]);
  expect(await rows(app, "parent_links")).toEqual([]);
  expect((await parent.get(`{ session(id: ${sessionId}) { id } }`)).session).toBeNull();
});

test("erasures and marks of one lesson at once all come to an end", async () => {
  const { sessionId, ada, parent, tutor } = here;
  const marks = [ada, parent, tutor].flatMap((caller) =>
    [1, 2, 3].map(() => mark(caller, { sessionId, studentStatus: "LATE", notes: "Late." }).catch(() => null)),
  );
  const erasures = [STUDENT, ADMIN, STUDENT].map((id) => erasePerson(prisma(), id, new Date(), true));
  await Promise.all([...marks, ...erasures]);
  expect((await rows(app, "users")).filter((row) => row.includes('"erased_at": "'))).not.toEqual([]);
  await erasePerson(prisma(), STUDENT, new Date(), true);
  expect(await rows(app, "parent_links")).toEqual([]);
});
