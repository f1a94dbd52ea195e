import { attend, type Attending, type AttendingState } from "../../src/client/attend.ts";
import { announce } from "../announce.tsx";
import { currentToken } from "../net/connection.ts";
import { signedIn } from "../net/sign-in.ts";
import { createStore } from "../store.ts";

/* The lesson that this tab attends, whatever page it shows. */

export interface Attendance {
  readonly sessionId: string;
  readonly whiteboard: string;
  readonly title: string;
  readonly state: AttendingState;
}

export const attending = createStore<Attendance | null>(null);

let current: Attending | null = null;

const WORDS: Readonly<Record<AttendingState, string>> = {
  connecting: "Joining.",
  connected: "You are in the lesson.",
  reconnecting: "The connection is lost. Trying again.",
  expired: "Your sign-in has expired.",
  ended: "You are no longer in the lesson.",
};

export function join(lesson: Omit<Attendance, "state">): void {
  void current?.leave();
  const own = attend({
    url: `${location.origin}/graphql`,
    token: currentToken,
    whiteboardSessionId: lesson.whiteboard,
    onChange(now) {
      if (own !== current || now.state === attending.get()?.state) return;
      announce(WORDS[now.state]);
      attending.set(now.state === "ended" ? null : { ...lesson, state: now.state });
    },
  });
  current = own;
  attending.set({ ...lesson, state: own.state });
}

export function leave(): void {
  void current?.leave();
}

// A new token lets the same person go on; without one, or as somebody else, they are gone.
let attendee = signedIn.get()?.viewer.id;
signedIn.subscribe(() => {
  const who = signedIn.get();
  const lesson = attending.get();
  const same = who !== null && who.viewer.id === attendee;
  attendee = who?.viewer.id;
  if (!same) leave();
  else if (!who.expired && lesson?.state === "expired") join(lesson);
});
