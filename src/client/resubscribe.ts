import type { Client, FormattedExecutionResult, Sink, SubscribePayload } from "graphql-ws/client";
import { BackOff } from "./back-off.ts";
import { maySubscribeAgain, RollcallRequestError, socketError } from "./errors.ts";

export interface ResubscribeOptions {
  /** How often in a row a subscription is started again; without limit unless given. */
  readonly retries?: number;
  /** The subscription has ended and is started again after a wait. */
  readonly onLost?: (id: symbol) => void;
  /** The subscription has delivered a result, or is over. */
  readonly onSettled?: (id: symbol) => void;
}

export interface ResubscribingClient extends Client {
  /** Ends all waits: there is a reason to try at once. */
  retryNow(): void;
}

type Result = FormattedExecutionResult<never, never>;
type ResultSink = Sink<Result>;

/**
 * graphql-ws subscribes again after a lost socket only. A subscription that the server ends, because its database is
 * away or a limit was reached, stays ended there. This one is started again, after 0.5 s to 30 s, until it runs, is
 * refused for good or is left. Queries and mutations pass through.
 */
export function resubscribing(client: Client, options: ResubscribeOptions = {}): ResubscribingClient {
  const open = new Set<Subscription>();
  return {
    ...client,
    subscribe(payload, sink) {
      if (!isSubscription(payload.query)) return client.subscribe(payload, sink);
      const subscription = new Subscription(client, payload, sink, options, () => open.delete(subscription));
      open.add(subscription);
      subscription.start();
      return () => subscription.stop();
    },
    dispose() {
      for (const subscription of open) subscription.stop();
      return client.dispose();
    },
    retryNow() {
      for (const subscription of open) subscription.retryNow();
    },
  };
}

/** The keyword begins a line, or follows a fragment. */
const isSubscription = (query: string): boolean => /(^|[\n}])[\s,]*subscription\b/.test(query);

class Subscription {
  readonly #id = Symbol("subscription");
  readonly #client: Client;
  readonly #payload: SubscribePayload;
  readonly #sink: ResultSink;
  readonly #options: ResubscribeOptions;
  readonly #forget: () => void;
  readonly #backOff = new BackOff();
  #tries = 0;
  #over = false;
  /** It ended without a reason. If the session is over, the next try is answered with that. */
  #completed = false;
  #unsubscribe: () => void = () => undefined;

  constructor(
    client: Client,
    payload: SubscribePayload,
    sink: ResultSink,
    options: ResubscribeOptions,
    forget: () => void,
  ) {
    this.#client = client;
    this.#payload = payload;
    this.#sink = sink;
    this.#options = options;
    this.#forget = forget;
  }

  start(): void {
    /** This run is over. graphql-ws calls `complete` once more when it is unsubscribed. */
    let ended = false;
    let sessionEnded = false;
    const end = (error: RollcallRequestError | null, mayRetry: boolean, giveUp: () => void) => {
      if (ended || this.#over) return;
      if (this.#completed && error?.has("SESSION_ENDED")) return this.#finish(() => this.#sink.complete());
      if (!mayRetry || this.#tries >= this.#retries) return this.#finish(giveUp);
      ended = true;
      this.#completed = error === null;
      this.#unsubscribe();
      void this.#retry();
    };
    this.#unsubscribe = this.#client.subscribe<never, never>(this.#payload, {
      next: (result) => {
        if (ended || this.#over) return;
        const refusal = refusalOf(result);
        if (refusal !== null) {
          return end(refusal, maySubscribeAgain(refusal), () => {
            this.#sink.next(result);
            this.#sink.complete();
          });
        }
        sessionEnded = isSessionEnd(result);
        this.#settle();
        this.#sink.next(result);
      },
      error: (reason) => {
        const error = socketError(reason);
        // A finite number of tries for a lost socket was used up by graphql-ws itself.
        const mayRetry = Array.isArray(reason) || this.#retries === Infinity;
        end(error, mayRetry && maySubscribeAgain(error), () => this.#sink.error(reason));
      },
      complete: () => end(null, !sessionEnded, () => this.#sink.complete()),
    });
  }

  stop(): void {
    this.#finish(() => this.#sink.complete());
  }

  retryNow(): void {
    this.#backOff.wake();
  }

  get #retries(): number {
    return this.#options.retries ?? Infinity;
  }

  async #retry(): Promise<void> {
    this.#tries += 1;
    this.#options.onLost?.(this.#id);
    await this.#backOff.wait();
    if (!this.#over) this.start();
  }

  #settle(): void {
    this.#tries = 0;
    this.#completed = false;
    this.#backOff.reset();
    this.#options.onSettled?.(this.#id);
  }

  #finish(say: () => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#forget();
    this.#unsubscribe();
    this.#backOff.wake();
    this.#options.onSettled?.(this.#id);
    say();
  }
}

/** Why there is nothing in a result; null when there is something. */
function refusalOf({ data, errors }: Result): RollcallRequestError | null {
  return data == null && errors !== undefined ? new RollcallRequestError(errors) : null;
}

/** After this event `attend` ends as it should. */
function isSessionEnd({ data }: Result): boolean {
  const fields: readonly ({ readonly event?: unknown } | null)[] = Object.values(data ?? {});
  return fields.some((field) => field?.event === "SESSION_ENDED");
}
