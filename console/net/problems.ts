import type { CombinedError } from "urql";

/* Stable codes of the server in plain words (docs/SPEC.md §7). */

const WORDS: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: "Your sign-in has expired.",
  FORBIDDEN: "You may not do this. The tutor or an admin may already have recorded a decision.",
  NOT_FOUND: "There is no such session, or it is not one of yours.",
  BAD_USER_INPUT: "The server did not understand that.",
  VALIDATION_FAILED: "The server does not take that.",
  CONFLICT: "Someone else saved first. Review their decision and try again.",
  NO_SUGGESTION: "There is no final suggestion to accept yet.",
  SESSION_ENDED: "The session is over.",
  CONNECTION_EXPIRED: "The connection was lost for too long. Join again.",
  RATE_LIMITED: "That was too often. Wait a moment and try again.",
  TOO_MANY_SUBSCRIPTIONS: "Too much is being watched at once. Close some tabs.",
  QUERY_TOO_COMPLEX: "The server does not answer questions as large as this one.",
  UNAVAILABLE: "The server cannot answer at the moment.",
};

const NO_ANSWER = "The server does not answer.";
const FAULT = "Something went wrong on the server. It has been noted there.";

/** The first stable code in an error; null when nobody answered. */
export function codeOf(error: CombinedError): string | null {
  const code = error.graphQLErrors[0]?.extensions["code"];
  if (typeof code === "string") return code;
  return (error.response as Response | undefined)?.status === 401 ? "UNAUTHENTICATED" : null;
}

/** What is the matter, as a sentence. Of values that are out of range the server says itself which and why. */
export function inWords(error: CombinedError): string {
  const code = codeOf(error);
  if (code === null) return NO_ANSWER;
  const own = code === "VALIDATION_FAILED" ? error.graphQLErrors[0]?.message : undefined;
  return own ?? WORDS[code] ?? FAULT;
}

/** The server, or its database, cannot be reached. */
export function isUnanswered(error: CombinedError): boolean {
  const code = codeOf(error);
  return code === null || code === "UNAVAILABLE";
}

/** Nobody answered, or not now: worth another try by itself. */
export function isPassing(error: CombinedError): boolean {
  return isUnanswered(error) || error.graphQLErrors[0]?.extensions["retryable"] === true;
}
