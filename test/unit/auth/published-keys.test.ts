import { createHmac } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createTokenVerifier, type TokenVerifier } from "../../../src/auth/tokens.ts";
import { makeKey, startKeysServer, type KeysServer, type SigningKey } from "../../support/keys-server.ts";

const START = Date.UTC(2025, 5, 1, 12);
const claims = { sub: "7", roles: ["tutor"], exp: START / 1_000 + 86_400 };
const REFUSED = { name: "RollcallError", code: "UNAUTHENTICATED", message: "The token is not valid." };
const AWAY = { name: "RollcallError", code: "UNAVAILABLE" };

let rsa: SigningKey, ec: SigningKey, ed: SigningKey, next: SigningKey;
let server: KeysServer;
let verifier: TokenVerifier;
let problems: unknown[];

beforeAll(async () => {
  [rsa, ec, ed, next] = await Promise.all([
    makeKey("RS256", "rsa"),
    makeKey("ES256", "ec"),
    makeKey("EdDSA", "ed"),
    makeKey("RS256", "next"),
  ]);
});

beforeEach(async () => {
  // jose ages the keys by Date.now, so only the date is faked; timers and sockets are real.
  vi.useFakeTimers({ toFake: ["Date"], now: START });
  server = await startKeysServer([rsa.jwk, ec.jwk, ed.jwk]);
  problems = [];
  verifier = verifierOf(server.url);
});

afterEach(async () => {
  vi.useRealTimers();
  await server.close();
});

