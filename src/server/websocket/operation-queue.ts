import { type DocumentNode, getOperationAST, Kind } from "graphql";
import type { WebSocket } from "ws";
import { expectKind } from "../../domain/errors.ts";
import type { Millis } from "../../domain/model.ts";

/**
 * What an operation weighs: a socket's heartbeats wait for one write together (P4), twice as many as other operations. That
 * is one for each connection that a participant may have open (P7); a hundred that were refused in one go were felt by all.
 */
const OPERATION = 2;
const HEARTBEAT = 1;

/** One message's. More calls than one change nothing. */
export class OperationSlot {
  #weight = OPERATION;
  readonly #weighs: (change: number) => void;
  /** When the message arrived, however long it waited here. */
  readonly arrivedAt: Millis;

  constructor(weighs: (change: number) => void, arrivedAt: Millis) {
    this.#weighs = weighs;
    this.arrivedAt = arrivedAt;
    weighs(OPERATION);
  }

  /** It is a heartbeat: others may go on beside it. */
  markLight(): void {
    this.#becomes(HEARTBEAT);
  }

  get isLight(): boolean {
    return this.#weight <= HEARTBEAT;
  }

  /** Its operation is over, or runs on by itself. */
  done(): void {
    this.#becomes(0);
  }

  #becomes(weight: number): void {
    if (weight >= this.#weight) return;
    this.#weighs(weight - this.#weight);
    this.#weight = weight;
  }
}

/** Of the event loop's time, its person's. */
export interface Budget {
  hasBudget(): boolean;
  run(what: () => void): void;
  /** Calls once there is more left. */
  wait(next: () => void): void;
}

/**
 * Operations of one socket that run at once: what comes on top waits, and the socket is not read until some are done.
 * Without that a client that sends 2,000 queries in one go held up everybody else for seconds.
 */
export class OperationQueue {
  #weight = 0;
  #going = false;
  readonly #waiting: { readonly message: string; readonly arrivedAt: Millis }[] = [];
  readonly #socket: WebSocket;
  readonly #most: () => number;
  readonly #share: Budget;
  readonly #handle: (message: string, turn: OperationSlot) => void;

  /** @param most how many operations; of heartbeats twice as many */
  constructor(
    socket: WebSocket,
    most: () => number,
    share: Budget,
    handle: (message: string, turn: OperationSlot) => void,
  ) {
    this.#socket = socket;
    this.#most = most;
    this.#share = share;
    this.#handle = handle;
  }

  /** @param arrivedAt at the earliest */
  take(message: string, arrivedAt: Millis): void {
    // What still comes once it closes is not for anybody.
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#free && this.#waiting.length === 0) return this.#run(message, arrivedAt);
    // No more than what one read brought along: then the socket rests.
    this.#waiting.push({ message, arrivedAt });
    this.#socket.pause();
    if (this.#hasCapacity) this.#goOn();
  }

  /** The socket is closed. Of what waits, only who left still matters: they left by choice, whatever came right after it. */
  end(): void {
    for (const { message, arrivedAt } of this.#waiting.splice(0)) if (leaves(message)) this.#run(message, arrivedAt);
  }

  get #hasCapacity(): boolean {
    return this.#weight < this.#most() * OPERATION;
  }

  get #free(): boolean {
    return this.#hasCapacity && this.#share.hasBudget();
  }

  #run(message: string, arrivedAt: Millis): void {
    this.#share.run(() => this.#handle(message, new OperationSlot(this.#weighs, arrivedAt)));
  }

  /** One for all messages: a turn is kept for as long as a subscription runs. */
  readonly #weighs = (change: number): void => {
    this.#weight += change;
    if (change < 0) this.#goOn();
  };

  /** Not at once: the embedded store answers without a pause, and 500 queries kept everybody else out for 1.6 s. */
  #goOn(): void {
    if (this.#going || this.#waiting.length === 0) return;
    this.#going = true;
    const next = () => {
      this.#going = false;
      this.#next();
    };
    if (this.#share.hasBudget()) setImmediate(next);
    else this.#share.wait(next);
  }

  #next(): void {
    // What waits then is for its end.
    if (this.#socket.readyState > this.#socket.OPEN) return this.#socket.resume();
    while (this.#free) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#run(next.message, next.arrivedAt);
    }
    if (this.#waiting.length === 0) {
      if (this.#socket.isPaused) this.#socket.resume();
    } else if (this.#hasCapacity) this.#goOn();
  }
}

/** A message that ends an operation; one that is longer has an id that no operation may have. */
const MAX_COMPLETE_MESSAGE_LENGTH = 2_000;

function leaves(message: string): boolean {
  if (message.length > MAX_COMPLETE_MESSAGE_LENGTH) return false;
  try {
    return (JSON.parse(message) as { type?: unknown } | null)?.type === "complete";
  } catch (error) {
    expectKind(error, SyntaxError);
    return false;
  }
}

/** Whether an operation does nothing but send heartbeats. */
export function isHeartbeat(document: DocumentNode, operationName: string | null | undefined): boolean {
  const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value === "heartbeat");
}
