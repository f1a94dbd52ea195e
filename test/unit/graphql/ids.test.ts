import { describe, expect, it } from "vitest";
import { parseId, parseUuid } from "../../../src/services/shared/arguments.ts";

const refusal = (parse: () => unknown) => {
  try {
    parse();
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message };
  }
  return null;
};

describe("parseId", () => {
  it("§6 takes positive 32-bit integers in plain decimal", () => {
    expect(parseId("id", "1")).toBe(1);
    expect(parseId("id", "2147483647")).toBe(2_147_483_647);
  });

  it.each([
    "0",
    "2147483648",
    "9999999999",
    "10000000000",
    "-1",
    "+1",
    "01",
    "1.0",
    "1e3",
    "0x1",
    " 1",
    "1\n",
    "",
    "١",
    "NaN",
  ])("§7 refuses %j and names the field", (value) => {
    expect(refusal(() => parseId("sessionId", value))).toEqual({
      code: "BAD_USER_INPUT",
      message: "sessionId must be a whole number from 1 to 2147483647.",
    });
  });
});

describe("parseUuid", () => {
  const uuid = "0190a5c3-7b1e-7def-8abc-0123456789ab";

  it("P3 takes a UUID in either case and answers in lower case, so that one is one", () => {
    expect(parseUuid("id", uuid)).toBe(uuid);
    expect(parseUuid("id", uuid.toUpperCase())).toBe(uuid);
    expect(parseUuid("id", "00000000-0000-0000-0000-000000000000")).toBe("00000000-0000-0000-0000-000000000000");
  });

  it.each([
    "",
    uuid.slice(1),
    `${uuid}0`,
    `{${uuid}}`,
    ` ${uuid}`,
    `${uuid}\n`,
    uuid.replaceAll("-", ""),
    uuid.replace("a", "g"),
    uuid.replace("-", "_"),
  ])("P3 §7 refuses %j", (value) => {
    expect(refusal(() => parseUuid("connectionId", value))).toEqual({
      code: "BAD_USER_INPUT",
      message: "connectionId must be a UUID.",
    });
  });
});
