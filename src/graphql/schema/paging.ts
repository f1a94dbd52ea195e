import type { ObjectRef } from "@pothos/core";
import type { Page } from "../../services/shared/arguments.ts";
import { builder } from "./builder.ts";

const PageInfo = builder.objectRef<Page<unknown>["pageInfo"]>("PageInfo").implement({
  description: "Where a page lies in its list.",
  fields: (t) => ({
    hasNextPage: t.exposeBoolean("hasNextPage", { description: "There are more after this page." }),
    hasPreviousPage: t.exposeBoolean("hasPreviousPage", { description: "There are some before this page." }),
    startCursor: t.exposeString("startCursor", {
      nullable: true,
      description: "Cursor of the first. Null: the page is empty.",
    }),
    endCursor: t.exposeString("endCursor", {
      nullable: true,
      description: "Cursor of the last, for after. Null: the page is empty.",
    }),
  }),
});

/** `first` and `after`, as every list takes them. */
export const pageArguments = {
  first: { type: "Int", description: "How many, 1 to 100 (else VALIDATION_FAILED); 20 unless given." },
  after: { type: "String", description: "The cursor after which the page begins." },
} as const;

/** The Relay-style connection and edge of a node type, with `nodes` and `totalCount`. */
export function pageType<T>(node: ObjectRef<typeof builder.$inferSchemaTypes, T>) {
  const Edge = builder.objectRef<Page<T>["edges"][number]>(`${node.name}Edge`).implement({
    description: `One ${node.name} in its list.`,
    fields: (t) => ({
      cursor: t.exposeString("cursor", { description: "Its place in the list, for after. Opaque." }),
      node: t.field({ type: node, description: `The ${node.name}.`, resolve: (edge) => edge.node as never }),
    }),
  });
  return builder.objectRef<Page<T>>(`${node.name}Connection`).implement({
    description: `A page of a list of ${node.name}.`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        description: "The nodes of the page, each with its cursor.",
        resolve: (page) => [...page.edges],
      }),
      nodes: t.field({
        type: [node],
        description: "The nodes of the page, in order.",
        resolve: (page) => [...page.nodes] as never,
      }),
      pageInfo: t.field({ type: PageInfo, description: "Where the page lies.", resolve: (page) => page.pageInfo }),
      totalCount: t.int({
        description: "How many there are in all that the viewer may see.",
        resolve: (page) => page.totalCount(),
      }),
    }),
  });
}
