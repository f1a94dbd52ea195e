import type { Millis } from "../../domain/model.ts";

/** The maintenance jobs that walk lists of rows. */
export const JOBS = ["expiry", "completion", "retention"] as const;
export type JobName = (typeof JOBS)[number];

/** What is told of an operation: of all that its client chose the name alone, and no value. */
export interface OperationFacts {
  readonly type: "query" | "mutation" | "subscription";
  /** Null where there is none, or one that is too long to be repeated everywhere. */
  readonly name: string | null;
  readonly transport: "http" | "websocket";
  readonly requestId: string;
  /** The W3C header of its request; null: its trace begins here. */
  readonly traceparent: string | null;
}

/**
 * What the server tells about its work, to be counted, timed and traced. Told once a batch, a commit or an operation and
 * never once a heartbeat, it is not in the way of any; and it never fails by itself.
 */
export interface Telemetry {
  /** Runs an operation of the API; of a subscription, its start. */
  operation<T>(facts: OperationFacts, run: () => Promise<T>): Promise<T>;
  /** A subscription runs, until the returned function is called (more calls change nothing). */
  subscribed(): () => void;
  /** A client is told an error. @param code its `extensions.code`, one of few */
  failed(code: string): void;
  /** Runs the statement that writes a batch. @param beats heartbeats and pongs in it, one for each connection */
  batch<T>(beats: number, write: () => Promise<T>): Promise<T>;
  /** Runs a change of the ledger, from its first lock to its commit. */
  commit<T>(change: () => Promise<T>): Promise<T>;
  /** Presence reached a follower in this process so long after its commit, in whichever process that was. */
  delivered(after: Millis): void;
  /** Connections ended because their lease ran out. */
  expired(connections: number): void;
  completed(sessions: number): void;
  /** Rows that a maintenance job cannot work on at the moment. */
  failing(job: JobName, rows: number): void;
}

/** Tells nobody. */
export const noTelemetry: Telemetry = {
  operation: (_facts, run) => run(),
  subscribed: () => () => undefined,
  failed: () => undefined,
  batch: (_beats, write) => write(),
  commit: (change) => change(),
  delivered: () => undefined,
  expired: () => undefined,
  completed: () => undefined,
  failing: () => undefined,
};
