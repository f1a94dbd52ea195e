import { useState } from "react";
import { type CombinedError, useMutation } from "urql";
import { announce } from "../announce.tsx";
import { type LessonFieldsFragment, MarkDocument } from "../generated/graphql.ts";
import { codeOf, inWords } from "../net/problems.ts";
import type { Decision } from "./decision.ts";

export interface Marker {
  readonly busy: boolean;
  /** Why the last one was not taken, in words. */
  readonly problem: string | null;
  /** @param done what is said when it is @returns whether it is */
  readonly send: (decision: Decision, done: string) => Promise<boolean>;
}

/** Decides about a lesson as it is shown: where somebody else was faster, the page shows that first. */
export function useMark(lesson: LessonFieldsFragment, again: () => void): Marker {
  const [{ fetching }, mark] = useMutation(MarkDocument);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    busy: fetching,
    problem,
    async send(decision, done) {
      const input = { ...decision, sessionId: lesson.id, expectedVersion: lesson.attendance.version };
      const { error } = await mark({ input });
      setProblem(error === undefined ? null : inWords(error));
      if (error === undefined) announce(done);
      else if (isStale(error)) again();
      return error === undefined;
    },
  };
}

const isStale = (error: CombinedError) => ["CONFLICT", "FORBIDDEN"].includes(codeOf(error) ?? "");
