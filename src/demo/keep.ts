import { ADMIN, LESSONS, PARENT, type Person, type Script } from "./cast.ts";
import type { DemoClock } from "./clock.ts";
import { book } from "./lessons.ts";
import type { Stage } from "./stage.ts";

const HOUR = 60;

/**
 * A lesson that has just begun, for whoever tries the server by hand: GraphiQL's tabs are about it. They hold the tokens, because
 * everybody in this database is made up, and it goes with the process.
 */
export async function prepareTour(stage: Stage, now: number, timeZone: string) {
  const [algebra] = LESSONS as [Script];
  const open: Script = { ...algebra, title: "Your turn", from: 0, to: HOUR };
  const { sessionId, whiteboard } = await book(stage, open, now, timeZone);
  const guide = async (person: Person) => ({ ...person, token: await stage.token(person) });
  const tour = {
    admin: await guide(ADMIN),
    tutor: await guide(algebra.tutor.person),
    student: await guide(algebra.student.person),
    sessionId,
    whiteboardSessionId: whiteboard,
  };
  stage.guide(tour);
  return tour;
}

/** Tells how to try the server by hand, on a lesson that has just begun, and waits until it is stopped. */
export async function keepOpen(
  stage: Stage,
  clock: DemoClock,
  timeZone: string,
  say: (text: string) => void,
  stopped: () => Promise<void>,
): Promise<void> {
  const {
    sessionId,
    whiteboardSessionId: whiteboard,
    tutor,
    student,
    admin,
  } = await prepareTour(stage, clock.now(), timeZone);
  const query = `{ attendanceSuggestion(sessionId: ${sessionId}) { recommendation student { status reasons } } }`;
  const parent = { ...PARENT, token: await stage.token(PARENT) };
  const tokens = [tutor, student, parent, admin];
  say(`  The server stays up until Ctrl-C: ${stage.url} (in a browser GraphiQL,
  with the eight steps of a lesson in its tabs, and the tokens)
  The console, where one click signs in: ${new URL("/console", stage.url).href}

  A new lesson of the same two has just begun, session ${sessionId}, whiteboard session ${whiteboard}. Be there as its student
  in one tab, and watch as its tutor in another:

    subscription { attend(whiteboardSessionId: ${whiteboard}) { event connectionId student { connected } } }
    subscription { presence(whiteboardSessionId: ${whiteboard}) { event student { connected totalActiveSeconds } } }

  Tokens for 12 hours; in tabs of your own they go into Headers as
  { "Authorization": "Bearer <token>" }:
${tokens.map(({ name, role, token }) => `\n  ${role}, ${name}:\n${token}`).join("\n")}

  What the evidence says so far:

curl -s ${stage.url} -H 'content-type: application/json' -H 'authorization: Bearer ${tutor.token}' -d '${JSON.stringify({ query })}'
`);
  await stopped();
  say("\n  Stopping.");
}
