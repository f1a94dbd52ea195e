import { RollcallRequestError } from "./errors.ts";
import { type Followed, Following, type FollowingState, type FollowedWhiteboard } from "./following.ts";
import { type Activity, AttendDocument, HeartbeatDocument, type PresenceFieldsFragment } from "./generated/graphql.ts";
import { isHidden } from "./page.ts";
import { results } from "./results.ts";

export type AttendingState = FollowingState;

export interface AttendOptions extends FollowedWhiteboard {
  /** Called at every change of the state or of who is there. */
  readonly onChange?: (attending: Attending) => void;
}

export interface Attending extends Followed {
  /** Leaves: you are seen as gone at once. Resolves when that is said. */
  leave(): Promise<void>;
}

/** What could not be said about being idle is said again after so many milliseconds. */
const AGAIN_MS = 5_000;

/**
 * You are present for as long as this runs: nothing else to send, also from a hidden tab (which counts as idle). Lost
 * networks and restarted servers are waited out; a token given as a function is asked for again when it is refused.
 */
export function attend(options: AttendOptions): Attending {
  return new Attendance(options);
}

class Attendance implements Attending {
  readonly #following: Following;
  /** What the server was told last about this connection. */
  #told: { connectionId: string; activity: Activity } | null = null;
  #telling = false;

  constructor(options: AttendOptions) {
    this.#following = new Following(options, AttendDocument.toString(), {
      changed: () => {
        // What was told was told on a socket that is gone.
        if (this.state !== "connected") this.#told = null;
        void this.#tell();
        options.onChange?.(this);
      },
      seen: () => void this.#tell(),
    });
    void this.#following.run();
  }

  get state(): AttendingState {
    return this.#following.state;
  }

  get presence(): PresenceFieldsFragment | null {
    return this.#following.presence;
  }

  get error(): RollcallRequestError | null {
    return this.#following.error;
  }

  leave(): Promise<void> {
    return this.#following.end();
  }

  /** Tells the server whether somebody looks at the page, until it knows. */
  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#news(); next !== null; next = this.#news()) {
      try {
        await results(this.#following.client, { query: HeartbeatDocument.toString(), variables: next }).next();
        this.#told = next;
      } catch (error) {
        if (!(error instanceof RollcallRequestError)) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    this.#telling = false;
  }

  #news(): { connectionId: string; activity: Activity } | null {
    const connectionId = this.presence?.connectionId;
    if (this.state !== "connected" || connectionId == null) return null;
    const activity = isHidden() ? "IDLE" : "HEARTBEAT";
    const known = this.#told?.connectionId === connectionId ? this.#told.activity : "HEARTBEAT";
    return activity === known ? null : { connectionId, activity };
  }
}
