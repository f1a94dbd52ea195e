import { DEFAULT_POLICY as POLICY } from "../../src/domain/policy.ts";
import type { LessonFieldsFragment, ParticipantSuggestionFieldsFragment } from "../generated/graphql.ts";
import { ConfidenceMeter, StatusBadge } from "../parts/attendance.tsx";
import { Gauge } from "./gauge.tsx";

/** What the evidence says, why, and by which thresholds. */
export function Suggestion({ lesson }: { readonly lesson: LessonFieldsFragment }) {
  const suggestion = lesson.attendanceSuggestion;
  if (suggestion === null) {
    if (lesson.status !== "CANCELLED") return null;
    return (
      <section className="card" aria-labelledby="suggestion">
        <h2 id="suggestion">Suggestion</h2>
        <p className="help">A cancelled session has none.</p>
      </section>
    );
  }
  return (
    <section className="card" aria-labelledby="suggestion">
      <div className="card-head">
        <h2 id="suggestion">Suggestion</h2>
        <span className={suggestion.isFinal ? "chip chip-final" : "chip chip-provisional"}>
          {suggestion.isFinal ? "Final" : "So far"}
        </span>
      </div>
      <p className="recommendation">{suggestion.recommendation}</p>
      <div className="pair">
        <Participant title={`Tutor, ${lesson.tutor.name}`} about={suggestion.tutor} />
        <Participant title={`Student, ${lesson.student.name}`} about={suggestion.student} />
      </div>
      {suggestion.policyVersion === POLICY.version && <Thresholds />}
      <p className="help">Policy {suggestion.policyVersion}. A suggestion changes nothing by itself.</p>
    </section>
  );
}

interface ParticipantProps {
  readonly title: string;
  readonly about: ParticipantSuggestionFieldsFragment;
}

function Participant({ title, about: { status, confidence, rule, reasons, metrics } }: ParticipantProps) {
  const { latenessMinutes, engagementPercentage, activeMinutes, sessionMinutes } = metrics;
  return (
    <section className="verdict" aria-label={title}>
      <h3>{title}</h3>
      <p className="verdict-what">
        <StatusBadge status={status} />
        <ConfidenceMeter confidence={confidence} />
      </p>
      {sessionMinutes > 0 && (
        <>
          <Gauge
            label="Late by"
            value={latenessMinutes === null ? "never there" : `${latenessMinutes} min`}
            share={latenessMinutes === null ? 0 : latenessMinutes / MOST_MINUTES}
            limits={[POLICY.lateFromMinutes, POLICY.veryLateAfterMinutes].map((at) => ({
              share: at / MOST_MINUTES,
              text: `${at}`,
            }))}
          />
          <Gauge
            label="Engaged"
            value={`${engagementPercentage} %, ${activeMinutes} of ${sessionMinutes} min`}
            share={engagementPercentage / 100}
            limits={[
              POLICY.absentBelowPercent,
              POLICY.lowEngagementBelowPercent,
              POLICY.highEngagementAbovePercent,
            ].map((at) => ({ share: at / 100, text: `${at}` }))}
          />
        </>
      )}
      <ul className="reasons">
        {reasons.map((reason) => (
          <li key={reason}>{inPlainWords(reason)}</li>
        ))}
      </ul>
      <p className="help">Rule {rule}</p>
    </section>
  );
}

/** Named reasons begin with their name, which is for programs: "SESSION_NOT_STARTED: the lesson …". */
const inPlainWords = (reason: string) =>
  reason.replace(/^[A-Z_]{3,}: (.)/, (_all, first: string) => first.toUpperCase());

/** What the gauge of lateness goes to. */
const MOST_MINUTES = 20;

function Thresholds() {
  const rows = [
    [`${POLICY.lateFromMinutes} min`, "late from here on"],
    [`${POLICY.veryLateAfterMinutes} min`, "very late after this"],
    [`${POLICY.surelyAbsentBelowPercent} %`, "absent with high confidence below this engagement"],
    [`${POLICY.absentBelowPercent} %`, "absent below this engagement"],
    [`${POLICY.lowEngagementBelowPercent} %`, "low confidence below this; who is very late is absent"],
    [`${POLICY.highEngagementAbovePercent} %`, "high confidence above this engagement"],
    [`${POLICY.leftEarlyAfterMinutes} min`, "before the end: gone earlier means left early"],
  ];
  return (
    <details>
      <summary>Thresholds</summary>
      <dl className="thresholds">
        {rows.map(([value, meaning]) => (
          <div key={meaning}>
            <dt>{value}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
