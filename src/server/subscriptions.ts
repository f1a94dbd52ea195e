import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import type { Results } from "./operations.ts";
import { subscribeOnce } from "./results.ts";
import type { SocketExtra } from "./socket.ts";

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
