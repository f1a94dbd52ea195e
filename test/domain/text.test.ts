import { describe, expect, it } from "vitest";
import { MAX_NOTES, codePoints, nameOfNumber, validateText } from "../../src/domain/text.ts";

const refused = (value: string, max = 10) => {
  try {
    validateText("notes", value, max);
  } catch (error) {
    return error;
  }
  return null;
};

describe("M7 text", () => {
  it("M7 returns any other Unicode as it came", () => {
    for (const text of ["", "Grüße", "عذر", "👩‍👧", "a\tb\r\n\u0001", "\uFEFF\uFFFF", "𝒳"]) {
      expect(validateText("notes", text, 10)).toBe(text);
    }
  });

  it("M7 refuses NUL and names the field", () => {
    expect(refused("a\0b")).toMatchObject({ code: "VALIDATION_FAILED", message: "notes contains a NUL character." });
    expect(refused("\0")).not.toBeNull();
  });

  it.each([
    ["a high one at the end", "ab\ud83d"],
    ["a high one before a letter", "\ud83da"],
    ["a low one alone", "\ude00"],
    ["a pair the wrong way round", "\ude00\ud83d"],
    ["a third half beside a pair", "\ud83d\ud83d\ude00"],
  ])("M7 refuses a lone surrogate: %s", (_, text) => {
    expect(refused(text)).toMatchObject({
      code: "VALIDATION_FAILED",
      message: "notes contains half of a surrogate pair.",
    });
  });

  it("M7 measures in code points: as many as the maximum, not one more", () => {
    expect(refused("👍".repeat(10))).toBeNull();
    expect(refused("👍".repeat(11))).toMatchObject({
      code: "VALIDATION_FAILED",
      message: "notes has 11 characters, at most 10 are allowed.",
    });
    expect(refused("a".repeat(MAX_NOTES), MAX_NOTES)).toBeNull();
    expect(refused("a".repeat(2_001), MAX_NOTES)).not.toBeNull();
  });

  it("M7 a letter with combining marks is as many as it has", () => {
    expect(codePoints("e\u0301")).toBe(2);
    expect(codePoints("")).toBe(0);
  });
});

it("§6 who has no name is shown by number", () => {
  expect(nameOfNumber(7)).toBe("User 7");
});
