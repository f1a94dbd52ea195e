import { clock } from "../time.ts";
import { type Stretch, type Tab, ticks, type Timeline } from "./timeline-model.ts";

/* Drawn in percent of the width, so that nothing is measured and text keeps its size. */

const BAR = { y: 16, height: 22 };
const TAB = { first: 46, height: 5, step: 8 };

const share = (at: number, { from, to }: Stretch) => ((at - from) / (to - from)) * 100;
const place = (stretch: Stretch, shown: Stretch) => {
  const x = share(stretch.from, shown);
  return { x: `${x}%`, width: `${Math.max(0.15, share(stretch.to, shown) - x)}%` };
};

interface LaneProps {
  readonly timeline: Timeline;
  readonly shown: Stretch;
  readonly lesson: Stretch;
  /** Null: over. */
  readonly now: number | null;
  readonly label: string;
}

/** One person: here (idle is hatched), gaps, when they arrived, and below it each tab where there were several at once. */
export function Lane({ timeline, shown, lesson, now, label }: LaneProps) {
  const { here, active, gaps, arrival, role } = timeline;
  const lanes = timeline.rows.length > 1 ? timeline.rows : [];
  const height = TAB.first + lanes.length * TAB.step;
  const hatch = `idle-${role}`;
  return (
    <svg className="drawing" role="img" aria-label={label} width="100%" height={height}>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="idle-ground" width="6" height="6" />
          <rect className="idle-line" width="2" height="6" />
        </pattern>
      </defs>
      <rect className="window" {...place(lesson, shown)} y={BAR.y - 3} height={height - BAR.y + 3} />
      {gaps.map((gap) => (
        <rect key={gap.from} className="gap" {...place(gap, shown)} y={BAR.y + 3} height={BAR.height - 6} />
      ))}
      {here.map((stretch) => (
        <rect key={stretch.from} className="idle" fill={`url(#${hatch})`} {...place(stretch, shown)} {...BAR} rx="3" />
      ))}
      {active.map((stretch) => (
        <rect key={stretch.from} className="active" {...place(stretch, shown)} {...BAR} rx="3" />
      ))}
      {lanes.map((row, index) =>
        row.map((tab) => <TabLane key={tab.connectionId} tab={tab} shown={shown} y={TAB.first + index * TAB.step} />),
      )}
      {arrival !== null && <Arrival at={arrival} late={arrival - lesson.from} shown={shown} />}
      {now !== null && now > shown.from && now < shown.to && (
        <line className="now" x1={`${share(now, shown)}%`} x2={`${share(now, shown)}%`} y1="6" y2={height} />
      )}
    </svg>
  );
}

const TabLane = ({ tab, shown, y }: { readonly tab: Tab; readonly shown: Stretch; readonly y: number }) =>
  tab.stretches.map((stretch) => (
    <rect
      key={stretch.from}
      className={stretch.active ? "tab" : "tab tab-idle"}
      {...place(stretch, shown)}
      y={y}
      height={TAB.height}
      rx="2"
    />
  ));

function Arrival({ at, late, shown }: { readonly at: number; readonly late: number; readonly shown: Stretch }) {
  const minutes = Math.floor(late / 6_000) / 10;
  const x = share(at, shown);
  return (
    <svg x={`${x}%`} overflow="visible">
      <path className="arrival" d="M-5 4h10L0 13z" />
      <text className="arrival-text" x={x > 80 ? -9 : 9} y="12" textAnchor={x > 80 ? "end" : "start"}>
        {minutes > 0 ? `arrived +${minutes} min` : "on time"}
      </text>
    </svg>
  );
}

interface AxisProps {
  readonly shown: Stretch;
  readonly timeZone: string;
  readonly now: number | null;
}

export function Axis({ shown, timeZone, now }: AxisProps) {
  // Half of a time at the very edge would be outside.
  const fits = (at: number) => share(at, shown) > 2 && share(at, shown) < 98;
  return (
    <svg className="axis" width="100%" height="22" aria-hidden="true" focusable="false">
      {ticks(shown)
        .filter(fits)
        .map((at, index) => (
          <svg key={at} x={`${share(at, shown)}%`} overflow="visible" className={index % 2 === 1 ? "odd" : undefined}>
            <path d="M0 0v4" className="tick" />
            <text y="17" textAnchor="middle">
              {clock(at, timeZone)}
            </text>
          </svg>
        ))}
      {now !== null && now > shown.from && now < shown.to && (
        <svg x={`${share(now, shown)}%`} overflow="visible">
          <path className="now-mark" d="M-4 6h8L0 0z" />
        </svg>
      )}
    </svg>
  );
}

/** What the shapes mean, those that are not always there when they are. */
export const Legend = ({ tabs, now }: { readonly tabs: boolean; readonly now: boolean }) => (
  <ul className="legend" aria-hidden="true">
    <li className="legend-active">here</li>
    <li className="legend-idle">idle</li>
    <li className="legend-gap">gap</li>
    {tabs && <li className="legend-tab">each tab</li>}
    {now && <li className="legend-now">now</li>}
    <li className="legend-window">lesson as scheduled</li>
  </ul>
);
