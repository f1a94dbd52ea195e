import { type Followed, Following, type FollowingState, type FollowedWhiteboard } from "./following.ts";
import { PresenceDocument } from "./generated/graphql.ts";

export type WatchingState = FollowingState;

export interface WatchOptions extends FollowedWhiteboard {
  /** Called at every change of the state or of who is there. */
  readonly onChange?: (watching: Watching) => void;
}

export interface Watching extends Followed {
  stop(): Promise<void>;
}

/** Who is in a whiteboard, as it changes, for whoever may see it; nobody is present by that. Goes on as `attend` does. */
export function watchPresence(options: WatchOptions): Watching {
  const following = new Following(options, PresenceDocument.toString(), {
    changed: () => options.onChange?.(watching),
  });
  const watching: Watching = {
    get state() {
      return following.state;
    },
    get presence() {
      return following.presence;
    },
    get error() {
      return following.error;
    },
    stop: () => following.end(),
  };
  void following.run();
  return watching;
}
