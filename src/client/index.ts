export * from "./attend.ts";
export * from "./watch-presence.ts";
export * from "./client.ts";
export * from "./results.ts";
export { type ResubscribeOptions, resubscribing, type ResubscribingClient } from "./resubscribe.ts";
export type * from "./generated/graphql.ts";
