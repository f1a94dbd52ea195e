import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Caller, testApp, type TestApp } from "../../support/app.ts";
import { people, type People } from "../../support/lesson.ts";
import { schedule, sessionInput } from "../../support/schedule.ts";

let app: TestApp;
let everybody: People;
/** Ids in the order of the list: by scheduled start, then id. The first ten start together. */
const ids: string[] = [];
const OTHER = 20;

beforeAll(async () => {
  app = await testApp();
  everybody = await people(app);
  const { admin } = everybody;
  await admin.get(`mutation { upsertUser(input: { id: ${OTHER}, name: "Olga Other" }) { id } }`);
  const times = [...Array<string>(10).fill("10:00"), "10:00:00.001", "12:00", "12:00", "13:00", "14:00", "14:00"];
  // Added backwards, so that the order of ids is not the order of starts.
  const added: { id: string; start: string }[] = [];
  for (const start of times.toReversed()) {
    const input = sessionInput(app, start, "15:00", added.length % 4 === 0 ? { tutorId: String(OTHER) } : {});
    added.push({ id: (await schedule(admin, input)).id, start });
  }
  added.sort((a, b) => a.start.localeCompare(b.start) || Number(a.id) - Number(b.id));
  ids.push(...added.map(({ id }) => id));
});
afterAll(() => app.dispose());

interface List {
  readonly nodes: { id: string }[];
  readonly pageInfo: Record<"hasNextPage" | "hasPreviousPage" | "startCursor" | "endCursor", unknown>;
  readonly totalCount: number;
}
const LIST = `query ($first: Int, $after: String) {
  sessions(first: $first, after: $after) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
const list = async (caller: Caller, variables: object = {}) =>
  (await caller.get<{ sessions: List }>(LIST, variables)).sessions;
const idsOf = (page: List) => page.nodes.map(({ id }) => id);

/** Every page from the first on; `between` happens after each. */
async function readAll(first: number, between: () => Promise<unknown> = async () => undefined): Promise<string[]> {
  const seen: string[] = [];
  for (let after: unknown = null; ;) {
    const page = await list(everybody.admin, { first, after });
    seen.push(...idsOf(page));
    if (page.pageInfo.hasNextPage !== true) return seen;
    after = page.pageInfo.endCursor;
    await between();
  }
}

describe("§7 pages of sessions", () => {
  test("are ordered by scheduled start, then id", async () => {
    expect(idsOf(await list(everybody.admin))).toEqual(ids);
  });

  test.each([1, 3, 10, 15, 16, 100])("of %i lead through everything once", async (first) => {
    expect(await readAll(first)).toEqual(ids);
  });

  test("say what is around them", async () => {
    const first = await list(everybody.admin, { first: 10 });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const rest = await list(everybody.admin, { first: 10, after: first.pageInfo.endCursor });
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect([first.totalCount, rest.totalCount]).toEqual([16, 16]);
    const none = await list(everybody.admin, { after: rest.pageInfo.endCursor });
    expect(none).toEqual({
      nodes: [],
      totalCount: 16,
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  test("an edge's cursor is its node's place", async () => {
    const { sessions } = await everybody.admin.get(
      "{ sessions(first: 5) { edges { cursor node { id } } nodes { id } } }",
    );
    expect(sessions.edges.map((edge: { node: object }) => edge.node)).toEqual(sessions.nodes);
    const [, second] = sessions.edges;
    expect(idsOf(await list(everybody.admin, { first: 1, after: second.cursor }))).toEqual([ids[2]]);
  });

  test("20 unless told, 1 to 100", async () => {
    for (const first of [0, 101, -1, 2 ** 31 - 1]) {
      expect(await everybody.admin.code(LIST, { first })).toBe("VALIDATION_FAILED");
      expect(await everybody.admin.code(`{ sessions(first: ${first}) { totalCount } }`)).toBe("VALIDATION_FAILED");
    }
    for (const first of [1.5, "1", 2 ** 31]) expect(await everybody.admin.code(LIST, { first })).toBe("BAD_USER_INPUT");
    for (let more = 0; more < 10; more += 1) await schedule(everybody.admin, sessionInput(app, "23:00", "23:30"));
    expect(idsOf(await list(everybody.admin))).toHaveLength(20);
    expect(idsOf(await list(everybody.admin, { first: null }))).toHaveLength(20);
  });

  test("rows that are added meanwhile cost no row and repeat none", async () => {
    const before = idsOf(await list(everybody.admin, { first: 100 }));
    let added = 0;
    const seen = await readAll(4, async () => {
      // Before, among and behind what was read.
      for (const start of ["09:00", "10:00", "23:30"]) {
        await schedule(everybody.admin, sessionInput(app, start, "23:45"));
        added += 1;
      }
    });
    expect(added).toBeGreaterThan(10);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => before.includes(id))).toEqual(before);
  });

  const base64 = (text: string) => Buffer.from(text).toString("base64url");
  const forged = [
    ["nothing", ""],
    ["an id", "7"],
    ["no base64", "%%%"],
    ["base64 of something else", base64("hello")],
    ["without an id", base64("1772445600000:")],
    ["an id too large", base64("1772445600000:2147483648")],
    ["a year of five digits", base64("253402300800000:1")],
    ["a year beyond the calendar", base64("999999999999999:1")],
    ["a year of minus five digits", base64("-999999999999999:1")],
    ["no number", base64("NaN:1")],
    ["an injection", base64("0:0) or (true")],
    ["a leading zero", base64("01772445600000:1")],
    ["padding", `${base64("1772445600000:1")}==`],
    ["junk around it", ` ${base64("1772445600000:1")}\n`],
    ["NUL", "\0"],
  ];
  test.each(forged)("%s is no cursor", async (_name, after) => {
    expect(await everybody.admin.code(LIST, { after })).toBe("BAD_USER_INPUT");
  });

  test("a place where nothing is, or was, is one all the same", async () => {
    expect((await list(everybody.admin, { after: base64("0:1") })).nodes.length).toBeGreaterThan(0);
    expect((await list(everybody.admin, { after: base64("-62135596800000:2147483647") })).nodes.length).toBeGreaterThan(
      0,
    );
    expect((await list(everybody.admin, { after: base64("253402300799999:1") })).nodes).toEqual([]);
  });
});
