import fc from "fast-check";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { userId, VIEWER_ROLES } from "../../../src/auth/claims.ts";
import { issueDevelopmentToken } from "../../../src/auth/development-tokens.ts";
import { createTokenVerifier } from "../../../src/auth/tokens.ts";
import { CLAIMS, forge, NOW, REFUSED, SECRET, token, verifier } from "../../support/forged-tokens.ts";

const SECOND = NOW / 1_000;

const verify = (claims: Record<string, unknown>, trust = {}) => verifier(trust).verify(token({ ...CLAIMS, ...claims }));

describe("a token signed with the secret", () => {
  it("§6 tells who its bearer is, in which roles, by what name and until when", async () => {
    const issued = await issueDevelopmentToken({
      secret: SECRET,
      user: 7,
      roles: ["tutor", "parent"],
      name: "Ada",
      expiresInSeconds: 60,
      now: NOW,
    });
    const viewer = await verifier().verify(issued);
    expect(viewer).toEqual({ id: 7, roles: new Set(["tutor", "parent"]), name: "Ada", expiresAt: NOW + 60_000 });
    expect(Object.isFrozen(viewer)).toBe(true);
  });

  it("§6 needs an expiry that is a number and has not come", async () => {
    await expect(verifier().verify(token({ sub: "7", roles: [] }))).rejects.toMatchObject(REFUSED);
    for (const exp of [SECOND, SECOND - 1, 0, -1, null, `${SECOND + 60}`, true, [SECOND + 60]]) {
      await expect(verify({ exp }), JSON.stringify(exp)).rejects.toMatchObject(REFUSED);
    }
    const endless = forge({ alg: "HS256" }, `{"sub":"7","exp":1e999}`);
    await expect(verifier().verify(endless)).rejects.toMatchObject(REFUSED);
    expect((await verify({ exp: 1e300 })).expiresAt).toBe(8.64e15);
  });

  it("§6 expires by the injected clock, to the millisecond, fractions of a second included", async () => {
    let now = NOW;
    const patient = verifier({}, () => now);
    const issued = token({ ...CLAIMS, exp: SECOND + 1.5 });
    now = NOW + 1_499;
    expect((await patient.verify(issued)).expiresAt).toBe(NOW + 1_500);
    now = NOW + 1_500;
    await expect(patient.verify(issued)).rejects.toMatchObject(REFUSED);
  });

  it("§6 is not valid before its nbf", async () => {
    await expect(verify({ nbf: SECOND + 1 })).rejects.toMatchObject(REFUSED);
    await expect(verify({ nbf: "now" })).rejects.toMatchObject(REFUSED);
    expect(await verify({ nbf: SECOND })).toMatchObject({ id: 7 });
  });

  it("§6 has its issuer and audience checked when they are set", async () => {
    const trust = { issuer: "https://id.example", audience: "rollcall" };
    const right = { iss: "https://id.example", aud: ["other", "rollcall"] };
    expect(await verify(right, trust)).toMatchObject({ id: 7 });
    expect(await verify({ ...right, aud: "rollcall" }, trust)).toMatchObject({ id: 7 });
    const wrong = [
      { iss: "https://evil.example" },
      { iss: undefined },
      { aud: "other" },
      { aud: undefined },
      { aud: [] },
    ];
    for (const change of wrong) {
      await expect(verify({ ...right, ...change }, trust), JSON.stringify(change)).rejects.toMatchObject(REFUSED);
    }
    expect(await verify({ iss: "anybody", aud: "anything" })).toMatchObject({ id: 7 });
  });
});

