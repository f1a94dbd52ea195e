/** The part of a browser's window that is used here; in Node there is none of it. */
interface Page {
  readonly document?: { readonly visibilityState: string };
  readonly addEventListener?: (type: string, listener: (event: object) => void, capture?: boolean) => void;
  readonly removeEventListener?: (type: string, listener: (event: object) => void, capture?: boolean) => void;
}

export interface PageEvents {
  /** The page is seen again, or not any more. */
  readonly seen: () => void;
  /** The page goes; it may come back as it was. */
  readonly gone: () => void;
  readonly back: () => void;
  readonly online: () => void;
  readonly offline: () => void;
}

const page: Page = globalThis;

export const isHidden = (): boolean => page.document?.visibilityState === "hidden";

/** Listens to what happens to the page; the returned function stops that. */
export function listenToPage(events: PageEvents): () => void {
  const listeners = {
    visibilitychange: events.seen,
    pagehide: events.gone,
    pageshow: events.back,
    online: events.online,
    offline: events.offline,
  };
  // `visibilitychange` comes up from the document, the others are the window's own.
  for (const [type, listener] of Object.entries(listeners)) page.addEventListener?.(type, listener, true);
  return () => {
    for (const [type, listener] of Object.entries(listeners)) page.removeEventListener?.(type, listener, true);
  };
}
