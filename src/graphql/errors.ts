import { GraphQLError } from "graphql";
import { RollcallError } from "../domain/errors.ts";
import { withoutHint } from "./documents.ts";

export interface ErrorFormatter {
  /** Any error as a client may see it: with a stable code, and nothing internal. */
  (error: unknown): GraphQLError;
}

/**
 * @param isUnavailable tells the store's being away, which a client may wait out, from a fault
 * @param report is told of faults, which clients see masked
 * @param hints whether messages may suggest names of the schema
 */
export function createErrorFormatter(
  isUnavailable: (error: unknown) => boolean,
  report: (error: unknown) => void,
  hints: boolean,
): ErrorFormatter {
  return (error) => {
    const original = originOf(error);
    if (original instanceof RollcallError) return coded(error, original.message, original.code);
    if (isUnavailable(original)) return coded(error, "Not possible right now. Try again.", "UNAVAILABLE");
    if (original instanceof GraphQLError) {
      // What graphql and Yoga refuse on their own without a code of ours is input that does not fit.
      const code = original.extensions["code"];
      const message = hints ? original.message : withoutHint(original.message);
      return coded(error, message, typeof code === "string" && ours.has(code) ? code : "BAD_USER_INPUT");
    }
    report(original);
    return coded(error, "Something went wrong here.", "INTERNAL_SERVER_ERROR");
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

function coded(error: unknown, message: string, code: string): GraphQLError {
  const at = error instanceof GraphQLError ? error : undefined;
  const { nodes, source, positions, path } = at ?? {};
  // Yoga keeps the HTTP status of its own refusals here.
  const http = at?.extensions["http"];
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    path,
    extensions: { code, ...(http == null ? {} : { http }) },
  });
}
