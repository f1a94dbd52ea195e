import { ADMIN, LESSONS, PARENT, type Script } from "./cast.ts";
import type { DemoClock } from "./clock.ts";
import { book } from "./lessons.ts";
import type { Stage } from "./stage.ts";

const HOUR = 60;

/** Tells how to try the server by hand, on a lesson that has just begun, and waits until it is stopped. */
export async function keepOpen(
  stage: Stage,
  clock: DemoClock,
  timeZone: string,
  say: (text: string) => void,
  stopped: () => Promise<void>,
): Promise<void> {
  const [algebra] = LESSONS as [Script];
  const { tutor, student } = algebra;
  const open: Script = { ...algebra, title: "Your turn", from: 0, to: HOUR };
  const { sessionId, room } = await book(stage, open, clock.now(), timeZone);
  const query = `{ attendanceSuggestion(sessionId: ${sessionId}) { recommendation student { status reasons } } }`;
  const tutorToken = await stage.token(tutor.person);
  const tokens = [
    { ...tutor.person, token: tutorToken },
    ...(await Promise.all(
      [student.person, PARENT, ADMIN].map(async (person) => ({ ...person, token: await stage.token(person) })),
    )),
  ];
  say(`  The server stays up until Ctrl-C: ${stage.url} (GraphiQL in a browser)
  In the console sign in by one click: ${new URL("/console", stage.url).href}

  A new lesson of the same two has just begun, session ${sessionId}, whiteboard session ${room}. Be there as its student
  in one tab, and watch as its tutor in another:

    subscription { attend(whiteboardSessionId: ${room}) { event connectionId student { connected } } }
    subscription { presence(whiteboardSessionId: ${room}) { event student { connected totalActiveSeconds } } }

  Tokens for 12 hours; in GraphiQL they go into Headers as { "Authorization": "Bearer <token>" }:
${tokens.map(({ name, role, token }) => `\n  ${role}, ${name}:\n${token}`).join("\n")}

  What the evidence says so far:

curl -s ${stage.url} -H 'content-type: application/json' -H 'authorization: Bearer ${tutorToken}' -d '${JSON.stringify({ query })}'
`);
  await stopped();
  say("\n  Stopping.");
}
