import type { TypedDocumentString } from "../../../src/client/generated/graphql.ts";

/** What the tests want of a GraphQL client library, whichever it is. */
export interface LibraryClient {
  /** From the server, past the cache, and into it. */
  query<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<T>;
  mutate<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<T>;
  /** Calls `next` with every result, until the returned function is called. */
  subscribe<T, V>(document: TypedDocumentString<T, V>, variables: V, next: (data: T) => void): () => void;
  /** What the cache alone answers; null when something is missing. */
  cached<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<T | null>;
}

export interface LibraryOptions {
  readonly url: string;
  readonly token: () => string;
  readonly webSocket?: unknown;
}