describe("roles", () => {
  it.each([
    ["all that there are", { roles: [...VIEWER_ROLES] }, VIEWER_ROLES],
    ["unknown ones are none", { roles: ["teacher", "tutor", "TUTOR", "root"] }, ["tutor"]],
    ["what is no word is none", { roles: [1, null, ["admin"], { admin: true }, "student"] }, ["student"]],
    ["twice is once", { roles: ["tutor", "tutor"] }, ["tutor"]],
    ["no claim", { roles: undefined }, []],
    ["words in a string", { roles: "tutor parent,admin root" }, ["tutor", "parent", "admin"]],
    ["an empty string", { roles: "" }, []],
    ["an object instead of a list", { roles: { 0: "admin", length: 1 } }, []],
    ["names that every object has", { roles: ["constructor", "__proto__", "toString"] }, []],
    ["the active one only", { roles: ["tutor", "parent"], role: "parent" }, ["parent"]],
    ["an active one that roles lacks", { roles: ["tutor"], role: "admin" }, []],
    ["an active one that nobody knows", { roles: ["tutor", "root"], role: "root" }, []],
    ["an active one that is empty", { roles: ["tutor"], role: "" }, []],
    ["an active one that is a list", { roles: ["tutor"], role: ["tutor"] }, []],
    ["no active one", { roles: ["tutor", "parent"], role: null }, ["tutor", "parent"]],
  ])("§6 %s", async (_what, claims, roles) => {
    expect([...(await verify(claims)).roles]).toEqual(roles);
  });
});

describe("the claims of an identity provider's own", () => {
  const bearer = { id: 7, roles: new Set(["tutor"]), name: "Ada" };
  it.each([
    ["by their whole names", { "https://a.example/id": "7", "https://a.example/roles": ["tutor"], nickname: "Ada" }],
    [
      "over others of the same path",
      {
        "https://a": { "example/id": 8 },
        "https://a.example/id": 7,
        "https://a.example/roles": "tutor",
        nickname: "Ada",
      },
    ],
  ])("§6 are found %s", async (_what, claims) => {
    const names = { user: "https://a.example/id", roles: "https://a.example/roles", name: "nickname" };
    expect(await verify({ sub: "auth0|x", roles: ["admin"], ...claims }, { claims: names })).toMatchObject(bearer);
  });

  it("§6 are found inside others", async () => {
    const names = { user: "user_id", roles: "realm_access.roles", name: "name" };
    const claims = { sub: "0b5", user_id: 7, realm_access: { roles: ["offline_access", "tutor"] }, name: "Ada" };
    expect(await verify({ ...claims, roles: ["admin"] }, { claims: names })).toMatchObject(bearer);
    expect([...(await verify({ ...claims, realm_access: null }, { claims: names })).roles]).toEqual([]);
    expect([...(await verify({ ...claims, realm_access: ["tutor"] }, { claims: names })).roles]).toEqual([]);
  });

  it("§6 may be `role` itself, which chooses none then", async () => {
    const names = { user: "sub", roles: "role", name: "name" };
    expect([...(await verify({ role: ["tutor", "parent"] }, { claims: names })).roles]).toEqual(["tutor", "parent"]);
  });

  it("§6 never are what every object has", async () => {
    for (const user of ["constructor.length", "__proto__.x", "toString"]) {
      await expect(verify({}, { claims: { user, roles: "roles", name: "name" } })).rejects.toMatchObject(REFUSED);
    }
  });

  it("§6 are those that the tokens for development have too", async () => {
    const claims = { user: "https://a.example/id", roles: "realm_access.roles", name: "custom:name" };
    const wish = { secret: SECRET, user: 7, roles: ["tutor"] as const, name: "Ada", expiresInSeconds: 60, now: NOW };
    const issued = await issueDevelopmentToken({ ...wish, claims });
    expect(await verifier({ claims }).verify(issued)).toMatchObject(bearer);
  });
});

