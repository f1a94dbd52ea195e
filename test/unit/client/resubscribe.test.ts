import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "graphql-ws";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { isRetryable } from "../../../src/domain/errors.ts";
import { resubscribing, type ResubscribeOptions } from "../../../src/client/resubscribe.ts";

/** What the server sends for one run of a subscription; a number closes the socket with that code. */
type Run = readonly (object | number)[];

const event = (payload: object) => ({ type: "next", payload });
const state = (version: number, kind = "SNAPSHOT") => event({ data: { presence: { version, event: kind } } });
const refusal = (code: string, extensions = {}) => ({
  message: code,
  extensions: { code, retryable: isRetryable(code), ...extensions },
});
/** How graphql-ws answers a subscription that did not start. */
const refused = (code: string): Run => [event({ errors: [refusal(code)] }), { type: "complete" }];
const failed = (code: string, extensions = {}): Run => [{ type: "error", payload: [refusal(code, extensions)] }];

/**
 * A real socket on which a server plays one run after the other, and says nothing more after the last.
 * @param hurry ends the waits between two tries after some 20 ms
 */
async function play(
  runs: readonly Run[],
  options: ResubscribeOptions = {},
  { query = "subscription { presence }", hurry = true } = {},
) {
  let begun = 0;
  const server = createServer();
  new WebSocketServer({ server, handleProtocols: () => "graphql-transport-ws" }).on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as { type: string; id?: string };
      if (type === "connection_init") socket.send('{"type":"connection_ack"}');
      if (type !== "subscribe") return;
      for (const each of runs[begun++] ?? []) {
        if (typeof each === "number") socket.close(each);
        else socket.send(JSON.stringify({ id, ...each }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const inner = createClient({ url, webSocketImpl: WebSocket, retryAttempts: options.retries ?? Infinity });
  const client = resubscribing(inner, options);
  const hurrying = setInterval(() => hurry && client.retryNow(), 20);
  onTestFinished(async () => {
    clearInterval(hurrying);
    await client.dispose();
    server.close();
  });
  const seen: unknown[] = [];
  const stop = client.subscribe<{ presence: { version: number } }>(
    { query },
    {
      next: ({ data, errors }) => seen.push(data?.presence.version ?? errors),
      error: (reason) => seen.push({ error: Array.isArray(reason) ? (reason as object[]) : "closed" }),
      complete: () => seen.push("complete"),
    },
  );
  return { seen, stop, client, runs: () => begun };
}

test.each<[string, Run]>([
  ["does not start for now", refused("UNAVAILABLE")],
  ["ends with an error that may pass", [state(0), ...failed("RATE_LIMITED")]],
  ["ends with an error that the server calls retryable", failed("SOMETHING_NEW", { retryable: true })],
  ["completes without a reason", [state(0), { type: "complete" }]],
  ["has an event without data", [state(0), event({ data: null, errors: [refusal("INTERNAL_SERVER_ERROR")] })]],
  ["loses its socket by a close that graphql-ws takes for final", [4500]],
])("a subscription that %s is started again, twice in a row too, and nobody hears of it", async (_name, run) => {
  const lost: symbol[] = [];
  const { seen, runs } = await play([run, run, [state(7)]], { onLost: (id) => lost.push(id) });
  await expect.poll(() => seen.at(-1)).toBe(7);
  expect(seen.filter((each) => each !== 0)).toEqual([7]);
  expect([runs(), lost.length, new Set(lost).size]).toEqual([3, 2, 1]);
});

test("§7 a refusal for good ends it, whichever way it comes", async () => {
  const first = await play([refused("NOT_FOUND")]);
  await expect.poll(() => first.seen).toEqual([[refusal("NOT_FOUND")], "complete"]);
  const second = await play([[state(1), ...failed("FORBIDDEN")]]);
  await expect.poll(() => second.seen).toEqual([1, { error: [refusal("FORBIDDEN")] }]);
  const third = await play([refused("UNAVAILABLE")], {}, { query: "mutation { end }" });
  await expect.poll(() => third.seen.at(-1)).toBe("complete");
  expect([first, second, third].map(({ runs }) => runs())).toEqual([1, 1, 1]);
});

test("P12 attend completes when the session has ended, also where its last event was lost", async () => {
  const heard = await play([[state(1), state(2, "SESSION_ENDED"), { type: "complete" }]]);
  await expect.poll(() => heard.seen).toEqual([1, 2, "complete"]);
  const missed = await play([[state(1), { type: "complete" }], refused("SESSION_ENDED")]);
  await expect.poll(() => missed.seen).toEqual([1, "complete"]);
  expect([heard.runs(), missed.runs()]).toEqual([1, 2]);
});

test("tries no more often in a row than it may, and begins to count again after an event", async () => {
  const away = refused("UNAVAILABLE");
  const { seen, runs } = await play([away, [state(1), ...failed("UNAVAILABLE")], away], { retries: 1 });
  await expect.poll(() => seen.at(-1)).toBe("complete");
  expect([seen, runs()]).toEqual([[1, [refusal("UNAVAILABLE")], "complete"], 3]);
});

test("waits between two tries; who leaves meanwhile has left", async () => {
  const settled: symbol[] = [];
  const options = { onSettled: (id: symbol) => void settled.push(id) };
  const { seen, stop, runs } = await play([refused("UNAVAILABLE")], options, { hurry: false });
  await expect.poll(runs).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(runs()).toBe(1);
  stop();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([seen, runs(), settled.length]).toEqual([["complete"], 1, 1]);
});
