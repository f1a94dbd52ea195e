import type { EndReason, LessonFieldsFragment, ParticipantRole } from "../generated/graphql.ts";

/* What a timeline draws, in milliseconds since the epoch. Pure. */

export type Span = NonNullable<LessonFieldsFragment["whiteboardSession"]>["spans"][number];

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Tab {
  readonly connectionId: string;
  readonly stretches: readonly (Stretch & { readonly active: boolean; readonly running: boolean })[];
}

export interface Timeline {
  readonly role: ParticipantRole;
  /** As many as were open at once: a tab that followed another, after a lost network above all, is in the same row. */
  readonly rows: readonly (readonly Tab[])[];
  /** Here in any tab, and of that where nothing was done. */
  readonly here: readonly Stretch[];
  readonly active: readonly Stretch[];
  /** Away between two times of being here. */
  readonly gaps: readonly (Stretch & { readonly reason: EndReason | null })[];
  /** The first moment inside the lesson. */
  readonly arrival: number | null;
}

/** @param now the server's time: what runs has run until now */
export function timelineOf(role: ParticipantRole, spans: readonly Span[], start: number, now: number): Timeline {
  const own = spans
    .filter((span) => span.role === role)
    .map((span) => {
      const from = Date.parse(span.startedAt);
      const running = span.endedAt === null;
      return { ...span, from, to: Math.max(from, running ? now : Date.parse(span.endedAt ?? "")), running };
    })
    .sort((a, b) => a.from - b.from);
  const here = union(own);
  const gaps = here.slice(1).flatMap((next, index) => {
    const from = here[index]!.to;
    const last = own.find((span) => span.to === from);
    return next.from > from ? [{ from, to: next.from, reason: last?.endReason ?? null }] : [];
  });
  const inside = here.find((stretch) => stretch.to > start);
  return {
    role,
    rows: rowsOf(
      [...new Set(own.map((span) => span.connectionId))].map((connectionId) => ({
        connectionId,
        stretches: own.filter((span) => span.connectionId === connectionId),
      })),
    ),
    here,
    active: union(own.filter((span) => span.active)),
    gaps,
    arrival: inside === undefined ? null : Math.max(start, inside.from),
  };
}

/** @param tabs in the order in which they were opened */
function rowsOf(tabs: readonly Tab[]): Tab[][] {
  const rows: Tab[][] = [];
  for (const tab of tabs) {
    const opened = tab.stretches[0]!.from;
    const free = rows.find((row) => row.at(-1)!.stretches.at(-1)!.to <= opened);
    if (free === undefined) rows.push([tab]);
    else free.push(tab);
  }
  return rows;
}

/** Stretches that touch or overlap become one. */
export function union(stretches: readonly Stretch[]): Stretch[] {
  const ordered = [...stretches].sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of ordered) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

export const lengthOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { from, to }) => sum + to - from, 0);

/** The part of each stretch that lies inside. */
export const within = (stretches: readonly Stretch[], { from, to }: Stretch): Stretch[] =>
  stretches
    .map((each) => ({ from: Math.max(each.from, from), to: Math.min(each.to, to) }))
    .filter((each) => each.to > each.from);

/** What is drawn: the lesson, and whatever happened before and after it. */
export function extent(start: number, end: number, timelines: readonly Timeline[]): Stretch {
  const all = timelines.flatMap(({ here }) => here);
  const from = Math.min(start, ...all.map((each) => each.from));
  const to = Math.max(end, ...all.map((each) => each.to));
  const margin = (to - from) * 0.02;
  return { from: from - margin, to: to + margin };
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240].map((minutes) => minutes * 60_000);

/** Round times, five or so of them. */
export function ticks({ from, to }: Stretch): number[] {
  const step = STEPS.find((each) => (to - from) / each <= 7) ?? STEPS.at(-1)!;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, index) => first + index * step);
}
