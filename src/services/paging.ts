import { RollcallError } from "../domain/errors.ts";

/** How many a list answers with: unless told, and at the most. */
export const USUAL_PAGE = 20;
export const LARGEST_PAGE = 100;

/** A Relay-style page. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Counted only when somebody asks. */
  readonly totalCount: () => Promise<number>;
}

/** @throws VALIDATION_FAILED outside 1 to 100; 20 unless told */
export function sizeOf(first: number | null | undefined): number {
  const size = first ?? USUAL_PAGE;
  if (size < 1 || size > LARGEST_PAGE)
    throw new RollcallError("VALIDATION_FAILED", `first must be 1 to ${LARGEST_PAGE}.`, { field: "first" });
  return size;
}

/** @param rows one more than `size` when there is a next page */
export function pageOf<T>(
  rows: readonly T[],
  size: number,
  hasPreviousPage: boolean,
  cursorOf: (row: T) => string,
  totalCount: () => Promise<number>,
): Page<T> {
  const edges = rows.slice(0, size).map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}
