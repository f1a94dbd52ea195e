import { useCallback, useEffect, useRef, useState } from "react";
import { announce } from "../announce.tsx";
import { type RowFieldsFragment, SessionsDocument, type SessionFilter } from "../generated/graphql.ts";
import { useChanges } from "../net/feed.ts";
import { inWords } from "../net/problems.ts";
import { useNow } from "../net/server-clock.ts";
import { useSteady } from "../net/steady.ts";
import { Heading } from "../parts/heading.tsx";
import { Problem, Waiting } from "../parts/notices.tsx";
import { addressOfList, rememberList, type Show } from "../router.tsx";
import { boundsOf, type Day, dayInWords, dayOf } from "../time.ts";
import { DayBar } from "./day-bar.tsx";
import { Row } from "./row.tsx";

const PAGE = 100;
/** What the feed tells of sessions that are not on the page is looked up no more often than this. */
const LOOK_UP_MS = 2_000;

const FILTERS: Readonly<Record<Show, SessionFilter>> = {
  all: {},
  live: { status: "IN_PROGRESS" },
  undecided: { status: "COMPLETED", marked: false },
};

interface Props {
  /** Null: today. */
  readonly day: Day | null;
  readonly show: Show;
}

/** The sessions of one day, at most a page of them in the document however many there are. */
export function ListPage({ day: asked, show }: Props) {
  const today = dayOf(useNow(30_000) ?? 0);
  const day = asked ?? today;
  const [place, setPlace] = useState<{ readonly of: string; readonly cursors: readonly string[] } | null>(null);
  const list = `${day} ${show}`;
  const cursors = place?.of === list ? place.cursors : [];
  const filter = { ...boundsOf(day), ...FILTERS[show] };
  const variables = { filter, first: PAGE, after: cursors.at(-1) ?? null };
  const { data, error, fetching, again } = useSteady(SessionsDocument, variables);
  useLookUps(data?.sessions.nodes ?? [], show !== "all", again);
  useEffect(() => rememberList(addressOfList(asked, show)), [asked, show]);
  useSaying(day, today, data?.sessions.totalCount ?? null);

  const page = data?.sessions;
  const first = cursors.length * PAGE + 1;
  const last = cursors.length * PAGE + (page?.nodes.length ?? 0);
  const turn = (next: readonly string[]) => {
    setPlace({ of: list, cursors: next });
    scrollTo(0, 0);
    announce(next.length > cursors.length ? "Next page" : "Previous page");
  };
  return (
    <>
      <Heading title={day === today ? "Today’s sessions" : `Sessions of ${dayInWords(day)}`}>
        {day === today ? "Today" : dayInWords(day)}
      </Heading>
      <DayBar day={day} today={today} show={show} filter={FILTERS[show]} total={page?.totalCount ?? null} />
      {error !== null && <Problem text={inWords(error)} again={again} />}
      {page === undefined ? (
        error === null && <Waiting problem={null} again={again} />
      ) : page.totalCount === 0 ? (
        <p className="empty">{EMPTY[show]}</p>
      ) : (
        <ol className="rows" start={first} aria-label="Sessions" aria-busy={fetching}>
          {page.nodes.map((session) => (
            <Row key={session.id} session={session} />
          ))}
        </ol>
      )}
      {page !== undefined && (cursors.length > 0 || page.pageInfo.hasNextPage) && (
        <nav className="pager" aria-label="Pages">
          <button type="button" disabled={cursors.length === 0} onClick={() => turn(cursors.slice(0, -1))}>
            Previous
          </button>
          <span>
            {first.toLocaleString("en")}–{last.toLocaleString("en")} of {page.totalCount.toLocaleString("en")}
          </span>
          <button
            type="button"
            disabled={!page.pageInfo.hasNextPage}
            onClick={() => turn([...cursors, page.pageInfo.endCursor ?? ""])}
          >
            Next
          </button>
        </nav>
      )}
    </>
  );
}

const EMPTY: Readonly<Record<Show, string>> = {
  all: "No sessions on this day.",
  live: "Nothing is live on this day right now.",
  undecided: "Nothing is waiting for a decision on this day.",
};

/** Whoever turns the days hears which one it is, and how much there is. */
function useSaying(day: Day, today: Day, total: number | null): void {
  const said = useRef(day);
  useEffect(() => {
    if (said.current === day || total === null) return;
    said.current = day;
    announce(`${day === today ? "Today" : dayInWords(day)}: ${total === 1 ? "1 session" : `${total} sessions`}.`);
  }, [day, today, total]);
}

/** Asks again when the feed tells of a session that may belong on the page, or off it, at most every two seconds. */
function useLookUps(nodes: readonly RowFieldsFragment[], filtered: boolean, again: () => void): void {
  const newest = useRef({ nodes, filtered, again });
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    newest.current = { nodes, filtered, again };
  });
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  const listen = useCallback((changed: readonly { readonly id: string }[]) => {
    const { nodes: shown, filtered: some } = newest.current;
    const known = new Set(shown.map(({ id }) => id));
    if (timer.current !== null || (!some && changed.every(({ id }) => known.has(id)))) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      newest.current.again();
    }, LOOK_UP_MS);
  }, []);
  useChanges(listen);
}
