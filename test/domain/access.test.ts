import { describe, expect, it } from "vitest";
import { attendsAs, marksAs, mayKnowAll, mayRun, type Role, seesSpansOf, relationTo } from "../../src/domain/access.ts";

const session = { tutorId: 1, studentId: 2 };
const isParent = (id: number) => id === 3;

/** What §6 says, row by row, of one person with these roles. */
function may(id: number, ...roles: Role[]) {
  const who = relationTo({ id, roles: new Set(roles) }, session, isParent(id));
  return {
    see: who.knows,
    "see everybody's notes and marks": mayRun(who),
    "see spans of": (["TUTOR", "STUDENT"] as const).filter((role) => seesSpansOf(who, role)).join(" and ") || "nobody",
    "connect as": attendsAs(who),
    "connect on behalf": who.service,
    "read the suggestion": mayRun(who),
    "mark as": marksAs(who),
    "open, end, cancel": mayRun(who),
  };
}
type Rights = ReturnType<typeof may>;

const nothing: Rights = {
  see: false,
  "see everybody's notes and marks": false,
  "see spans of": "nobody",
  "connect as": null,
  "connect on behalf": false,
  "read the suggestion": false,
  "mark as": null,
  "open, end, cancel": false,
};
const everything = {
  see: true,
  "see everybody's notes and marks": true,
  "see spans of": "TUTOR and STUDENT",
  "read the suggestion": true,
  "open, end, cancel": true,
} satisfies Partial<Rights>;

const table: [who: string, id: number, roles: Role[], rights: Rights][] = [
  ["the student of it", 2, ["student"], { ...nothing, see: true, "see spans of": "STUDENT", "connect as": "STUDENT" }],
  ["the tutor of it", 1, ["tutor"], { ...nothing, ...everything, "connect as": "TUTOR", "mark as": "TUTOR" }],
  ["a parent of the student", 3, ["parent"], { ...nothing, see: true, "see spans of": "STUDENT", "mark as": "PARENT" }],
  ["an admin", 9, ["admin"], { ...nothing, ...everything, "mark as": "ADMIN" }],
  ["a service", 8, ["service"], { ...nothing, ...everything, "connect on behalf": true }],
  ["another tutor", 5, ["tutor"], nothing],
  ["another student", 6, ["student"], nothing],
  ["somebody else's parent", 7, ["parent"], nothing],
  ["somebody with no role", 7, [], nothing],
];

describe("who may do what (docs/SPEC.md §6)", () => {
  it.each(table)("§6 %s", (_, id, roles, rights) => {
    expect(may(id, ...roles)).toEqual(rights);
  });

  it("§6 the relation comes first: whose role does not fit knows of it and may do nothing", () => {
    const known = { ...nothing, see: true };
    for (const role of ["student", "parent"] as const) expect(may(1, role)).toEqual(known);
    for (const role of ["tutor", "parent"] as const) expect(may(2, role)).toEqual(known);
    for (const role of ["tutor", "student"] as const) expect(may(3, role)).toEqual(known);
    for (const id of [1, 2, 3]) expect(may(id)).toEqual(known);
  });

  it("§6 a role without its relation gives nothing: a student's number under the tutor's roles is no tutor", () => {
    expect(may(5, "tutor", "student", "parent")).toEqual(nothing);
    expect(may(2, "tutor", "student", "parent")).toEqual(may(2, "student"));
    expect(may(1, "tutor", "student", "parent")).toEqual(may(1, "tutor"));
    expect(may(3, "tutor", "student", "parent")).toEqual(may(3, "parent"));
  });
});

describe("several roles (docs/SPEC.md §6)", () => {
  it("§6 M3 admin comes before tutor before parent", () => {
    expect(may(3, "parent", "admin")["mark as"]).toBe("ADMIN");
    expect(may(5, "tutor", "admin")["mark as"]).toBe("ADMIN");
    const tutorAndParent = relationTo({ id: 1, roles: new Set<Role>(["tutor", "parent"]) }, session, true);
    expect(marksAs(tutorAndParent)).toBe("TUTOR");
  });

  it("§6 M3 an admin who is its tutor marks and attends as tutor, also without that role", () => {
    const asTutor = { ...nothing, ...everything, "connect as": "TUTOR", "mark as": "TUTOR" };
    expect(may(1, "tutor", "admin")).toEqual(asTutor);
    expect(may(1, "admin")).toEqual(asTutor);
  });

  it("§6 an admin who is its student attends with the student's role only, and marks as admin", () => {
    expect(may(2, "admin")).toMatchObject({ "connect as": null, "mark as": "ADMIN" });
    expect(may(2, "admin", "student")).toMatchObject({ "connect as": "STUDENT", "mark as": "ADMIN" });
  });

  it("§6 a service marks nothing by being one, and an admin besides marks as admin", () => {
    expect(may(1, "service")["mark as"]).toBeNull();
    expect(may(8, "service", "admin")).toMatchObject({ "mark as": "ADMIN", "connect on behalf": true });
  });

  it("§6 admins and services know of every session, nobody else does", () => {
    const knowing = (role: Role) => mayKnowAll({ id: 7, roles: new Set([role]) });
    const roles: Role[] = ["tutor", "student", "parent", "admin", "service"];
    expect(roles.filter(knowing)).toEqual(["admin", "service"]);
  });

  it("§6 a parent who is not one of this student is anyone else", () => {
    const stranger = relationTo({ id: 3, roles: new Set<Role>(["parent"]) }, session, false);
    expect(stranger.knows).toBe(false);
  });
});
