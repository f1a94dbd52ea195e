/** The stable codes that reach a client as `extensions.code`. */
export type ErrorCode =
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "BAD_USER_INPUT"
  | "VALIDATION_FAILED"
  | "CONFLICT"
  | "NO_SUGGESTION"
  | "SESSION_ENDED"
  | "CONNECTION_EXPIRED"
  | "RATE_LIMITED"
  | "TOO_MANY_SUBSCRIPTIONS"
  | "QUERY_TOO_COMPLEX"
  | "UNAVAILABLE";

const RETRYABLE: ReadonlySet<string> = new Set<ErrorCode>(["UNAVAILABLE", "RATE_LIMITED", "TOO_MANY_SUBSCRIPTIONS"]);

/** Whether the same request, sent again later, may succeed, and does no harm: `extensions.retryable`. */
export const isRetryable = (code: string): boolean => RETRYABLE.has(code);

interface ErrorDetails {
  /** The argument or input field that is wrong: its name, with what leads to it from there, such as `events[3].at`. */
  readonly field?: string;
  /** Set where it differs from what the code says. */
  readonly retryable?: boolean;
}

/** What a caller did wrong or has to live with: its message is written for them and holds nothing internal. */
export class RollcallError extends Error {
  readonly code: ErrorCode;
  readonly field: string | null;
  readonly retryable: boolean;

  /** Without a stack: it is an answer, not a fault, and V8 takes as long for a stack as the rest of a refusal takes. */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "RollcallError";
    this.code = code;
    this.field = details.field ?? null;
    this.retryable = details.retryable ?? isRetryable(code);
  }
}

/** For a second look at a promise whose failure somebody else has already had: say who, where it is used. */
export function heard(_error: unknown): void {}

/** Throws the error on, unless it carries one of the codes that are expected here, such as ENOENT. */
export function expectCode(error: unknown, ...codes: readonly string[]): void {
  if (!(error instanceof Error) || !codes.includes(String((error as { code?: unknown }).code))) throw error;
}

/** Throws the error on, unless it is of a kind that is expected here. */
export function expectKind(error: unknown, ...kinds: readonly (abstract new (...args: never) => Error)[]): void {
  if (!kinds.some((kind) => error instanceof kind)) throw error;
}
