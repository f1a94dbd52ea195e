import { type ExecutionResult, GraphQLInt, GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from "graphql";
import { expect, test } from "vitest";
import { schema } from "../../../src/graphql/schema/schema.ts";
import { subscribeOnce } from "../../../src/server/websocket/subscribe.ts";
import type { Results } from "../../../src/server/operations.ts";

interface Event {
  readonly version: number;
}

/** A schema whose subscriptions tell one version after the other, and how often a field of theirs was resolved. */
function counting(sameForAll: boolean) {
  const resolved: string[] = [];
  const State = new GraphQLObjectType<Event>({
    name: "State",
    fields: {
      version: {
        type: GraphQLInt,
        resolve: (event, _args, viewer: string) => {
          resolved.push(`${viewer} ${event.version}`);
          return event.version;
        },
      },
      word: { type: GraphQLString, args: { of: { type: GraphQLString } }, resolve: (_event, { of }) => of as string },
    },
  });
  const events: Event[] = [{ version: 1 }, { version: 2 }];
  const state = {
    type: State,
    extensions: { sameForAll },
    subscribe: async function* () {
      yield* events;
    },
    resolve: (event: Event) => event,
  };
  const query = new GraphQLObjectType({ name: "Query", fields: { ok: { type: GraphQLInt } } });
  const subscription = new GraphQLObjectType({ name: "Subscription", fields: { state } });
  const made = new GraphQLSchema({ query, subscription });
  const document = parse("subscription ($of: String) { state { version word(of: $of) } }");
  const follow = async (viewer: string, of = "a", text = document) =>
    (await subscribeOnce({ schema: made, document: text, contextValue: viewer, variableValues: { of } })) as Results;
  return { follow, resolved };
}

const told = async (results: Results) => ((await results.next()).value as ExecutionResult).data?.["state"];

test("an event is executed once for all who ask with the same words", async () => {
  const { follow, resolved } = counting(true);
  const [one, other] = [await follow("one"), await follow("other")];
  expect([await told(one), await told(other)]).toEqual(Array(2).fill({ version: 1, word: "a" }));
  expect([await told(other), await told(one)]).toEqual(Array(2).fill({ version: 2, word: "a" }));
  expect(resolved).toEqual(["one 1", "other 2"]);
});

test("other variables, and another text, are answered by themselves", async () => {
  const { follow } = counting(true);
  const one = await follow("one");
  const other = await follow("other", "b");
  const shorter = await follow("third", "a", parse("subscription { state { version } }"));
  expect(await told(one)).toEqual({ version: 1, word: "a" });
  expect(await told(other)).toEqual({ version: 1, word: "b" });
  expect(await told(shorter)).toEqual({ version: 1 });
});

test("nothing is shared where the schema does not say that all are told the same", async () => {
  const { follow, resolved } = counting(false);
  const [one, other] = [await follow("one"), await follow("other")];
  await told(one);
  await told(other);
  expect(resolved).toEqual(["one 1", "other 1"]);
});

test("presence is the same for all, attend is not: it tells each reader their own connection", () => {
  const { presence, attend } = schema.getSubscriptionType()?.getFields() ?? {};
  expect(presence?.extensions["sameForAll"]).toBe(true);
  expect(attend?.extensions["sameForAll"]).toBeUndefined();
});

test("who leaves while nothing happens has left, and is told the end", async () => {
  const { follow } = counting(true);
  const results = await follow("one");
  await results.return();
  expect(await results.next()).toEqual({ done: true, value: undefined });
});
