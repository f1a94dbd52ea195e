import { GraphQLError } from "graphql";
import { isRetryable, RollcallError } from "../../domain/errors.ts";
import { withoutHint } from "./documents.ts";

/** Whose operation an error belongs to, for those who look into it. */
export interface Call {
  readonly requestId: string;
  readonly viewerId: number | null;
  /** The operation's name; null: it has none. */
  readonly operation: string | null;
}

export interface ErrorFormatter {
  /**
   * Any error as a client may see it: with a stable code, and nothing internal. What it has formatted once it returns as
   * it is.
   * @param call the operation that it happened in; none while there is no operation yet
   * @param field the argument that it is about
   */
  (error: unknown, call?: Call, field?: string): GraphQLError;
}

/**
 * @param options.isUnavailable tells the store's being away, which a client may wait out, from a fault
 * @param options.report is told of faults, which clients see masked
 * @param options.count is told the code of every error that a client gets to see
 * @param options.hints whether messages may suggest names of the schema
 */
export function createErrorFormatter(options: {
  readonly isUnavailable: (error: unknown) => boolean;
  readonly report: (error: unknown, call: Call | undefined) => void;
  readonly count: (code: string) => void;
  readonly hints: boolean;
}): ErrorFormatter {
  const { isUnavailable, report, count, hints } = options;
  const formatted = new WeakSet<object>();

  function format(error: unknown, call: Call | undefined, field: string | undefined): GraphQLError {
    const original = originOf(error);
    if (original instanceof RollcallError) {
      const { message, code, retryable } = original;
      return coded(error, message, { code, retryable, field: field ?? original.field });
    }
    if (isUnavailable(original)) return coded(error, "Not possible right now. Try again.", { code: "UNAVAILABLE" });
    if (original instanceof GraphQLError) {
      // What graphql and Yoga refuse on their own without a code of ours is input that does not fit.
      const code = original.extensions["code"];
      const message = hints ? original.message : withoutHint(original.message);
      const known = typeof code === "string" && ours.has(code) ? code : "BAD_USER_INPUT";
      return coded(error, message, { code: known, field: field ?? original.extensions["field"] });
    }
    report(original, call);
    return coded(error, "Something went wrong here.", { code: "INTERNAL_SERVER_ERROR" });
  }

  return (error, call, field) => {
    // A stream's error is thrown on its way, and wrapped by who catches it.
    const known = error instanceof GraphQLError && error.originalError != null ? error.originalError : error;
    for (const each of [error, known]) if (each instanceof GraphQLError && formatted.has(each)) return each;
    const result = format(error, call, field);
    formatted.add(result);
    count(String(result.extensions["code"]));
    return result;
  };
}

const ours = new Set([
  "BAD_USER_INPUT",
  "QUERY_TOO_COMPLEX",
  "TOO_MANY_SUBSCRIPTIONS",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
]);

/** The innermost error that graphql wrapped on the way up. */
function originOf(error: unknown): unknown {
  let original = error;
  while (original instanceof GraphQLError && original.originalError != null) {
    // A value refused by its scalar: the outer message says where it stood.
    if (original.originalError instanceof GraphQLError) return original;
    original = original.originalError;
  }
  return original;
}

function coded(
  error: unknown,
  message: string,
  { code, retryable = isRetryable(code), field }: { code: string; retryable?: boolean; field?: unknown },
): GraphQLError {
  const at = error instanceof GraphQLError ? error : undefined;
  const { nodes, source, positions, path } = at ?? {};
  // Yoga keeps the HTTP status of its own refusals here.
  const http = at?.extensions["http"];
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    extensions: { code, retryable, ...(field == null ? {} : { field }), ...(http == null ? {} : { http }) },
  });
}
