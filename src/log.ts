import { pino, type DestinationStream, type Logger } from "pino";
import type { Config } from "./config.ts";
import type { Log } from "./services/shared/ports.ts";

export type { Logger } from "pino";

const SECRET_KEYS = ["authorization", "Authorization", "cookie", "token", "secret", "password", "connectionParams"];

/** Wherever one of the keys stands: at the top of what is logged, or up to two objects down. */
const SECRET_PATHS = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

interface Logged extends Error {
  readonly code?: unknown;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: Logged } };
  readonly originalCode?: unknown;
  readonly severity?: unknown;
}

/** PostgreSQL's classes of errors whose words name tables and constraints, but quote no value. */
const QUOTES_NOTHING = /^(08|23|25|40|42|53|55|57|58)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/** An error of the database, by its SQLSTATE where it has one, or of Prisma; null: it is neither. */
function sqlStateOf({ name, code, cause, meta, severity }: Logged): string | null {
  const origin = (meta?.driverAdapterError?.cause ?? cause) as Logged | undefined;
  const ofDatabase = /^(Prisma|DriverAdapter)/.test(name) || severity !== undefined;
  if (!ofDatabase) return null;
  const state = [origin?.originalCode, origin?.code, code].find(
    (each) => SQLSTATE.test(String(each)) && !/^P\d/.test(String(each)),
  );
  return typeof state === "string" ? state : "";
}

/** Which error it is, in words of our own and of the database alone: two with another SQLSTATE or code are different ones. */
function codesOf(error: Error): string {
  const { code } = error as Logged;
  return [error.name, typeof code === "string" ? code : "", sqlStateOf(error) ?? ""].join(" ");
}

/** What an error says. The database may quote a value, a name or a note, such as "invalid input syntax for type …: "…"". */
function wordsOf(error: Logged): {
  readonly sqlState?: string;
  readonly message: string;
  readonly stack: string | undefined;
} {
  const { message, stack } = error;
  const sqlState = sqlStateOf(error);
  if (sqlState === null) return { message, stack };
  // The stack repeats the message before its first frame.
  const frames = stack
    ?.split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n");
  const safe =
    QUOTES_NOTHING.test(sqlState) || (sqlState === "" && /^P\d{4}$/.test(String(error.code)) && error.code !== "P2010");
  return { sqlState, message: safe ? message : "the words are left out: they may quote a value", stack: frames };
}

/**
 * Of an error its kind, code, words and stack, and those of what caused it. Drivers hang more on theirs, such as
 * PostgreSQL's "Failing row contains (…)", and that is what people wrote.
 */
function factsOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, code, cause } = error as Logged;
  return {
    type: name,
    code,
    ...wordsOf(error),
    ...(cause instanceof Error ? { cause: factsOf(cause) } : {}),
    ...(error instanceof AggregateError ? { errors: error.errors.map(factsOf) } : {}),
  };
}

/**
 * One JSON object a line with the time in ISO 8601 and the level by name; what stands under a key of secrets is
 * replaced by "[redacted]". Synchronous, so that the last words of a process that exits are not lost.
 */
export function createLogger(
  level: Config["logLevel"],
  destination: DestinationStream = pino.destination({ sync: true }),
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: factsOf },
      redact: { paths: SECRET_PATHS, censor: "[redacted]" },
    },
    destination,
  );
}

const WINDOW_MS = 60_000;
/** Lines of one kind in a window, and kinds: more than that no operator reads, and a full disk would end the database too. */
const LINES_OF_A_KIND = 10;
const KINDS = 50;

/**
 * Limits what is logged as a warning or an error: up to ten lines of one kind in a minute. Strangers can cause some of
 * them as often as they like: anonymous requests while the key host was down wrote 42 MB in 5 s. A kind is the message with the
 * error's codes and the place in the code that threw. How many were left out is said once the minute is over, by the next line. What is less than a
 * warning passes: an operation is one line at debug, which an operator asks for.
 * @param now milliseconds on a clock that only goes forward
 */
export function limitLog(log: Log, now: () => number): Log {
  const lines = new Map<string, { readonly message: string; written: number; leftOut: number }>();
  let until = -Infinity;

  const limited = (level: "warn" | "error") => (details: object, message: string) => {
    if (now() >= until) startWindow();
    const kind = `${message} ${sourceOf((details as { readonly err?: unknown }).err)}`;
    const key = lines.has(kind) || lines.size < KINDS ? kind : "others";
    const line = lines.get(key) ?? { message: key === kind ? message : "several", written: 0, leftOut: 0 };
    lines.set(key, line);
    if (line.written >= LINES_OF_A_KIND) {
      line.leftOut += 1;
      return;
    }
    line.written += 1;
    log[level](details, message);
  };

  function startWindow(): void {
    const before = [...lines.values()];
    lines.clear();
    until = now() + WINDOW_MS;
    for (const { message, leftOut } of before) {
      if (leftOut > 0) log.warn({ leftOut, message }, "repeated lines were left out of the log");
    }
  }

  return {
    debug: (details, message) => log.debug(details, message),
    info: (details, message) => log.info(details, message),
    warn: limited("warn"),
    error: limited("error"),
  };
}

/**
 * The place in the code that an error comes from, and its codes, since Prisma throws all of its errors from one place. Its words may
 * hold what a stranger has sent.
 */
function sourceOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const frame = error.stack?.split("\n").find((line) => line.startsWith("    at ")) ?? "";
  return `${codesOf(error)}${frame}`;
}
