import { useEffect, useRef } from "react";
import { useSubscription } from "urql";
import { announce } from "../announce.tsx";
import { type LessonFieldsFragment, PresenceDocument, type PresenceSubscription } from "../generated/graphql.ts";
import { signedIn } from "../net/sign-in.ts";
import { inStateWords } from "../parts/attendance.tsx";
import { useStore } from "../store.ts";

export type LivePresence = Pick<PresenceSubscription["presence"], "version" | "tutor" | "student">;

/** Spans and suggestion are asked for again a moment after the last change, and while time itself changes them. */
const SETTLED_MS = 250;
const ANEW_MS = 30_000;

/** Who is there now, as the newest of what is known says. Everything else of the lesson is asked for again as it changes. */
export function useLive(lesson: LessonFieldsFragment, again: () => void): LivePresence | null {
  const whiteboard = lesson.whiteboardSession?.id ?? "";
  const over = lesson.status === "COMPLETED" || lesson.status === "CANCELLED";
  const expired = useStore(signedIn)?.expired === true;
  const names = { tutor: lesson.tutor.name, student: lesson.student.name };
  const [{ data: told }] = useSubscription<PresenceSubscription, LivePresence, { whiteboard: string }>(
    { query: PresenceDocument, variables: { whiteboard }, pause: whiteboard === "" || over || expired },
    (before, { presence }) => {
      tell(before, presence, names);
      return before !== undefined && before.version > presence.version ? before : presence;
    },
  );

  const version = told?.version;
  const first = useRef(true);
  useEffect(() => {
    if (version === undefined) return;
    if (first.current) return void (first.current = false);
    const timer = setTimeout(again, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [version, again]);
  const running = lesson.status === "IN_PROGRESS";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(again, ANEW_MS);
    return () => clearInterval(timer);
  }, [running, again]);

  const asked = lesson.whiteboardSession?.presence;
  if (told === undefined || over) return asked === undefined ? null : { ...UNKNOWN, ...asked, ...parts(asked) };
  return told;
}

const UNKNOWN = { lastActivityAt: null, totalActiveSeconds: 0, openConnections: 0 };

type Asked = NonNullable<LessonFieldsFragment["whiteboardSession"]>["presence"];
const parts = ({ tutor, student }: Asked) => ({
  tutor: { ...UNKNOWN, ...tutor },
  student: { ...UNKNOWN, ...student },
});

function tell(
  before: LivePresence | undefined,
  { event, tutor, student }: PresenceSubscription["presence"],
  names: { readonly tutor: string; readonly student: string },
): void {
  if (event === "SESSION_ENDED") return announce("The session has ended.");
  if (before === undefined) return;
  const news = [
    inStateWords(before.tutor) === inStateWords(tutor) ? "" : `${names.tutor} is ${inStateWords(tutor)}.`,
    inStateWords(before.student) === inStateWords(student) ? "" : `${names.student} is ${inStateWords(student)}.`,
  ].join(" ");
  if (news.trim() !== "") announce(news.trim());
}
