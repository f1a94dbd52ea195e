import { expect, it } from "vitest";
import { cachedVerifier } from "../../../src/auth/tokens.ts";
import { CLAIMS, NOW, REFUSED, token, verifier } from "../../support/forged-tokens.ts";

/** The real check, counted, at a time that the test decides. */
function counted() {
  const seen = { now: NOW, checks: 0 };
  const clock = () => seen.now;
  const real = verifier({}, clock);
  const verify = (text: string) => {
    seen.checks += 1;
    return real.verify(text);
  };
  return { seen, check: cachedVerifier({ verify }, clock) };
}
const good = (user: number, seconds = 600) => token({ ...CLAIMS, sub: String(user), exp: NOW / 1_000 + seconds });

it("§6 a good token is checked once in half a minute, and each speaks for its own bearer", async () => {
  const { seen, check } = counted();
  for (let time = 0; time < 3; time += 1) {
    expect((await check.verify(good(7))).id).toBe(7);
    expect((await check.verify(good(8))).id).toBe(8);
  }
  expect(seen.checks).toBe(2);
  seen.now += 30_000;
  await check.verify(good(7));
  expect(seen.checks).toBe(3);
});

it("§6 a token is not good beyond its end, remembered or not", async () => {
  const { seen, check } = counted();
  await check.verify(good(7, 5));
  seen.now += 4_999;
  expect((await check.verify(good(7, 5))).id).toBe(7);
  seen.now += 1;
  await expect(check.verify(good(7, 5))).rejects.toMatchObject(REFUSED);
});

it("§6 a wrong token is checked every time, and one that differs in a character is another", async () => {
  const { seen, check } = counted();
  const right = good(7);
  await check.verify(right);
  const wrong = `${right.slice(0, -2)}${right.endsWith("A") ? "B" : "A"}${right.at(-1)}`;
  for (let time = 0; time < 2; time += 1) await expect(check.verify(wrong)).rejects.toMatchObject(REFUSED);
  expect(seen.checks).toBe(3);
});

it("remembers no more people than it has room for, nor very long tokens", async () => {
  const { seen, check } = counted();
  const long = token({ ...CLAIMS, padding: "x".repeat(3_000) });
  await check.verify(long);
  await check.verify(long);
  expect(seen.checks).toBe(2);
  await check.verify(good(1));
  for (let user = 2; user <= 10_001; user += 1) await check.verify(good(user));
  const before = seen.checks;
  await check.verify(good(10_001));
  expect(seen.checks).toBe(before);
  await check.verify(good(1));
  expect(seen.checks).toBe(before + 1);
});
