import { DEFAULT_POLICY as POLICY } from "../../src/domain/suggestion/policy.ts";
import type { LessonFieldsFragment, ParticipantSuggestionFieldsFragment } from "../generated/graphql.ts";
import { ConfidenceMeter, StatusBadge } from "../parts/attendance.tsx";
import { Accept } from "./accept.tsx";
import { Gauge } from "./gauge.tsx";
import type { Rights } from "./rights.ts";
import { isTooEarly } from "./too-early.ts";

interface Props {
  readonly lesson: LessonFieldsFragment;
  readonly rights: Rights;
  readonly again: () => void;
}

/** What the evidence says, why, and by which thresholds. */
export function Suggestion({ lesson, rights, again }: Props) {
  const suggestion = lesson.attendanceSuggestion;
  if (suggestion === null) return null;
  const scheduledMinutes = (Date.parse(lesson.scheduledEnd) - Date.parse(lesson.scheduledStart)) / 60_000;
  const tooEarly = (about: ParticipantSuggestionFieldsFragment) =>
    suggestion.hasWhiteboard && !suggestion.isFinal && isTooEarly(about.metrics.sessionMinutes, scheduledMinutes);
  return (
    <section className="card" aria-labelledby="suggestion">
      <div className="card-head">
        <h2 id="suggestion">Suggestion</h2>
        <span className={suggestion.isFinal ? "chip chip-final" : "chip chip-provisional"}>
          {suggestion.isFinal ? "Final" : "So far"}
        </span>
      </div>
      <div className="recommendation">
        <p>{tooEarly(suggestion.tutor) || tooEarly(suggestion.student) ? TOO_EARLY : suggestion.recommendation}</p>
        <Accept lesson={lesson} rights={rights} again={again} />
      </div>
      <div className="pair">
        <Participant
          title={`Tutor, ${lesson.tutor.name}`}
          about={suggestion.tutor}
          measured={suggestion.hasWhiteboard}
          tooEarly={tooEarly(suggestion.tutor)}
        />
        <Participant
          title={`Student, ${lesson.student.name}`}
          about={suggestion.student}
          measured={suggestion.hasWhiteboard}
          tooEarly={tooEarly(suggestion.student)}
        />
      </div>
      {suggestion.hasWhiteboard && suggestion.policyVersion === POLICY.version && <Thresholds />}
      <p className="help">Policy {suggestion.policyVersion}. A suggestion changes nothing by itself.</p>
    </section>
  );
}

interface ParticipantProps {
  readonly title: string;
  readonly about: ParticipantSuggestionFieldsFragment;
  /** There is evidence to measure. */
  readonly measured: boolean;
  /** What is measured says nothing yet: it is shown without a verdict. */
  readonly tooEarly: boolean;
}

const TOO_EARLY = `Too early to tell: a first result comes ${POLICY.unsettledMinutes} minutes into the lesson.`;

function Participant({ title, about, measured, tooEarly }: ParticipantProps) {
  const { status, confidence, rule, reasons, metrics } = about;
  const { latenessMinutes, engagementPercentage, activeMinutes, sessionMinutes } = metrics;
  return (
    <section className="verdict" aria-label={title}>
      <h3>{title}</h3>
      <p className="verdict-what">
        {tooEarly ? (
          <span className="badge badge-none">Too early to tell</span>
        ) : (
          <>
            <StatusBadge status={status} />
            <ConfidenceMeter confidence={confidence} />
          </>
        )}
      </p>
      {measured && sessionMinutes > 0 && (
        <>
          <Gauge
            label="Late by"
            value={latenessMinutes === null ? "didn't join" : `${latenessMinutes} min`}
            share={latenessMinutes === null ? 0 : latenessMinutes / MAX_MINUTES}
            limits={[POLICY.lateFromMinutes, POLICY.veryLateAfterMinutes].map((at) => ({
              share: at / MAX_MINUTES,
              text: `${at}`,
            }))}
          />
          <Gauge
            label="Engaged"
            value={`${engagementPercentage}%, ${activeMinutes} of ${sessionMinutes} min`}
            share={engagementPercentage / 100}
            limits={[
              POLICY.absentBelowPercent,
              POLICY.lowEngagementBelowPercent,
              POLICY.highEngagementAbovePercent,
            ].map((at) => ({ share: at / 100, text: `${at}` }))}
          />
        </>
      )}
      {!tooEarly && (
        <>
          <ul className="reasons">
            {reasons.map((reason) => (
              <li key={reason}>{inPlainWords(reason)}</li>
            ))}
          </ul>
          <p className="help">Rule {rule}</p>
        </>
      )}
    </section>
  );
}

/** Named reasons begin with their name, which is for programs: "SESSION_NOT_STARTED: the lesson …". */
const inPlainWords = (reason: string) =>
  reason.replace(/^[A-Z_]{3,}: (.)/, (_all, first: string) => first.toUpperCase());

/** What the gauge of lateness goes to. */
const MAX_MINUTES = 20;

function Thresholds() {
  const rows = [
    [`${POLICY.lateFromMinutes} min`, "late from here on"],
    [`${POLICY.veryLateAfterMinutes} min`, "very late after this"],
    [`${POLICY.surelyAbsentBelowPercent}%`, "absent with high confidence below this engagement"],
    [`${POLICY.absentBelowPercent}%`, "absent below this engagement"],
    [`${POLICY.lowEngagementBelowPercent}%`, "low confidence below this; who is very late is absent"],
    [`${POLICY.highEngagementAbovePercent}%`, "high confidence above this engagement"],
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
