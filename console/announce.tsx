import { createStore, useStore } from "./store.ts";

const spoken = createStore({ text: "", turn: 0 });

/** Tells people who listen to the page what has changed on it, when they have heard the rest. */
export function announce(text: string): void {
  spoken.set({ text, turn: spoken.get().turn + 1 });
}

/** The same words twice are said twice: a space more makes them other words. */
export function Announcer() {
  const { text, turn } = useStore(spoken);
  return (
    <p role="status" aria-live="polite" className="unseen">
      {turn % 2 === 0 ? text : `${text}\u00a0`}
    </p>
  );
}
