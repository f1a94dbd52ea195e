import {
  createSourceEventStream,
  type DocumentNode,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  Kind,
} from "graphql";
import type { Results } from "./operations.ts";

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
