import type { ApolloClient } from "@apollo/client";
import { parse } from "graphql";
// @ts-expect-error -- plain JavaScript, as its readers take it
import { rollcall } from "../../../examples/apollo/client.mjs";
import type { LibraryClient, LibraryOptions } from "./library.ts";

/** Apollo Client, set up as examples/apollo does. */
export function apollo(options: LibraryOptions): LibraryClient {
  const client = rollcall(options) as ApolloClient;
  return {
    async query(document, variables) {
      const query = parse(document.toString());
      const { data } = await client.query({ query, variables: variables as object, fetchPolicy: "network-only" });
      return data as never;
    },
    async mutate(document, variables) {
      const { data } = await client.mutate({ mutation: parse(document.toString()), variables: variables as object });
      return data as never;
    },
    subscribe(document, variables, next) {
      const results = client.subscribe({ query: parse(document.toString()), variables: variables as object });
      const running = results.subscribe(({ data, error }) => {
        if (error !== undefined) throw error as Error;
        next(data as never);
      });
      return () => running.unsubscribe();
    },
    cached: async (document, variables) =>
      client.readQuery({ query: parse(document.toString()), variables: variables as object }),
  };
}
