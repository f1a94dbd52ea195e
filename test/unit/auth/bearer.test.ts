import { describe, expect, it } from "vitest";
import { readBearer } from "../../../src/auth/refusal.ts";

const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl_-";

describe("Authorization: Bearer (§6)", () => {
  it.each([undefined, null, ""])("§6 %j is no credentials at all: an anonymous viewer", (value) => {
    expect(readBearer(value)).toBeNull();
  });

  it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}`])(
    "§6 the scheme counts in any case: %s",
    (value) => {
      expect(readBearer(value)).toBe(TOKEN);
    },
  );

  it.each([
    ["a bare token", TOKEN],
    ["a scheme without a token", "Bearer"],
    ["a scheme and a space", "Bearer "],
    ["another scheme", "Basic dTpw"],
    ["no space between", `Bearer${TOKEN}`],
    ["two tokens", `Bearer ${TOKEN} ${TOKEN}`],
    ["two headers joined", `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ["a line break", `Bearer ${TOKEN}\n`],
    ["a tab", `Bearer\t${TOKEN}`],
    ["space before", ` Bearer ${TOKEN}`],
    ["a NUL", `Bearer ${TOKEN}\0`],
    ["letters beyond ASCII", "Bearer tökén"],
    ["only spaces", "   "],
    ["a number", 7],
    ["a list", [`Bearer ${TOKEN}`]],
    ["an object", { token: TOKEN }],
    ["false", false],
  ])("§6 %s is refused as UNAUTHENTICATED, and not repeated", (_what, value) => {
    expect(() => readBearer(value)).toThrow(expect.objectContaining({ code: "UNAUTHENTICATED" }) as Error);
    expect(() => readBearer(value)).not.toThrow(TOKEN);
  });

  it("takes a very long value without trouble", () => {
    const long = "a".repeat(1_000_000);
    expect(readBearer(`Bearer ${long}`)).toBe(long);
    expect(() => readBearer(`Bearer ${long}!`)).toThrow();
  });
});
