import { useEffect, useRef } from "react";
import { announce } from "./announce.tsx";
import { Attending } from "./lesson/attending-bar.tsx";
import { MeDocument } from "./generated/graphql.ts";
import { useFeed } from "./net/feed.ts";
import { lastHeard } from "./net/heard.ts";
import type { LinkState } from "./net/link.ts";
import { inWords } from "./net/problems.ts";
import { serverClock } from "./net/server-clock.ts";
import { signedIn } from "./net/sign-in.ts";
import { useSteady } from "./net/steady.ts";
import type { Viewer } from "./net/token.ts";
import { LessonPage } from "./pages/lesson.tsx";
import { ListPage } from "./pages/list.tsx";
import { Mark } from "./parts/icons.tsx";
import { Banner, Waiting } from "./parts/notices.tsx";
import { leaveConsole, Link, routeOf, useAddress } from "./router.tsx";
import { type Store, useStore } from "./store.ts";
import { clock } from "./time.ts";

interface Props {
  readonly viewer: Viewer;
  readonly link: Store<LinkState>;
}

/**
 * While the server's database is away its socket stays open, and no event says so: the page has to ask, and asks for
 * something that the database answers.
 */
const PROBE_MS = 5_000;

/** What is around every page: who one is, whether the server is there, and the one feed of changes. */
export function Shell({ viewer, link }: Props) {
  const expired = useStore(signedIn)?.expired === true;
  useFeed(expired);
  const me = useSteady(MeDocument, {}, expired);
  useEvery(PROBE_MS, me.again, expired);
  const address = useAddress();
  const route = routeOf(address);
  return (
    <>
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <header className="top">
        <Link href="/console" className="brand">
          <Mark /> Rollcall
        </Link>
        <p className="who">
          <span className="who-name">{me.data?.me?.name ?? viewer.name ?? `User ${viewer.id}`}</span>
          <span className="who-roles">{viewer.roles.join(", ")}</span>
        </p>
        <button type="button" className="quiet" onClick={leaveConsole}>
          Sign out
        </button>
      </header>
      <Away link={link} expired={expired} />
      <Attending page={route.page === "lesson" ? route.id : null} />
      <main id="page" tabIndex={-1}>
        {serverClock.now() === null ? (
          <Waiting problem={me.error === null ? null : inWords(me.error)} again={me.again} />
        ) : route.page === "lesson" ? (
          <LessonPage key={route.id} id={route.id} viewer={viewer} />
        ) : (
          <ListPage day={route.day} show={route.show} />
        )}
      </main>
    </>
  );
}

function useEvery(ms: number, act: () => void, pause: boolean): void {
  useEffect(() => {
    if (pause) return;
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  }, [ms, act, pause]);
}

/** Says so while the server cannot be reached, and when it can be again. */
function Away({ link, expired }: { readonly link: Store<LinkState>; readonly expired: boolean }) {
  const state = useStore(link);
  const before = useRef(state);
  useEffect(() => {
    if (before.current === "away" && state === "live") announce("Back online.");
    if (before.current === "live" && state === "away" && !expired) announce("Offline. Trying again.");
    before.current = state;
  }, [state, expired]);
  if (state !== "away" || expired) return null;
  const heard = lastHeard();
  return (
    <Banner>
      <strong>Offline</strong> –{" "}
      {heard === null ? "the server does not answer." : `showing what was known at ${clock(heard)}.`} Trying again …
    </Banner>
  );
}
