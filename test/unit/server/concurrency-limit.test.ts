import { describe, expect, it } from "vitest";
import type { Role, Viewer } from "../../../src/auth/claims.ts";
import { ConcurrencyLimit } from "../../../src/server/quotas/concurrency-limit.ts";

const viewer = (id: number, role: Role): Viewer => ({ id, roles: new Set([role]), name: null, expiresAt: 0 });
const ANN = viewer(1, "student");
const BEN = viewer(2, "student");
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Operations that run until they are told to end. */
function operations(places: ConcurrencyLimit) {
  const running = new Map<string, (error?: Error) => void>();
  const refused: unknown[] = [];
  return {
    running,
    refused,
    start: (who: Viewer | null, name: string) => {
      const what = () =>
        new Promise<void>((resolve, reject) => {
          running.set(name, (error) => {
            running.delete(name);
            if (error === undefined) resolve();
            else reject(error);
          });
        });
      places.run(who, what).catch((error: unknown) => refused.push(error));
    },
  };
}

describe("places of a person's operations", () => {
  it("§7 five run at once, the rest in order as places come free, failures free theirs too, others have their own", async () => {
    const { running, start, refused } = operations(new ConcurrencyLimit(5));
    for (let i = 0; i < 8; i += 1) start(ANN, `ann ${i}`);
    start(BEN, "ben 0");
    expect([...running.keys()]).toEqual(["ann 0", "ann 1", "ann 2", "ann 3", "ann 4", "ben 0"]);
    running.get("ann 3")?.();
    running.get("ann 1")?.(new Error("failed"));
    await settled();
    expect([...running.keys()]).toEqual(["ann 0", "ann 2", "ann 4", "ben 0", "ann 5", "ann 6"]);
    expect(refused).toEqual([new Error("failed")]);
    while (running.size > 0) {
      for (const end of [...running.values()]) end();
      await settled();
    }
    for (let i = 0; i < 5; i += 1) start(ANN, `again ${i}`);
    expect(running.size).toBe(5);
  });

  it("§7 past two hundred that wait there is RATE_LIMITED, for that person only", async () => {
    const { running, start, refused } = operations(new ConcurrencyLimit(5));
    for (let i = 0; i < 210; i += 1) start(ANN, `ann ${i}`);
    start(BEN, "ben");
    await settled();
    expect(refused).toHaveLength(5);
    expect(refused).toMatchObject(Array(5).fill({ code: "RATE_LIMITED" }));
    expect(running.has("ben")).toBe(true);
  });

  it("services have no limit, and whoever is nobody waits for nobody", () => {
    const { running, start } = operations(new ConcurrencyLimit(5));
    for (let i = 0; i < 50; i += 1) start(viewer(9, "service"), `service ${i}`);
    for (let i = 0; i < 50; i += 1) start(null, `nobody ${i}`);
    expect(running.size).toBe(100);
  });
});
