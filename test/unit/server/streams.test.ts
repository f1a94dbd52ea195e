import type { ExecutionArgs, ExecutionResult } from "graphql";
import { expect, test } from "vitest";
import type { Role, Viewer } from "../../../src/auth/claims.ts";
import type { Results } from "../../../src/server/operations.ts";
import { Streams } from "../../../src/server/http/streams.ts";
import { deferred } from "../../support/promises.ts";

const clock = { now: () => 0 };
const asked = (id: number, ...roles: Role[]) => {
  const viewer: Partial<Viewer> = { id, roles: new Set(roles), expiresAt: 1_000_000 };
  return { contextValue: { viewer } } as unknown as ExecutionArgs;
};
const never = () => new Promise<ExecutionResult>(() => undefined);

test("§7 LIMIT_SUBSCRIPTIONS counts streams that are still starting, by person, and services' not at all", async () => {
  const streams = new Streams(clock, 2);
  for (let i = 0; i < 2; i += 1) void streams.start(asked(1), never);
  const refused = (await streams.start(asked(1), never)) as ExecutionResult;
  expect(refused.errors?.map(({ extensions }) => extensions["code"])).toEqual(["TOO_MANY_SUBSCRIPTIONS"]);
  const other = deferred<ExecutionResult>();
  const askers = [asked(2), asked(2), ...Array.from({ length: 5 }, () => asked(3, "service"))];
  const started = askers.map((args) => streams.start(args, () => other.promise));
  other.resolve({ data: {} });
  expect(await Promise.all(started)).toEqual(askers.map(() => ({ data: {} })));
});

test("§7 what did not start, or ended, is not counted any more", async () => {
  const streams = new Streams(clock, 1);
  await expect(streams.start(asked(1), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await streams.start(asked(1), () => ({ errors: [] }))).toEqual({ errors: [] });

  const one = async function* (): Results {
    yield { data: {} };
  };
  for (let i = 0; i < 3; i += 1) {
    const running = (await streams.start(asked(1), one)) as Results;
    expect(await streams.start(asked(1), one)).toHaveProperty("errors");
    if (i % 2 === 0) await running.return();
    else for await (const result of running) expect(result).toEqual({ data: {} });
  }
});
