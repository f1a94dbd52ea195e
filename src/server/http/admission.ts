import type { IncomingMessage, ServerResponse } from "node:http";
import { readBearer, type TokenRefused } from "../../auth/refusal.ts";
import type { TokenVerifier } from "../../auth/tokens.ts";
import type { Viewer } from "../../auth/claims.ts";
import { type ErrorCode, isRetryable, RollcallError } from "../../domain/errors.ts";
import type { Log } from "../../services/shared/ports.ts";
import { FLAT_UP_TO_MS, type LoopMeter, RequestUsage } from "../quotas/usage-meter.ts";
import { refusalCost, type Principal, principalOf, type FairScheduler } from "../quotas/fair-scheduler.ts";

/** Milliseconds of the event loop: reading a request's headers and writing its answer are most of it. */
export const REQUEST_TAKES_MS = 0.5;

/** Why a request is not served. */
export interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Admitted {
  readonly viewer: Viewer | null;
  /** Null: it may be served. */
  readonly refusal: Refusal | null;
  readonly usage: RequestUsage;
}

/**
 * The way in of every HTTP request: who sends it, and their turn. Who has no token or a wrong one shares one account with all
 * others who are unknown, and a wrong token is answered when it is that account's turn; at once where too many wait: the answer
 * takes no more than 429 would, and tells those whose token has ended what to do.
 */
export class Admission {
  readonly meter: LoopMeter;
  readonly shares: FairScheduler;
  readonly #verifier: TokenVerifier;
  readonly #refused: (code: string) => void;
  readonly #log: Pick<Log, "debug">;
  readonly #development: boolean;

  /**
   * @param deps.refused is called with the code of every refusal
   * @param deps.development says in a header why a token is refused
   */
  constructor(deps: {
    readonly meter: LoopMeter;
    readonly shares: FairScheduler;
    readonly verifier: TokenVerifier;
    readonly refused: (code: string) => void;
    readonly log: Pick<Log, "debug">;
    readonly development: boolean;
  }) {
    this.meter = deps.meter;
    this.shares = deps.shares;
    this.#verifier = deps.verifier;
    this.#refused = deps.refused;
    this.#log = deps.log;
    this.#development = deps.development;
  }

  /** Resolves when it is the turn of the request's sender, or with the reason why it is never going to be. */
  async admit(req: IncomingMessage, requestId: string): Promise<Admitted> {
    const usage = this.#usage();
    let viewer: Viewer | null = null;
    let refusal: Refusal | null = null;
    try {
      const token = readBearer(req.headers.authorization);
      viewer = token === null ? null : await this.#verifier.verify(token);
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      noteRefusal(this.#log, error, { requestId });
      refusal = this.#refusal(error);
    }
    usage.goesOn();
    const tooMany = await this.turn(usage, principalOf(viewer), refusal === null ? 0 : refusalCost([]));
    return { viewer, usage, refusal: tooMany !== null && refusal !== null ? unread(refusal) : (tooMany ?? refusal) };
  }

  /** The same for what needs no token, and is not the API. */
  async admitAs(principal: Principal): Promise<Admitted> {
    const usage = this.#usage();
    return { viewer: null, usage, refusal: await this.turn(usage, principal) };
  }

  /** Waits for a turn of an account, which pays only for what gets one. @returns why there is none */
  async turn(usage: RequestUsage, principal: Principal, more = 0): Promise<Refusal | null> {
    try {
      await this.shares.take(principal, REQUEST_TAKES_MS + more);
      usage.belongsTo(principal);
      usage.prepaid(FLAT_UP_TO_MS);
      return null;
    } catch (error) {
      if (!(error instanceof RollcallError)) throw error;
      return this.#refusal(error);
    }
  }

  #usage(): RequestUsage {
    const usage = new RequestUsage(this.meter, this.shares);
    usage.goesOn();
    return usage;
  }

  #refusal(error: RollcallError): Refusal {
    const { code, message } = error;
    this.#refused(code);
    if (code === "UNAVAILABLE" || code === "UNAUTHENTICATED") {
      const headers = refusalHeaders(error, this.#development);
      return { status: code === "UNAVAILABLE" ? 503 : 401, code, message, headers };
    }
    return unread({ status: 429, code, message, headers: { "retry-after": "1" } });
  }
}

/** What else its connection has sent is not read: whoever sends too much has to come again. */
function unread(refusal: Refusal): Refusal {
  return { ...refusal, headers: { ...refusal.headers, connection: "close" } };
}

/** Answers with the errors of the API, whatever was asked for. */
export function answerRefusal(res: ServerResponse, { status, code, message, headers = {} }: Refusal): void {
  if (res.headersSent || res.destroyed) return void res.destroy();
  res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify({ errors: [{ message, extensions: { code, retryable: isRetryable(code) } }] }));
}

/** What is refused before anybody is known: a wrong token, or a header that holds none. */
const reasonOf = (error: RollcallError): string => ("reason" in error ? (error as TokenRefused).reason : error.message);

/** Tells who runs the server why, at debug: a stranger can send as many as they like. Never the token itself. */
export function noteRefusal(log: Pick<Log, "debug">, error: RollcallError, where: object): void {
  if (error.code === "UNAUTHENTICATED") log.debug({ ...where, reason: reasonOf(error) }, "a token was refused");
}

/** The headers of a refusal (RFC 6750, 3). In development they say why. */
function refusalHeaders(error: RollcallError, development: boolean): Record<string, string> {
  if (error.code === "UNAVAILABLE") return { "retry-after": "1" };
  if (!development) return { "www-authenticate": "Bearer" };
  // A quoted string has neither quotes nor backslashes.
  const description = reasonOf(error).replace(/["\\]/g, "'");
  return { "www-authenticate": `Bearer error="invalid_token", error_description="${description}"` };
}
