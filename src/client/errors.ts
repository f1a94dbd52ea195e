/** One error as the server sent it. */
export interface ServerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A request that the server refused or could not answer. `codes` are the stable ones of docs/SPEC.md §7, in order. */
export class RollcallRequestError extends Error {
  readonly errors: readonly ServerError[];
  readonly codes: readonly string[];
  /** What came along with the errors, when part of the answer could be given. */
  readonly data: unknown;

  constructor(errors: readonly ServerError[], options: { data?: unknown; cause?: unknown } = {}) {
    super(errors.map(({ message }) => message).join(" "), { cause: options.cause });
    this.name = "RollcallRequestError";
    this.errors = errors;
    this.codes = errors.map(codeOf);
    this.data = options.data ?? null;
  }

  /** Whether the same request may succeed later, and does no harm when it is sent again: the server says so. */
  get retryable(): boolean {
    return this.errors.some(({ extensions }) => extensions?.["retryable"] === true);
  }

  has(code: string): boolean {
    return this.codes.includes(code);
  }
}

/** No answer of the server's own: UNAVAILABLE, which may be tried again, unless told otherwise. */
export function unanswered(message: string, cause?: unknown, code = "UNAVAILABLE"): RollcallRequestError {
  return new RollcallRequestError([{ message, extensions: { code, retryable: code === "UNAVAILABLE" } }], { cause });
}

/** The server closes with 4403 on a token that it does not, or no longer, accept. */
const REFUSED = 4403;

/** Whatever graphql-ws reports as a subscription's end: the server's errors, a close event or a failure to connect. */
export function socketError(reason: unknown): RollcallRequestError {
  if (Array.isArray(reason)) return new RollcallRequestError(reason as ServerError[]);
  if (typeof reason === "object" && reason !== null && "code" in reason && "reason" in reason) {
    const code = reason.code === REFUSED ? "UNAUTHENTICATED" : "UNAVAILABLE";
    return unanswered(`The socket was closed: ${String(reason.code)} ${String(reason.reason)}`.trim(), reason, code);
  }
  return unanswered("The socket failed.", reason);
}

/** Whether the same subscription may succeed later. It does no harm to start one again, so a fault of the server is worth a try. */
export function maySubscribeAgain(error: RollcallRequestError): boolean {
  return error.retryable || error.has("INTERNAL_SERVER_ERROR");
}

function codeOf({ extensions }: ServerError): string {
  const code = extensions?.["code"];
  return typeof code === "string" ? code : "INTERNAL_SERVER_ERROR";
}
