import { DEFAULT_POLICY as POLICY } from "../../src/domain/suggestion/policy.ts";

/**
 * Whether a provisional result says nothing yet (S7): after two minutes of a lesson somebody who came one minute late
 * is "absent". The answer itself says how long it has measured, so that one from before does not show afterwards.
 * @param measuredMinutes length of the window so far, which for a lesson shorter than that ends with the lesson
 */
export const isTooEarly = (measuredMinutes: number, scheduledMinutes: number): boolean =>
  measuredMinutes < Math.min(POLICY.unsettledMinutes, scheduledMinutes);
