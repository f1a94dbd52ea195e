import type { ObjectRef } from "@pothos/core";
import type { Page } from "../services/paging.ts";
import { builder } from "./builder.ts";

const PageInfo = builder.objectRef<Page<unknown>["pageInfo"]>("PageInfo").implement({
  fields: (t) => ({
    hasNextPage: t.exposeBoolean("hasNextPage"),
    hasPreviousPage: t.exposeBoolean("hasPreviousPage"),
    startCursor: t.exposeString("startCursor", { nullable: true }),
    endCursor: t.exposeString("endCursor", { nullable: true }),
  }),
});

/** `first` and `after`, as every list takes them. */
export const pageArguments = {
  first: { type: "Int", description: "How many, 1 to 100 (else VALIDATION_FAILED); 20 unless told." },
  after: { type: "String", description: "The cursor after which the page begins." },
} as const;

/** The Relay-style connection and edge of a node type, with `nodes` and `totalCount`. */
export function pageType<T>(node: ObjectRef<typeof builder.$inferSchemaTypes, T>) {
  const Edge = builder.objectRef<Page<T>["edges"][number]>(`${node.name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString("cursor"),
      node: t.field({ type: node, resolve: (edge) => edge.node as never }),
    }),
  });
  return builder.objectRef<Page<T>>(`${node.name}Connection`).implement({
    fields: (t) => ({
      edges: t.field({ type: [Edge], resolve: (page) => [...page.edges] }),
      nodes: t.field({ type: [node], resolve: (page) => [...page.nodes] as never }),
      pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
      totalCount: t.int({
        description: "How many there are in all that the viewer may see.",
        resolve: (page) => page.totalCount(),
      }),
    }),
  });
}
