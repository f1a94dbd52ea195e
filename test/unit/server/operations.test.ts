import { buildSchema, execute, type ExecutionArgs, parse, subscribe } from "graphql";
import { describe, expect, it } from "vitest";
import { createErrorFormatter } from "../../../src/graphql/execution/errors.ts";
import { createOperations, type Results } from "../../../src/server/operations.ts";
import { ConflatingQueue } from "../../../src/services/shared/conflating-queue.ts";
import { noTelemetry } from "../../../src/services/shared/telemetry.ts";

const schema = buildSchema("type Query { a: Int } type Subscription { a: Int }");

/** A subscription to a mailbox, and how often it is said to have begun and ended. */
async function subscription() {
  const told = { begun: 0, ended: 0, detached: 0, codes: [] as string[] };
  const mailbox = new ConflatingQueue<{ a: number }>(() => (told.detached += 1));
  const subscribed = () => {
    told.begun += 1;
    return () => void (told.ended += 1);
  };
  const formatError = createErrorFormatter({
    isUnavailable: () => false,
    report: () => undefined,
    count: (code) => void told.codes.push(code),
    hints: true,
  });
  const operations = createOperations({
    telemetry: { ...noTelemetry, subscribed },
    formatError,
    execute,
    refuse: () => null,
    within: 10_000,
    fieldOf: () => undefined,
    places: 2,
  });
  const contextValue = { requestId: "one", traceparent: null, viewer: null };
  const args: ExecutionArgs = {
    schema,
    document: parse("subscription { a }"),
    contextValue,
    rootValue: { a: () => mailbox },
  };
  const results = (await operations.subscribe(args, "websocket", subscribe)) as Results;
  return { results, mailbox, told };
}

describe("a subscription is said to have ended", () => {
  it("when its reader leaves before the first result was asked for, and the source hears of it at once", async () => {
    const { results, told } = await subscription();
    expect(told).toMatchObject({ begun: 1, ended: 0 });
    await results.return();
    expect(told.detached).toBe(1);
    expect(told.ended).toBeGreaterThanOrEqual(1);
  });

  it("when its reader leaves while waiting for a result", async () => {
    const { results, told } = await subscription();
    const waiting = results.next();
    await results.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(told.detached).toBe(1);
    expect(told.ended).toBeGreaterThanOrEqual(1);
  });

  it("when its source is at its end, and not before", async () => {
    const { results, mailbox, told } = await subscription();
    mailbox.push({ a: 1 });
    expect(await results.next()).toEqual({ done: false, value: { data: { a: 1 } } });
    expect(told.ended).toBe(0);
    mailbox.finish();
    expect(await results.next()).toMatchObject({ done: true });
    expect(told.ended).toBe(1);
  });

  it("when its source fails, with an error that a client may see and that is counted once", async () => {
    const { results, mailbox, told } = await subscription();
    mailbox.finish({ error: new Error("select secret from nothing") });
    await expect(results.next()).rejects.toMatchObject({
      message: "Something went wrong here.",
      extensions: { code: "INTERNAL_SERVER_ERROR" },
    });
    expect(told).toMatchObject({ ended: 1, codes: ["INTERNAL_SERVER_ERROR"] });
  });
});
