import { RollcallError } from "../../domain/errors.ts";
import { MAX_ID } from "../../domain/model.ts";

/** How many a list answers with: unless told, and at the most. */
export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

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
  const size = first ?? DEFAULT_PAGE_SIZE;
  if (size < 1 || size > MAX_PAGE_SIZE)
    throw new RollcallError("VALIDATION_FAILED", `first must be 1 to ${MAX_PAGE_SIZE}.`, { field: "first" });
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

/** @throws BAD_USER_INPUT unless it is a positive 32-bit integer in plain decimal */
export function parseId(field: string, value: string): number {
  const id = /^[1-9]\d{0,9}$/.test(value) ? Number(value) : 0;
  if (id < 1 || id > MAX_ID)
    throw new RollcallError("BAD_USER_INPUT", `${field} must be a whole number from 1 to ${MAX_ID}.`, { field });
  return id;
}

/** @returns the UUID in lower case. @throws BAD_USER_INPUT unless it is one */
export function parseUuid(field: string, value: string): string {
  if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value)) {
    throw new RollcallError("BAD_USER_INPUT", `${field} must be a UUID.`, { field });
  }
  return value.toLowerCase();
}
