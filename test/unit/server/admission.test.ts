import type { IncomingMessage } from "node:http";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RollcallError } from "../../../src/domain/errors.ts";
import { Admission } from "../../../src/server/http/admission.ts";
import { LoopMeter } from "../../../src/server/quotas/usage-meter.ts";
import { MAX_WAITING_SHARED, FairScheduler } from "../../../src/server/quotas/fair-scheduler.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
});
afterEach(() => {
  vi.useRealTimers();
});

it("§7 of a flood of wrong tokens those that wait are refused in turn, the others at once, with 401 and for nothing", async () => {
  const verifier = { verify: () => Promise.reject(new RollcallError("UNAUTHENTICATED", "Wrong.")) };
  const nothing = () => undefined;
  const admission = new Admission({
    meter: new LoopMeter({ processor: () => 0, steady: () => 0 }, true),
    shares: new FairScheduler(() => performance.now()),
    verifier: verifier,
    refused: nothing,
    log: { debug: nothing },
    development: false,
  });
  const headers = { authorization: "Bearer a.b.c" };
  const answered: string[] = [];
  for (let i = 0; i < 3_000; i += 1) {
    void admission.admit({ headers } as IncomingMessage, "id").then(({ refusal }) => {
      answered.push(`${refusal?.status} ${refusal?.headers?.["connection"] ?? "in turn"}`);
    });
  }
  await vi.advanceTimersByTimeAsync(0);
  expect(answered.filter((each) => each === "401 close")).toHaveLength(3_000 - MAX_WAITING_SHARED - 1);
  // 1.5 ms each, of which they get a tenth: nothing was paid for those who got no turn.
  await vi.advanceTimersByTimeAsync(MAX_WAITING_SHARED * 15);
  expect(answered.filter((each) => each === "401 in turn")).toHaveLength(MAX_WAITING_SHARED + 1);
  // It is over: who comes next waits for nobody.
  await vi.advanceTimersByTimeAsync(15);
  expect(await admission.admitAs("anonymous")).toMatchObject({ refusal: null });
});