describe("why a token is refused", () => {
  it.each([
    [{ exp: SECOND - 1 }, "it has expired"],
    [{ exp: undefined }, "it has no exp"],
    [{ exp: [1] }, "its exp is not valid"],
    [{ nbf: SECOND + 9 }, "it is not valid yet, by its nbf"],
    [{ iss: "https://evil.example/hunter2" }, "its iss is not JWT_ISSUER"],
    [{ iss: undefined }, "it has no iss"],
    [{ aud: "hunter2" }, "its aud is not JWT_AUDIENCE, nor lists it"],
    [{ sub: "hunter2" }, "its sub is not a whole number from 1 to 2147483647"],
  ])("§6 %j is for the log, without a value of the token", async (claims, reason) => {
    const right = { iss: "https://id.example", aud: "rollcall" };
    const trust = { issuer: "https://id.example", audience: "rollcall" };
    await expect(verify({ ...right, ...claims }, trust)).rejects.toMatchObject({ ...REFUSED, reason });
  });

  it.each([
    ["hunter2", "it is not a well-formed JWT"],
    [`${"x".repeat(9_000)}.x.x`, "it is longer than 8192 bytes"],
    [forge({ alg: "HS256" }, CLAIMS, "another secret, of more than 32 bytes"), "its signature does not fit the key"],
    [forge({ alg: "none" }, CLAIMS), expect.stringContaining("its alg is not allowed") as string],
    [forge({ alg: "HS256" }, "hunter2"), "it is not a well-formed JWT"],
  ])("§6 %s", async (text, reason) => {
    await expect(verifier().verify(text)).rejects.toMatchObject({ ...REFUSED, reason });
  });
});

describe("the name claim", () => {
  it.each([
    ["is trimmed", "  Ada Lovelace ", "Ada Lovelace"],
    ["may be 200 characters beyond the basic plane", "😀".repeat(200), "😀".repeat(200)],
    ["may not be longer", "x".repeat(201), null],
    ["may not be empty", " \t\n", null],
    ["may not hold a NUL", "A\0da", null],
    ["may not hold a lone surrogate", "A\ud83d", null],
    ["is a string", 7, null],
    ["may be missing", undefined, null],
  ])("§6 %s", async (_what, name, shown) => {
    expect((await verify({ name })).name).toBe(shown);
  });
});

describe("sub", () => {
  it.each([
    undefined,
    null,
    "",
    "0",
    "-1",
    "+1",
    "01",
    "1.0",
    "1e3",
    " 1",
    "1 ",
    "1\n",
    "0x1",
    "१",
    "2147483648",
    "99999999999",
  ])("§6 %j names nobody", async (sub) => {
    await expect(verify({ sub })).rejects.toMatchObject(REFUSED);
  });

  it.each([0, -1, 1.5, 2 ** 31, 1e21, true, ["7"], { id: 7 }])("§6 %j names nobody either", async (sub) => {
    await expect(verify({ sub })).rejects.toMatchObject(REFUSED);
  });

  it("§6 may be the number itself, as many back ends write it", async () => {
    expect((await verify({ sub: 2_147_483_647 })).id).toBe(2_147_483_647);
  });

  it("§6 every positive 32-bit integer comes through as it went in", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (id) => {
        expect(userId(String(id))).toBe(id);
        expect(userId(id)).toBe(id);
      }),
    );
  });

  it("§6 whatever else it is, it names nobody or exactly what it says", () => {
    const digits = fc.stringMatching(/^[0-9+\-.eEx_ ]{0,12}$/);
    fc.assert(
      fc.property(fc.oneof(digits, fc.string(), fc.integer(), fc.double(), fc.jsonValue()), (sub) => {
        const id = userId(sub);
        if (id === null) return;
        expect(Number.isInteger(id) && id > 0 && id < 2 ** 31).toBe(true);
        expect([id, String(id)]).toContain(sub);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the source of trust", () => {
  const clock = () => NOW;
  const none = { secret: null, jwksUrl: null, issuer: null, audience: null };

  it("§6 is exactly one: a secret of 32 bytes or published keys", () => {
    expect(() => createTokenVerifier(none, clock)).toThrow("exactly one");
    const both = { ...none, secret: SECRET, jwksUrl: "https://id.example/keys" };
    expect(() => createTokenVerifier(both, clock)).toThrow("exactly one");
    expect(() => createTokenVerifier({ ...none, secret: "x".repeat(31) }, clock)).toThrow("32 bytes");
  });

  it("§6 is the secret's UTF-8 bytes, as any other JWT library signs with it", async () => {
    const secret = "ключ-из-букв-не-ascii-é😀";
    const signed = await new SignJWT(CLAIMS).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(secret, "utf8"));
    expect(await createTokenVerifier({ ...none, secret }, clock).verify(signed)).toMatchObject({ id: 7 });
    expect(forge({ alg: "HS256" }, CLAIMS, secret)).toBe(signed);
  });
});
