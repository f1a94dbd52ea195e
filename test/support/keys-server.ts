import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTHeaderParameters } from "jose";

export interface SigningKey {
  readonly alg: "RS256" | "ES256" | "EdDSA";
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
  /** Signs the claims as they are; the header may be changed. */
  sign(claims: Record<string, unknown>, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

export async function makeKey(alg: SigningKey["alg"], kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" },
    sign: (claims, header) => new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** A real HTTP server on loopback that publishes a JSON Web Key Set, and can be made to misbehave. */
export interface KeysServer {
  readonly url: string;
  /** How often it was asked. */
  readonly requests: number;
  publish(keys: readonly JWK[]): void;
  /** Answers with this status and body from now on, and sends elsewhere where a place is given. */
  answer(status: number, body: string, location?: string): void;
  /** Takes requests from now on, and answers none. */
  fallSilent(): void;
  close(): Promise<void>;
}

export async function startKeysServer(keys: readonly JWK[]): Promise<KeysServer> {
  let requests = 0;
  let status = 200;
  let body = JSON.stringify({ keys });
  let more: Record<string, string> = {};
  let silent = false;
  const server = createServer((_request, response) => {
    requests += 1;
    if (silent) return;
    response.writeHead(status, { "content-type": "application/json", connection: "close", ...more }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/keys`,
    get requests() {
      return requests;
    },
    publish(next) {
      [status, body, more, silent] = [200, JSON.stringify({ keys: next }), {}, false];
    },
    answer(nextStatus, nextBody, location) {
      status = nextStatus;
      body = nextBody;
      more = location === undefined ? {} : { location };
    },
    fallSilent() {
      silent = true;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