function verifierOf(jwksUrl: string) {
  const trust = { secret: null, jwksUrl, issuer: null, audience: null };
  return createTokenVerifier(trust, () => Date.now(), { onProblem: (problem) => problems.push(problem) });
}

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe("tokens signed with published keys", () => {
  it("§6 RS256, ES256 and EdDSA are taken, and the keys fetched once for all of them", async () => {
    const tokens = await Promise.all([rsa, ec, ed].flatMap((key) => [key.sign(claims), key.sign(claims)]));
    const viewers = await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(viewers.map((viewer) => viewer.id)).toEqual([7, 7, 7, 7, 7, 7]);
    expect(server.requests).toBe(1);
    expect(problems).toEqual([]);
  });

  it("§6 nothing is fetched before the first token", () => {
    expect(server.requests).toBe(0);
  });

  it("§6 expiry, nbf, sub and the size count as with a secret", async () => {
    for (const wrong of [
      { exp: START / 1_000 },
      { nbf: START / 1_000 + 5 },
      { sub: "x" },
      { filler: "x".repeat(9_000) },
    ]) {
      await expect(verifier.verify(await rsa.sign({ ...claims, ...wrong }))).rejects.toMatchObject(REFUSED);
    }
  });

  it("§6 a public key is never an HMAC secret", async () => {
    const header = Buffer.from(JSON.stringify({ alg: "HS256", kid: "rsa" })).toString("base64url");
    const content = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
    for (const secret of [await exportSPKI(rsa.publicKey), JSON.stringify(rsa.jwk), rsa.jwk.n ?? ""]) {
      const token = `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
      await expect(verifier.verify(token)).rejects.toMatchObject(REFUSED);
    }
  });

  it("§6 a symmetric key among the published ones is not used", async () => {
    server.publish([{ kty: "oct", k: Buffer.from("x".repeat(32)).toString("base64url"), kid: "oct", alg: "HS256" }]);
    const header = Buffer.from(JSON.stringify({ alg: "HS256", kid: "oct" })).toString("base64url");
    const content = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
    const token = `${content}.${createHmac("sha256", "x".repeat(32)).update(content).digest("base64url")}`;
    await expect(verifier.verify(token)).rejects.toMatchObject(REFUSED);
  });

  it("§6 keys that the token brings along or points to are not used", async () => {
    const evil = await makeKey("RS256", "rsa");
    const evilServer = await startKeysServer([evil.jwk]);
    for (const header of [{ jwk: evil.jwk }, { jku: evilServer.url }, { x5u: evilServer.url }]) {
      await expect(verifier.verify(await evil.sign(claims, header as object))).rejects.toMatchObject(REFUSED);
    }
    expect(evilServer.requests).toBe(0);
    await evilServer.close();
  });

  it("§6 other algorithms are refused even with a key that is published", async () => {
    const { privateKey, publicKey } = await generateKeyPair("PS256", { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: "ps" };
    server.publish([jwk]);
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "PS256", kid: "ps" }).sign(privateKey);
    await expect(verifier.verify(token)).rejects.toMatchObject(REFUSED);
  });

  it("§6 a token that does not say its key is tried with each published key of its kind", async () => {
    server.publish([rsa.jwk, next.jwk]);
    expect(await verifier.verify(await rsa.sign(claims, { kid: undefined }))).toMatchObject({ id: 7 });
    expect(await verifier.verify(await next.sign(claims, { kid: undefined }))).toMatchObject({ id: 7 });
    const stranger = await makeKey("RS256", "stranger");
    await expect(verifier.verify(await stranger.sign(claims, { kid: undefined }))).rejects.toMatchObject(REFUSED);
    const expired = next.sign({ ...claims, exp: START / 1_000 }, { kid: undefined });
    await expect(verifier.verify(await expired)).rejects.toMatchObject(REFUSED);
  });
});

describe("rotation", () => {
  it("§6 a new key is fetched when a token first names it, and the old one dropped", async () => {
    const [old, fresh] = await Promise.all([rsa.sign(claims), next.sign(claims)]);
    await verifier.verify(old);
    server.publish([next.jwk]);
    pass(31_000);
    expect(await verifier.verify(fresh)).toMatchObject({ id: 7 });
    await expect(verifier.verify(old)).rejects.toMatchObject(REFUSED);
    expect(server.requests).toBe(2);
  });

  it("§6 a withdrawn key is gone after ten minutes even when no new one is used", async () => {
    const old = await rsa.sign(claims);
    await verifier.verify(old);
    server.publish([ec.jwk]);
    expect(await verifier.verify(old)).toMatchObject({ id: 7 });
    pass(600_001);
    await expect(verifier.verify(old)).rejects.toMatchObject(REFUSED);
  });

  it("§6 tokens with invented key ids make nobody ask the host more than once in 30 seconds", async () => {
    await verifier.verify(await rsa.sign(claims));
    for (let n = 0; n < 20; n++) {
      await expect(verifier.verify(await rsa.sign(claims, { kid: `made-up-${n}` }))).rejects.toMatchObject(REFUSED);
    }
    expect(server.requests).toBe(1);
  });
});

describe("a host that does not help", () => {
  it("§6 one that is down makes tokens UNAVAILABLE, not wrong, and the operator hears why", async () => {
    const token = await rsa.sign(claims);
    await server.close();
    await expect(verifier.verify(token)).rejects.toMatchObject(AWAY);
    expect(problems).toHaveLength(1);
    expect(String(problems[0])).toContain("JWT_JWKS_URL");
  });

  it("§6 one that is down when the keys grow old makes tokens UNAVAILABLE, until it is back", async () => {
    const token = await rsa.sign(claims);
    await verifier.verify(token);
    server.answer(503, "later");
    expect(await verifier.verify(token)).toMatchObject({ id: 7 });
    pass(600_001);
    await expect(verifier.verify(token)).rejects.toMatchObject(AWAY);
    server.publish([rsa.jwk]);
    pass(1_000);
    expect(await verifier.verify(token)).toMatchObject({ id: 7 });
  });

  it("§6 one that fails is asked once a second at most", async () => {
    server.answer(500, "");
    const token = await rsa.sign(claims);
    for (let n = 0; n < 20; n++) await expect(verifier.verify(token)).rejects.toMatchObject(AWAY);
    expect(server.requests).toBe(1);
    pass(1_000);
    await expect(verifier.verify(token)).rejects.toMatchObject(AWAY);
    expect(server.requests).toBe(2);
  });

  it.each([
    [404, "not found"],
    [200, "<html>"],
    [200, "{}"],
    [200, '{"keys":7}'],
    [302, ""],
  ])("§6 an answer of %i %j is as good as none", async (status, body) => {
    server.answer(status, body);
    await expect(verifier.verify(await rsa.sign(claims))).rejects.toMatchObject(AWAY);
  });

  it("§6 one that sends elsewhere is not followed there", async () => {
    const elsewhere = await startKeysServer([rsa.jwk]);
    server.answer(302, "", elsewhere.url);
    await expect(verifier.verify(await rsa.sign(claims))).rejects.toMatchObject(AWAY);
    expect(elsewhere.requests).toBe(0);
    await elsewhere.close();
  });

  it("§6 one that takes the question and never answers is waited for no longer than 3 s", async () => {
    server.fallSilent();
    const asked = performance.now();
    await expect(verifier.verify(await rsa.sign(claims))).rejects.toMatchObject(AWAY);
    expect(performance.now() - asked).toBeLessThan(5_000);
    expect(problems).toHaveLength(1);
  }, 10_000);

  it("§6 garbage is refused without asking it", async () => {
    await expect(verifier.verify("garbage")).rejects.toMatchObject(REFUSED);
    expect(server.requests).toBe(0);
  });
});
