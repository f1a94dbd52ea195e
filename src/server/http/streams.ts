import { type ExecutionArgs, type ExecutionResult, GraphQLError, subscribe } from "graphql";
import type { Viewer } from "../../auth/claims.ts";
import { RollcallError } from "../../domain/errors.ts";
import type { Context } from "../../graphql/execution/context.ts";
import { runAt } from "../../timers.ts";
import type { Results } from "../operations.ts";

type Subscribe = (args: ExecutionArgs) => Promise<ExecutionResult | Results> | ExecutionResult | Results;

/**
 * Subscriptions over SSE. Each is a request of its own, with no socket that could end with its token or count what runs:
 * so their number is limited by person (services have no limit), and each ends with the token that it came with.
 */
export class Streams {
  readonly #running = new Map<number, number>();
  readonly #clock: { now(): number };
  readonly #most: number;

  constructor(clock: { now(): number }, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  async start(args: ExecutionArgs, start: Subscribe = subscribe): Promise<ExecutionResult | Results> {
    const { viewer } = args.contextValue as Context;
    // Nobody subscribes without a token, and it is for the operation to say so.
    if (viewer === null) return start(args);
    const running = this.#running.get(viewer.id) ?? 0;
    if (running >= this.#most && !viewer.roles.has("service")) {
      const extensions = { code: "TOO_MANY_SUBSCRIPTIONS" };
      return { errors: [new GraphQLError(`A person runs at most ${this.#most} streams.`, { extensions })] };
    }
    this.#running.set(viewer.id, running + 1);
    try {
      const results = await start(args);
      if (Symbol.asyncIterator in results) return this.#keep(results, viewer);
      this.#ended(viewer);
      return results;
    } catch (error) {
      this.#ended(viewer);
      throw error;
    }
  }

  #ended(viewer: Viewer): void {
    const running = (this.#running.get(viewer.id) ?? 1) - 1;
    if (running === 0) this.#running.delete(viewer.id);
    else this.#running.set(viewer.id, running);
  }

  /** Of the same iterator, so that leaving it detaches at once. What ends it is its last result: a stream has no code to close with. */
  #keep(results: Results, viewer: Viewer): Results {
    const next = results.next.bind(results);
    const leave = results.return.bind(results);
    let over = false;
    let last: GraphQLError | null = null;
    const done = () => {
      if (over) return;
      over = true;
      forget();
      this.#ended(viewer);
    };
    const forget = runAt(this.#clock, viewer.expiresAt, () => {
      last = expired();
      void leave();
    });
    results.next = async () => {
      try {
        const result = over ? ({ done: true, value: undefined } as const) : await next();
        if (!result.done && last === null) return result;
      } catch (error) {
        last = error instanceof GraphQLError ? error : new GraphQLError("", { originalError: error as Error });
      }
      done();
      if (last === null) return { done: true, value: undefined };
      const value: ExecutionResult = { errors: [last] };
      last = null;
      return { done: false, value };
    };
    results.return = (value) => {
      done();
      return leave(value);
    };
    return results;
  }
}

function expired(): GraphQLError {
  const message = "The token has expired.";
  return new GraphQLError(message, { originalError: new RollcallError("UNAUTHENTICATED", message) });
}
