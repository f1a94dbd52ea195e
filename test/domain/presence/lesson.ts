/** A lesson from 0:00 to 1:00 on a round day, and short ways to say who was there when. */
import type { SessionFacts } from "../../../src/domain/model.ts";
import { suggest, type ParticipantEvidence, type SuggestionInput } from "../../../src/domain/suggestion/suggest.ts";

export const MINUTE = 60_000;
export const START = Date.UTC(2025, 0, 6, 10);
export const END = START + 60 * MINUTE;

/** The moment so many minutes (and milliseconds) after the scheduled start. */
export const at = (minutes: number, millis = 0): number => START + minutes * MINUTE + millis;

export const lesson: SessionFacts = {
  id: 7,
  tutorId: 1,
  studentId: 2,
  status: "COMPLETED",
  scheduledStart: START,
  scheduledEnd: END,
  createdAt: START - 24 * 60 * MINUTE,
  endedAt: END,
  endedOnRequest: false,
};

/** Active in each [from, to), in milliseconds since the epoch. */
export const there = (...stretches: (readonly [from: number, to: number])[]): ParticipantEvidence => ({
  connected: false,
  intervals: stretches.map(([from, to]) => ({ from, to, active: true })),
});

/** Connected, never active, in each [from, to). */
export const idle = (...stretches: (readonly [from: number, to: number])[]): ParticipantEvidence => ({
  connected: false,
  intervals: stretches.map(([from, to]) => ({ from, to, active: false })),
});

/** The same evidence of someone who is connected at this moment. */
export const still = (evidence: ParticipantEvidence): ParticipantEvidence => ({ ...evidence, connected: true });

export const nobody: ParticipantEvidence = { connected: false, intervals: [] };
export const everywhere = there([START, END]);

/** A finished lesson with an open whiteboard and both there throughout, but for what is given. */
export function inputOf(given: Partial<Omit<SuggestionInput, "session">> & { session?: Partial<SessionFacts> } = {}) {
  const { session, ...rest } = given;
  return {
    whiteboard: { openedAt: at(-10) },
    tutor: everywhere,
    student: everywhere,
    now: at(120),
    ...rest,
    session: { ...lesson, ...session },
  } satisfies SuggestionInput;
}

export const suggestFor = (given: Parameters<typeof inputOf>[0]) => suggest(inputOf(given));

/** Late by `late` ms and active for `active` ms from then, idle till the end: any pair of lateness and engagement. */
export function lateAndActive(late: number, active: number): ParticipantEvidence {
  const from = START + late;
  return { connected: false, intervals: [...there([from, from + active]).intervals, ...idle([from, END]).intervals] };
}
