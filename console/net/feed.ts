import { useEffect } from "react";
import { useSubscription } from "urql";
import { FeedDocument, type FeedSubscription } from "../generated/graphql.ts";
import { refresh } from "./steady.ts";

type Changed = FeedSubscription["sessionChanges"];

const listeners = new Set<(changed: Changed) => void>();

/**
 * One subscription for all sessions that the viewer may see, whatever page is open. The cache takes over what it tells;
 * its first word, an empty list, means that it listens from here on, so that what was asked before is asked again.
 */
export function useFeed(pause: boolean): void {
  useSubscription<FeedSubscription, Changed>({ query: FeedDocument, pause }, (_before, { sessionChanges }) => {
    if (sessionChanges.length === 0) refresh();
    else for (const listener of listeners) listener(sessionChanges);
    return sessionChanges;
  });
}

/** Hears of every change. @param listen must stay the same from one drawing to the next */
export function useChanges(listen: (changed: Changed) => void): void {
  useEffect(() => {
    listeners.add(listen);
    return () => void listeners.delete(listen);
  }, [listen]);
}
