import { type ExecutionArgs, type ExecutionResult, getOperationAST, GraphQLError } from "graphql";
import { RollcallError } from "../domain/errors.ts";
import type { Context } from "../graphql/execution/context.ts";
import type { Call, ErrorFormatter } from "../graphql/execution/errors.ts";
import type { Execute } from "../graphql/execution/execution.ts";
import type { ListCostRefusal } from "../graphql/execution/list-cost.ts";
import type { OperationFacts, Telemetry } from "../services/shared/telemetry.ts";
import { ConcurrencyLimit } from "./quotas/concurrency-limit.ts";
import { isHeartbeat } from "./websocket/operation-queue.ts";

export type Results = AsyncGenerator<ExecutionResult, void, void>;
type Transport = OperationFacts["transport"];
type Awaitable<T> = T | Promise<T>;

/** How every operation runs, over either transport: told of, and its errors formatted with the operation at hand. */
export interface Operations {
  execute(args: ExecutionArgs, transport: Transport): Promise<ExecutionResult>;
  subscribe(
    args: ExecutionArgs,
    transport: Transport,
    subscribe: (args: ExecutionArgs) => Awaitable<Results | ExecutionResult>,
  ): Promise<Results | ExecutionResult>;
}

type FieldOf = (error: GraphQLError, args: ExecutionArgs) => string | undefined;

const MAX_OPERATION_NAME = 64;

/**
 * @param deps.fieldOf says which argument an error is about
 * @param deps.execute runs a query or a mutation that may run
 * @param deps.refuse says why an operation must not run although it is valid
 * @param deps.within milliseconds that a query or a mutation may take, or a subscription until it runs
 * @param deps.places how many of one person run at once, heartbeats apart
 */
export function createOperations(deps: {
  readonly telemetry: Telemetry;
  readonly formatError: ErrorFormatter;
  readonly fieldOf: FieldOf;
  readonly execute: Execute;
  readonly refuse: ListCostRefusal;
  readonly within: number;
  readonly places: number;
}): Operations {
  const { telemetry, formatError, fieldOf, execute, refuse, within } = deps;
  const places = new ConcurrencyLimit(deps.places);
  /** Heartbeats share one write among all who send them, and have a limit of their own. */
  const inPlace = <T>(args: ExecutionArgs, what: () => Awaitable<T>): Awaitable<T | ExecutionResult> =>
    isHeartbeat(args.document, args.operationName)
      ? what()
      : places.run((args.contextValue as Context).viewer, what).catch(asResult);
  const formatted = (result: ExecutionResult, call: Call, args: ExecutionArgs): ExecutionResult =>
    result.errors === undefined
      ? result
      : { ...result, errors: result.errors.map((error) => formatError(error, call, fieldOf(error, args))) };

  /** Of the same iterator, so that leaving it detaches at once: one wrapped around it would first wait for a result. */
  function observe(results: Results, call: Call, args: ExecutionArgs): Results {
    const { usage } = args.contextValue as Context;
    const ended = telemetry.subscribed();
    const next = results.next.bind(results);
    const leave = results.return.bind(results);
    const told = (result: IteratorResult<ExecutionResult, void>): IteratorResult<ExecutionResult, void> => {
      usage?.resumed();
      if (!result.done) return { done: false, value: formatted(result.value, call, args) };
      ended();
      return result;
    };
    const failed = (error: unknown): never => {
      ended();
      throw formatError(error, call);
    };
    results.next = () => next().then(told, failed);
    results.return = (value) => {
      ended();
      return leave(value);
    };
    return results;
  }

  return {
    execute(args, transport) {
      const { facts, call } = describe(args, transport);
      return telemetry.operation(facts, async () => {
        const refusal = refuse(args);
        if (refusal !== null) return formatted({ errors: [refusal] }, call, args);
        const { usage } = args.contextValue as Context;
        const run = () => (usage === null ? execute(args) : usage.run(() => execute(args)));
        const result = await inTime(within, facts.type, inPlace(args, run), (error) => formatError(error, call));
        usage?.resumed();
        return formatted(result, call, args);
      });
    },
    subscribe(args, transport, subscribe) {
      const { facts, call } = describe(args, transport);
      return telemetry.operation(facts, async () => {
        const refusal = refuse(args);
        if (refusal !== null) return formatted({ errors: [refusal] }, call, args);
        const starting = inPlace(args, () => subscribe(args));
        const results = await inTime(within, facts.type, starting, (error) => formatError(error, call), leave);
        return Symbol.asyncIterator in results ? observe(results, call, args) : formatted(results, call, args);
      });
    },
  };
}

function asResult(error: unknown): ExecutionResult {
  return { errors: [new GraphQLError("", { originalError: error as Error })] };
}

/**
 * Nobody waits longer than that. What runs cannot be stopped on its way: a change may still be made.
 * @param failed takes the error of what failed too late @param late takes what came too late
 */
function inTime<T>(
  within: number,
  type: OperationFacts["type"],
  running: Awaitable<T>,
  failed: (error: unknown) => void,
  late: (result: T) => void = () => undefined,
): Awaitable<T | ExecutionResult> {
  if (!(running instanceof Promise)) return running;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(tooLate(within, type));
      running.then(late, failed);
    }, within);
    void running.then(resolve, reject).then(() => clearTimeout(timer));
  });
}

/** A subscription that nobody waits for any more. */
function leave(started: Results | ExecutionResult): void {
  if (Symbol.asyncIterator in started) void started.return();
}

function tooLate(within: number, type: OperationFacts["type"]): ExecutionResult {
  const advice = type === "mutation" ? "It may still be done: look before you try again." : "Try again.";
  const message = `This took longer than ${within / 1_000} s. ${advice}`;
  const originalError = new RollcallError("UNAVAILABLE", message, { retryable: type !== "mutation" });
  return { data: null, errors: [new GraphQLError(message, { originalError })] };
}

function describe(args: ExecutionArgs, transport: Transport): { facts: OperationFacts; call: Call } {
  const { requestId, traceparent, viewer } = args.contextValue as Context;
  const operation = getOperationAST(args.document, args.operationName);
  const name = operation?.name?.value ?? "";
  const operationName = name === "" || name.length > MAX_OPERATION_NAME ? null : name;
  return {
    facts: { type: operation?.operation ?? "query", name: operationName, transport, requestId, traceparent },
    call: { requestId, viewerId: viewer?.id ?? null, operation: operationName },
  };
}

/** Objects and arrays in each other: no variable of the schema needs a tenth of it. */
const DEEPEST = 64;

/**
 * Whether what came as JSON nests deeper than anybody needs. It parses all the same, 20,000 arrays in 40 KB, but whatever
 * goes through it by recursion, as JSON.stringify does, runs out of stack.
 */
export function nestsTooDeeply(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsTooDeeply(inner, levels - 1));
}
