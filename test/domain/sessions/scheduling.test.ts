import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateTime, validateTimeZone, validateWindow } from "../../../src/domain/sessions/scheduling.ts";

const HOUR = 3_600_000;
const noon = Date.UTC(2025, 0, 6, 12);

const refusal = (validate: () => unknown) => {
  try {
    validate();
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message };
  }
  return null;
};

describe("times (docs/SPEC.md §7)", () => {
  it("§7 the years 2000 to 2100 are inside to the millisecond", () => {
    const first = Date.UTC(2000, 0, 1);
    const last = Date.UTC(2100, 11, 31, 23, 59, 59, 999);
    expect(refusal(() => validateTime("at", first))).toBeNull();
    expect(refusal(() => validateTime("at", last))).toBeNull();
    const outside = { code: "VALIDATION_FAILED", message: "at must be in the years 2000 to 2100 (UTC)." };
    expect(refusal(() => validateTime("at", first - 1))).toEqual(outside);
    expect(refusal(() => validateTime("at", last + 1))).toEqual(outside);
  });

  it("§7 what names no moment is refused too", () => {
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(refusal(() => validateTime("at", at))).toMatchObject({ code: "VALIDATION_FAILED" });
    }
  });
});

describe("the lesson window", () => {
  const window = (start: number, end: number) => refusal(() => validateWindow(start, end));

  it("§7 ends after it starts", () => {
    expect(window(noon, noon + 1)).toBeNull();
    const order = { code: "VALIDATION_FAILED", message: "scheduledEnd must come after scheduledStart." };
    expect(window(noon, noon)).toEqual(order);
    expect(window(noon, noon - 1)).toEqual(order);
  });

  it("§7 lasts 24 hours at most", () => {
    expect(window(noon, noon + 24 * HOUR)).toBeNull();
    const long = { code: "VALIDATION_FAILED", message: "A session lasts 24 hours at most." };
    expect(window(noon, noon + 24 * HOUR + 1)).toEqual(long);
  });

  it("§7 both its ends lie in the years 2000 to 2100, and the message says which does not", () => {
    const [first, beyond] = [Date.UTC(2000, 0, 1), Date.UTC(2101, 0, 1)];
    expect(window(first - 1, first + 1)?.message).toMatch(/^scheduledStart /);
    expect(window(beyond - 1, beyond)?.message).toMatch(/^scheduledEnd /);
    expect(window(beyond - 2, beyond - 1)).toBeNull();
  });
});

describe("time zones", () => {
  it.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "America/Port-au-Prince", "EST5EDT"])(
    "§7 %s is one",
    (name) => expect(validateTimeZone(name)).toBe(name),
  );

  it.each([
    ["eUrOpE/bErLiN", "Europe/Berlin"],
    ["ASIA/KOLKATA", "Asia/Kolkata"],
    ["america/port-au-prince", "America/Port-au-Prince"],
    ["africa/dar_es_salaam", "Africa/Dar_es_Salaam"],
    ["antarctica/mcmurdo", "Antarctica/McMurdo"],
    ["etc/gmt+5", "Etc/GMT+5"],
    ["est5edt", "EST5EDT"],
  ])("§7 %s is stored as %s", (given, name) => expect(validateTimeZone(given)).toBe(name));

  it("§7 a zone has one spelling, whatever case it comes in", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    const mixed = fc.tuple(zones, fc.infiniteStream(fc.boolean()));
    fc.assert(
      fc.property(mixed, ([zone, upper]) => {
        const given = [...zone].map((c) => (upper.next().value ? c.toUpperCase() : c.toLowerCase())).join("");
        return validateTimeZone(given) === zone;
      }),
    );
  });

  it.each([
    "",
    "+01:00",
    "-0500",
    "GMT+1",
    "Mars/Olympus",
    "Europe/Berlin ",
    " UTC",
    "Europe/Berlin\n",
    "\u0130stanbul",
  ])("§7 %j is none", (name) =>
    expect(refusal(() => validateTimeZone(name))).toEqual({
      code: "VALIDATION_FAILED",
      message: "timeZone must be an IANA name, such as Europe/Berlin.",
    }),
  );
});
