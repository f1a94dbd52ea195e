/** What the load process is asked to do, and what it answers. All of it crosses a process boundary as JSON. */
export type Job =
  | { readonly kind: "requests"; readonly job: RequestsJob }
  | { readonly kind: "messages"; readonly job: MessagesJob }
  | { readonly kind: "whiteboard"; readonly job: WhiteboardJob }
  | { readonly kind: "hold"; readonly job: HoldJob }
  | { readonly kind: "release"; readonly job: null };

export interface Rate {
  /** Answers, all of them good: a wrong one fails the job. */
  readonly done: number;
  /** Of those that came after the warm-up, as the times below. */
  readonly perSecond: number;
  /** Milliseconds from sending to the whole answer. */
  readonly p50: number;
  readonly p99: number;
}

/** HTTP POSTs over connections that stay, one in flight on each. */
export interface RequestsJob {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Sent in turn. */
  readonly requests: readonly { readonly token: string | null; readonly body: object }[];
  /** What every answer holds; «"errors"» it never does. */
  readonly expected: string;
}

/** How a WebSocket begins. */
export interface Opening {
  readonly url: string;
  readonly protocol: string | null;
  /** Sent one after the other, each when the one before was answered by a message that holds `until`. */
  readonly hello: readonly { readonly text: string; readonly until: string }[];
}

/** The same message over and over on every socket, one in flight on each. */
export interface MessagesJob {
  readonly seconds: number;
  readonly sockets: readonly (Opening & { readonly message: string })[];
  /** What the last message of an answer holds. */
  readonly last: string;
}

/** Messages to everybody in a whiteboard. */
export interface WhiteboardJob {
  readonly subscribers: readonly Opening[];
  readonly speaker: Opening;
  /** Sent in turn by the speaker, each once everybody has had the one before and it was answered itself. */
  readonly messages: readonly string[];
  /** What of a message makes it one of those that are timed, by what the subscribers receive. */
  readonly timed: string;
  /** What every subscriber receives for each message. */
  readonly received: string;
  /** What ends the speaker's answer; null: none comes. */
  readonly answered: string | null;
  /** Milliseconds between two messages. */
  readonly pause: number;
  /** A database that notifies «committed» of each message, with the time right before in milliseconds; null: none does. */
  readonly databaseUrl: string | null;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds from sending to each subscriber's receipt. */
export interface WhiteboardResult extends Latency {
  readonly done: number;
  /** The same from the commit, where one is told of: from right before it, and from when a client hears of it. */
  readonly committing: Latency;
  readonly committed: Latency;
}

/** Sockets that stay open, answer pings and say nothing, until a `release`. */
export interface HoldJob {
  readonly sockets: readonly Opening[];
  readonly atOnce: number;
}
