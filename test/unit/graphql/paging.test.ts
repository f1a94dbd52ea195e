import { describe, expect, it, vi } from "vitest";
import { pageOf, sizeOf } from "../../../src/services/shared/arguments.ts";

const refusal = (first: number) => {
  try {
    sizeOf(first);
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message };
  }
  return null;
};

describe("the size of a page", () => {
  it("§7 is 20 unless told, and 1 to 100 when told", () => {
    expect([null, undefined, 1, 100].map(sizeOf)).toEqual([20, 20, 1, 100]);
  });

  it.each([0, 101, -1])("§7 refuses %d", (first) => {
    expect(refusal(first)).toEqual({ code: "VALIDATION_FAILED", message: "first must be 1 to 100." });
  });
});

describe("a page", () => {
  const count = () => Promise.resolve(7);
  const page = (rows: number[], before = false) => pageOf(rows, 3, before, (row) => `after ${row}`, count);

  it("§7 holds as many as asked for, and the one more only says that there is a next page", () => {
    expect(page([1, 2, 3, 4])).toEqual({
      edges: [
        { cursor: "after 1", node: 1 },
        { cursor: "after 2", node: 2 },
        { cursor: "after 3", node: 3 },
      ],
      nodes: [1, 2, 3],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: "after 1", endCursor: "after 3" },
      totalCount: count,
    });
  });

  it("§7 exactly as many as asked for are the last page", () => {
    expect(page([1, 2, 3], true).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: "after 1",
      endCursor: "after 3",
    });
  });

  it("§7 an empty one has no cursors", () => {
    const { edges, nodes, pageInfo } = page([]);
    expect({ edges, nodes }).toEqual({ edges: [], nodes: [] });
    expect(pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
  });

  it("§7 counts the total only when somebody asks", async () => {
    const counted = vi.fn(count);
    const { totalCount } = pageOf([1], 3, false, String, counted);
    expect(counted).not.toHaveBeenCalled();
    expect(await totalCount()).toBe(7);
    expect(counted).toHaveBeenCalledTimes(1);
  });
});
