import { RollcallError } from "../domain/errors.ts";

const USUAL = 20;
const MOST = 100;

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
  const size = first ?? USUAL;
  if (size < 1 || size > MOST) throw new RollcallError("VALIDATION_FAILED", `first must be 1 to ${MOST}.`);
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
