import { createHmac } from "node:crypto";
import type { ClaimNames } from "../../src/auth/claims.ts";
import { createTokenVerifier } from "../../src/auth/tokens.ts";

export const SECRET = "a-secret-that-is-long-enough-for-hs256";
export const NOW = Date.UTC(2025, 5, 1, 12);
const SECOND = NOW / 1_000;
export const CLAIMS = { sub: "7", roles: ["tutor"], exp: SECOND + 60 };

export const base64 = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Signed by hand, because jose refuses to produce most of what an attacker would. */
export function forge(header: unknown, claims: unknown, secret = SECRET, hash = "sha256"): string {
  const content = `${base64(header)}.${base64(claims)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest("base64url")}`;
}

export const token = (claims: unknown) => forge({ alg: "HS256" }, claims);

export function verifier(trust: { issuer?: string; audience?: string; claims?: ClaimNames } = {}, now = () => NOW) {
  return createTokenVerifier({ secret: SECRET, jwksUrl: null, issuer: null, audience: null, ...trust }, now);
}

/** What every wrong token gets. */
export const REFUSED = { name: "RollcallError", code: "UNAUTHENTICATED", message: "The token is not valid." };
