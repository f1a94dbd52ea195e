import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  Kind,
} from "graphql";
import type { Results } from "../operations.ts";
import type { SocketExtra } from "./socket.ts";

type Awaitable<T> = T | Promise<T>;

/**
 * Subscribes as graphql's own `subscribe` does, but for one thing: an event is executed once for all who asked for it
 * with the same words. Told to a hundred, that was most of the time between a commit and the last of them.
 * @param ended told, maybe twice, that the results have come to their end or are left
 */
export async function subscribeOnce(
  args: ExecutionArgs,
  ended: (results: Results) => void = () => undefined,
): Promise<ExecutionResult | Results> {
  const events = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in events)) return events;
  const source = events[Symbol.asyncIterator]() as AsyncIterator<object, undefined>;
  const key = isSameForAll(args) ? JSON.stringify([args.operationName ?? null, args.variableValues ?? null]) : null;
  const run = (event: object) => execute({ ...args, rootValue: event });
  const results: Results = {
    async next() {
      const event = await source.next();
      if (event.done) {
        ended(results);
        return event;
      }
      const value = key === null ? run(event.value) : once(event.value, args.document, key, run);
      return { done: false, value: await value };
    },
    async return() {
      ended(results);
      await source.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await source.throw?.(error);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => results,
  };
  return results;
}

/** What came of an event, by document, and by operation and variables. */
const known = new WeakMap<object, Map<DocumentNode, Map<string, Awaitable<ExecutionResult>>>>();

function once(
  event: object,
  document: DocumentNode,
  key: string,
  run: (event: object) => Awaitable<ExecutionResult>,
): Awaitable<ExecutionResult> {
  const byDocument = known.get(event) ?? new Map<DocumentNode, Map<string, Awaitable<ExecutionResult>>>();
  known.set(event, byDocument);
  const byKey = byDocument.get(document) ?? new Map<string, Awaitable<ExecutionResult>>();
  byDocument.set(document, byKey);
  const result = byKey.get(key) ?? run(event);
  byKey.set(key, result);
  return result;
}

/** Whether what the subscription tells depends on nothing but the event: the schema says so. */
function isSameForAll({ schema, document, operationName }: ExecutionArgs): boolean {
  const [field] = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  if (field?.kind !== Kind.FIELD) return false;
  return schema.getSubscriptionType()?.getFields()[field.name.value]?.extensions["sameForAll"] === true;
}

/**
 * Subscribes, within the socket's limit. Kept by the iterator and not by the client's id: an id may be used again while
 * its last operation is still starting, and graphql-ws then forgets one of the two.
 */
export async function startSubscription(
  args: ExecutionArgs,
  extra: SocketExtra,
  most: number,
): Promise<ExecutionResult | Results> {
  if (extra.subscriptions.size + extra.starting >= most) {
    const extensions = { code: "TOO_MANY_SUBSCRIPTIONS" };
    return { errors: [new GraphQLError(`A socket runs at most ${most} subscriptions.`, { extensions })] };
  }
  extra.starting += 1;
  try {
    const results = await subscribeOnce(args, (ended) => extra.subscriptions.delete(ended));
    return Symbol.asyncIterator in results ? keep(results, extra) : results;
  } finally {
    extra.starting -= 1;
  }
}

/** Ends what runs still when the socket is gone. */
export function endSubscriptions(extra: SocketExtra): void {
  for (const running of extra.subscriptions) void running.return?.();
}

function keep(results: Results, extra: SocketExtra): Results {
  extra.subscriptions.add(results);
  // The socket may have closed while this was starting.
  if (extra.socket.readyState > extra.socket.OPEN) void results.return();
  return results;
}
