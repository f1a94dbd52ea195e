import type { Client, OperationResult } from "@urql/core";
import { parse } from "graphql";
// @ts-expect-error -- plain JavaScript, as its readers take it
import { rollcall } from "../../../examples/urql/client.mjs";
import type { LibraryClient, LibraryOptions } from "./library.ts";

/** urql with graphcache, set up as examples/urql does. */
export function urql(options: LibraryOptions): LibraryClient {
  const client = rollcall(options) as Client;
  const dataOf = ({ data, error }: OperationResult) => {
    if (error !== undefined) throw error;
    return data as never;
  };
  return {
    async query(document, variables) {
      const query = parse(document.toString());
      return dataOf(await client.query(query, variables as object, { requestPolicy: "network-only" }));
    },
    mutate: async (document, variables) =>
      dataOf(await client.mutation(parse(document.toString()), variables as object)),
    subscribe(document, variables, next) {
      const results = client.subscription(parse(document.toString()), variables as object);
      const running = results.subscribe((result) => next(dataOf(result)));
      return () => running.unsubscribe();
    },
    cached: async (document, variables) =>
      (client.readQuery(parse(document.toString()), variables as object, { requestPolicy: "cache-only" })?.data ??
        null) as never,
  };
}
