import type {
  MarkFieldsFragment,
  ParticipantSuggestionFieldsFragment,
  SuggestionFieldsFragment,
} from "../client/index.ts";
import type { Paint, Style } from "./paint.ts";
import { clockTime, WIDTH } from "./screen.ts";

/* What comes at the end: the suggestions with their reasons, and the mark on record. Pure. */

export interface SuggestionView {
  readonly title: string;
  readonly tutor: string;
  readonly student: string;
  readonly suggestion: SuggestionFieldsFragment;
}

const STYLES: Record<string, Style> = {
  PRESENT: "green",
  LATE: "yellow",
  ABSENT: "red",
  EXCUSED: "cyan",
  HIGH: "green",
  MEDIUM: "yellow",
  LOW: "red",
};

const COLUMNS = ["Status", "Who", "Confidence", "Rule", "Late", "Active", "Engaged"] as const;
const WIDTHS = [7, 20, 10, 4, 8, 8, 7];

export function renderSuggestion({ title, tutor, student, suggestion }: SuggestionView, paint: Paint): string[] {
  const head = COLUMNS.map((column, i) => column.padEnd(WIDTHS[i] as number)).join("  ");
  return [
    `  ${paint("bold", title)}`,
    `  ${suggestion.recommendation}`,
    "",
    `  ${paint("dim", head.trimEnd())}`,
    ...renderParticipant(tutor, suggestion.tutor, paint),
    ...renderParticipant(student, suggestion.student, paint),
  ];
}

function renderParticipant(name: string, participant: ParticipantSuggestionFieldsFragment, paint: Paint): string[] {
  const { role, status, confidence, rule, metrics, reasons } = participant;
  const late = metrics.latenessMinutes === null ? "never" : `${metrics.latenessMinutes.toFixed(1)} min`;
  const cells = [
    status.toLowerCase(),
    `${name}, ${role.toLowerCase()}`,
    confidence.toLowerCase(),
    rule,
    late,
    `${metrics.activeMinutes.toFixed(1)} min`,
    `${metrics.engagementPercentage.toFixed(1)}%`,
  ].map((cell, i) => cell.padEnd(WIDTHS[i] as number));
  const styled = cells.map((cell, i) => {
    const style = i === 0 ? STYLES[status] : i === 2 ? STYLES[confidence] : undefined;
    return style === undefined ? cell : paint(style, cell);
  });
  return [
    `  ${styled.join("  ").trimEnd()}`,
    ...reasons.flatMap((reason) => wrap(reason, WIDTH - 13)).map((line) => `           ${paint("dim", line)}`),
  ];
}

/** A decision as the history keeps it. */
export function renderMark(mark: MarkFieldsFragment, timeZone: string, paint: Paint): string[] {
  const change = (who: string, before: string, after: string) => {
    const now = paint(STYLES[after] ?? "bold", after.toLowerCase());
    return `${who.padEnd(8)} ${before === after ? `${now}, as before` : `${before.toLowerCase()} -> ${now}`}`;
  };
  const margin = " ".repeat(12);
  return [
    `  ${clockTime(Date.parse(mark.at), timeZone)}  ${mark.actor?.name ?? "nobody known"}, source ${mark.source}`,
    `${margin}${change("tutor", mark.tutorStatusBefore, mark.tutorStatusAfter)}`,
    `${margin}${change("student", mark.studentStatusBefore, mark.studentStatusAfter)}`,
  ];
}

/** Breaks between words; the second line on is indented. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : `  ${word}`);
  }
  return lines;
}
