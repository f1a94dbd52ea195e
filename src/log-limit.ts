import { codesOf } from "./log.ts";
import type { Log } from "./services/ports.ts";

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
