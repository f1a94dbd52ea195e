import type { ParticipantFieldsFragment, PresenceFieldsFragment } from "../client/index.ts";

/* What a watcher of two lessons has seen so far, folded from what `subscription presence` told. Pure. */

export type State = "away" | "idle" | "active";

export interface PersonView {
  readonly name: string;
  readonly role: "tutor" | "student";
  /** The newest presence; null before the first. */
  readonly seen: ParticipantFieldsFragment | null;
  /** Each state and since when, in milliseconds since the epoch. */
  readonly stretches: readonly { readonly from: number; readonly state: State }[];
}

export interface LessonView {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly ended: boolean;
  readonly people: readonly PersonView[];
}

/** A lesson before anybody has come. */
export function lessonView(
  lesson: Pick<LessonView, "title" | "from" | "to">,
  tutor: string,
  student: string,
): LessonView {
  const person = (name: string, role: PersonView["role"]): PersonView => ({ name, role, seen: null, stretches: [] });
  return { ...lesson, ended: false, people: [person(tutor, "tutor"), person(student, "student")] };
}

export interface News {
  readonly at: number;
  readonly text: string;
}

/** The lesson after one more presence, and in words what happened since the last one and when. */
export function observe(
  lesson: LessonView,
  presence: PresenceFieldsFragment,
  now: number,
): { lesson: LessonView; news: News[] } {
  const people = lesson.people.map((person) => withPresence(person, presence[person.role], now));
  const news = lesson.people.flatMap((before) => {
    const after = presence[before.role];
    const what = happening(before, after, lesson.from, now);
    return what === null ? [] : [{ at: what.at ?? now, text: `${before.name} ${what.text}` }];
  });
  const ended = lesson.ended || presence.event === "SESSION_ENDED";
  if (ended && !lesson.ended) news.push({ at: now, text: "The lesson has ended" });
  return { lesson: { ...lesson, ended, people }, news };
}

/** Active time until now: what is told is true up to the last proof of life, and who is active goes on being so. */
export function activeMs({ seen }: PersonView, now: number): number {
  if (seen === null) return 0;
  const running = seen.active && seen.lastActivityAt !== null ? Math.max(0, now - Date.parse(seen.lastActivityAt)) : 0;
  return seen.totalActiveSeconds * 1000 + running;
}

function stateOf(seen: ParticipantFieldsFragment): State {
  if (!seen.connected) return "away";
  return seen.active ? "active" : "idle";
}

function withPresence(person: PersonView, seen: ParticipantFieldsFragment, now: number): PersonView {
  const state = stateOf(seen);
  if (state === (person.stretches.at(-1)?.state ?? "away")) return { ...person, seen };
  // Who is gone was there until their last proof of life, however late it was noticed.
  const from = parse(state === "away" ? seen.disconnectedAt : seen.lastActivityAt) ?? now;
  return { ...person, seen, stretches: [...person.stretches, { from, state }] };
}

/** What happened to somebody, and when by their own evidence; at null: just now. */
function happening(person: PersonView, after: ParticipantFieldsFragment, start: number, now: number) {
  const before = person.seen;
  const [had, has] = [before?.openConnections ?? 0, after.openConnections];
  const at = parse(after.lastActivityAt);
  if (had === 0 && has > 0) return { at, text: arrival(before, (at ?? now) - start, at ?? now) };
  if (had > 0 && has === 0) return departure(parse(after.disconnectedAt) ?? now, now);
  if (has > had) return { at, text: "opened another tab: still one person" };
  if (has < had) return { at, text: "closed one of their tabs: still there" };
  if (has > 0 && before?.active !== after.active) return { at, text: after.active ? "is active again" : "went idle" };
  return null;
}

function arrival(before: ParticipantFieldsFragment | null, late: number, at: number): string {
  const left = parse(before?.disconnectedAt ?? null);
  if (left !== null) return `is back after ${minutes(at - left)}`;
  return late < 30_000 ? "connected, on time" : `connected, ${minutes(late)} after the start`;
}

function departure(last: number, now: number) {
  const silent = now - last;
  if (silent < 1_000) return { at: last, text: "left" };
  return { at: null, text: `dropped out: last sign of life ${Math.round(silent / 1000)} s ago` };
}

function parse(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}

export function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} min`;
}
