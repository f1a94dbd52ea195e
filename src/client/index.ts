export * from "./attend.ts";
export * from "./client.ts";
export * from "./operations.ts";
export type * from "./generated/graphql.ts";
