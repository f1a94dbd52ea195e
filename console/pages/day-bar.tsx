import { type ChangeEvent, useState } from "react";
import type { SessionFilter } from "../generated/graphql.ts";
import { saveTable } from "../net/table.ts";
import { Chevron } from "../parts/icons.tsx";
import { addressOfList, go, Link, type Show, SHOWS } from "../router.tsx";
import { type Day, dayBeside, dayInWords } from "../time.ts";

const SHOW_WORDS: Readonly<Record<Show, string>> = { all: "All", live: "Live now", undecided: "Needs decision" };

interface Props {
  readonly day: Day;
  readonly today: Day;
  readonly show: Show;
  /** The same, as the server takes it. */
  readonly filter: SessionFilter;
  /** Null: not known yet. */
  readonly total: number | null;
}

/** Which day, which of its sessions, and the way to take them away as a table. */
export function DayBar({ day, today, show, filter, total }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const address = (other: Day) => addressOfList(other === today ? null : other, show);
  const pick = (event: ChangeEvent<HTMLInputElement>) => {
    if (event.target.value !== "") go(address(event.target.value));
  };
  return (
    <div className="bar">
      <nav className="bar-days" aria-label="Days">
        <Link
          href={address(dayBeside(day, -1))}
          className="button"
          aria-label={`Previous day, ${dayInWords(dayBeside(day, -1))}`}
        >
          <Chevron left />
        </Link>
        <label className="unseen" htmlFor="day">
          Day
        </label>
        <input id="day" type="date" value={day} min="2000-01-01" max="2099-12-31" onChange={pick} />
        <Link
          href={address(dayBeside(day, 1))}
          className="button"
          aria-label={`Next day, ${dayInWords(dayBeside(day, 1))}`}
        >
          <Chevron />
        </Link>
        {day !== today && (
          <Link href={addressOfList(null, show)} className="button">
            Today
          </Link>
        )}
      </nav>
      <nav className="bar-shows" aria-label="Which sessions">
        {SHOWS.map((each) => (
          <Link
            key={each}
            href={addressOfList(day === today ? null : day, each)}
            aria-current={each === show ? "page" : undefined}
          >
            {SHOW_WORDS[each]}
          </Link>
        ))}
      </nav>
      <p className="bar-total">
        {total === null ? "" : total === 1 ? "1 session" : `${total.toLocaleString("en")} sessions`}
      </p>
      <button type="button" className="quiet" onClick={async () => setProblem(await saveTable(day, filter))}>
        Save as CSV
      </button>
      {problem !== null && (
        <p role="alert" className="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
