import fc from "fast-check";
import { EncryptJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { MAX_TOKEN_BYTES } from "../../../src/auth/tokens.ts";
import { RollcallError } from "../../../src/domain/errors.ts";
import { base64, CLAIMS, forge, REFUSED, SECRET, token, verifier } from "../../support/forged-tokens.ts";

describe("what an attacker sends", () => {
  const good = token(CLAIMS);
  const [header = "", payload = "", signature = ""] = good.split(".");
  const everyAttack: [what: string, sent: string | Promise<string>][] = [
    ["nothing", ""],
    ["a word", "token"],
    ["two parts", `${header}.${payload}`],
    ["four parts", `${good}.${signature}`],
    ["an empty signature", `${header}.${payload}.`],
    ["a changed payload", `${header}.${base64({ ...CLAIMS, roles: ["admin"] })}.${signature}`],
    ["a changed signature", `${header}.${payload}.${base64("x".repeat(32))}`],
    ["a signature by another secret", forge({ alg: "HS256" }, CLAIMS, "another-secret-of-more-than-32-bytes")],
    ["alg none", new UnsecuredJWT(CLAIMS).encode()],
    ["alg None, signed", forge({ alg: "None" }, CLAIMS)],
    ["no alg", forge({}, CLAIMS)],
    ["alg that is no string", forge({ alg: ["HS256"] }, CLAIMS)],
    ["HS384", forge({ alg: "HS384" }, CLAIMS, SECRET, "sha384")],
    ["HS512", forge({ alg: "HS512" }, CLAIMS, SECRET, "sha512")],
    ["HS512 said, HS256 signed", forge({ alg: "HS512" }, CLAIMS)],
    ["RS256 said, HS256 signed", forge({ alg: "RS256" }, CLAIMS)],
    ["crit with an extension of its own", forge({ alg: "HS256", crit: ["x"], x: 1 }, CLAIMS)],
    ["crit with b64, which jose knows", forge({ alg: "HS256", crit: ["b64"], b64: true }, CLAIMS)],
    ["crit with b64 false", forge({ alg: "HS256", crit: ["b64"], b64: false }, CLAIMS)],
    ["an empty crit", forge({ alg: "HS256", crit: [] }, CLAIMS)],
    ["claims that are a list", forge({ alg: "HS256" }, [CLAIMS])],
    ["claims that are null", forge({ alg: "HS256" }, null)],
    ["claims that are no JSON", forge({ alg: "HS256" }, "{")],
    ["a header that is not valid JSON", `${base64("{")}.${payload}.${signature}`],
    ["iat that is no number", forge({ alg: "HS256" }, { ...CLAIMS, iat: "now" })],
    ["a space after it", `${good} `],
    ["a line break inside", good.replace(".", ".\n")],
    ["more than 8 KiB, rightly signed", token({ ...CLAIMS, filler: "x".repeat(MAX_TOKEN_BYTES) })],
    [
      "an encrypted token",
      new EncryptJWT(CLAIMS)
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .encrypt(new TextEncoder().encode(SECRET.slice(0, 32))),
    ],
  ];

  it("the token that they start from is good", async () => {
    expect(await verifier().verify(good)).toMatchObject({ id: 7 });
  });

  it.each(everyAttack)("§6 %s is refused with the one answer that every wrong token gets", async (_what, sent) => {
    const error = await verifier()
      .verify(await sent)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject(REFUSED);
    expect(error).not.toHaveProperty("cause");
  });

  it("§6 a token of exactly 8 KiB is still read", async () => {
    const whiteboard = MAX_TOKEN_BYTES - token({ ...CLAIMS, filler: "" }).length;
    const long = token({ ...CLAIMS, filler: "x".repeat(Math.floor((whiteboard * 3) / 4)) });
    expect(long.length).toBeGreaterThan(MAX_TOKEN_BYTES - 4);
    expect(await verifier().verify(long)).toMatchObject({ id: 7 });
  });

  it("§6 garbage of any kind is refused, never an error of another kind", { timeout: 30_000 }, async () => {
    const part = fc.oneof(
      fc.string(),
      fc.json({ maxDepth: 1 }).map(base64),
      fc.constantFrom(header, payload, signature),
    );
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join(".")),
    );
    const checked = verifier();
    await fc.assert(
      fc.asyncProperty(anything, async (sent) => {
        fc.pre(sent !== good);
        const error = await checked.verify(sent).catch((reason: unknown) => reason);
        return error instanceof RollcallError && error.code === REFUSED.code && error.message === REFUSED.message;
      }),
      { numRuns: 200 },
    );
  });
});
