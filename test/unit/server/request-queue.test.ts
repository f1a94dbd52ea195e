import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RequestQueues } from "../../../src/server/http/request-queue.ts";

describe("requests of one connection", () => {
  let server: Server;
  let clients: Socket[];
  /** Requests that Node has made, and those that are served. */
  let made: number;
  let served: { url: string; body: string; res: ServerResponse }[];
  /** Those that were ever served. */
  let begun: string[];
  /** Which of them are answered at once. */
  let answers: (url: string) => boolean;
  let now: number;
  /** When each of them arrived, as it was told. */
  let arrived: Record<string, number>;

  beforeEach(async () => {
    [clients, made, served, begun, answers] = [[], 0, [], [], () => true];
    [now, arrived] = [1_000, {}];
    const queues = new RequestQueues({ now: () => now });
    server = createServer((req, res) => {
      made += 1;
      queues.take(req, res, (arrivedAt) => {
        const each = { url: req.url ?? "", body: "", res };
        arrived[each.url] = arrivedAt;
        begun.push(each.url);
        req.on("data", (chunk: Buffer) => (each.body += chunk.toString()));
        req.on("end", () => {
          if (each.url === "/last") {
            res.setHeader("connection", "close");
            // As where the end takes its time: Node destroys the connection only once that has gone out.
            req.socket.destroySoon = () => void req.socket.end();
          }
          if (answers(each.url)) res.end(`<${each.url} ${each.body.length}>`);
          else served.push(each);
        });
      });
    });
    server.on("connection", (socket) => queues.open(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function client(): Promise<{ socket: Socket; got: () => string[] }> {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    clients.push(socket);
    let text = "";
    socket.on("error", () => undefined).on("data", (chunk: Buffer) => (text += chunk.toString()));
    await once(socket, "connect");
    return { socket, got: () => [...text.matchAll(/<(.*?)>/g)].map(([, answer]) => answer as string) };
  }
  const get = (i: number | string) => `GET /${i} HTTP/1.1\r\nHost:x\r\n\r\n`;
  const post = (i: number, body: string) =>
    `POST /${i} HTTP/1.1\r\nHost:x\r\nContent-Length:${body.length}\r\n\r\n${body}`;
  const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

  it("P4, D3 a request arrived when it was sent, however long it waits for the answer to the one before", async () => {
    answers = () => false;
    const { socket, got } = await client();
    socket.write(get(0) + get(1));
    await expect.poll(() => made).toBe(2);
    now = 9_000;
    served.shift()?.res.end("<0>");
    await expect.poll(() => begun).toEqual(["/0", "/1"]);
    served.shift()?.res.end("<1>");
    await expect.poll(got).toEqual(["0", "1"]);
    socket.write(get(2));
    await expect.poll(() => begun).toHaveLength(3);
    expect(arrived).toEqual({ "/0": 1_000, "/1": 1_000, "/2": 9_000 });
  });

  it("P4, D3 what was sent while a connection was not read arrived at its last pause at the earliest", async () => {
    answers = () => false;
    const { socket } = await client();
    // Five that fill the queue: the connection is not read from here on.
    socket.write(Array.from({ length: 5 }, (_, i) => get(i)).join(""));
    await expect.poll(() => made).toBe(5);
    now = 2_000;
    socket.write(get(5));
    await settled();
    expect(made).toBe(5);
    now = 3_000;
    const later = performance.now() + 1_100;
    const clock = vi.spyOn(performance, "now").mockReturnValue(later);
    for (let i = 0; i < 6; i += 1) {
      await expect.poll(() => served).toHaveLength(1);
      served.shift()?.res.end(`<${i}>`);
    }
    clock.mockRestore();
    now = 4_000;
    // It is read again: what it sends now did not wait.
    await settled();
    socket.write(get(6));
    await expect.poll(() => begun).toHaveLength(7);
    expect(arrived).toMatchObject({ "/4": 1_000, "/5": 1_000, "/6": 4_000 });
  });

  it("§7 of 20,000 that are sent at once one is served, a few wait, and the rest is not read", async () => {
    answers = () => false;
    const { socket } = await client();
    socket.write(Array.from({ length: 20_000 }, (_, i) => get(i)).join(""));
    await expect.poll(() => served.length).toBe(1);
    await settled();
    expect(served).toHaveLength(1);
    // Four, and what one slice of 512 bytes brings on top.
    expect(made).toBeLessThan(30);
  });

  it("§7 all are answered in order, however many, whatever the size of their bodies", async () => {
    const { socket, got } = await client();
    const bodies = Array.from({ length: 100 }, (_, i) => "x".repeat(i % 20 === 0 ? 40_000 : i));
    socket.write(bodies.map((body, i) => post(i, body)).join(""));
    await expect.poll(() => got().length).toBe(100);
    expect(got()).toEqual(bodies.map((body, i) => `/${i} ${body.length}`));
  }, 20_000);

  it("§7 after an answer that closes the connection none of those that wait behind it runs", async () => {
    const { socket, got } = await client();
    socket.write(get("last") + post(1, "x") + get("more"));
    await once(socket, "end");
    await settled();
    expect(got()).toEqual(["/last 0"]);
    expect(begun).toEqual(["/last"]);
  });

  it("§7 on all connections together so many wait; one that sends more is cut off, others go on", async () => {
    answers = (url) => url === "/one";
    const all = await Promise.all(Array.from({ length: 150 }, client));
    for (const { socket } of all) socket.write(Array.from({ length: 30 }, (_, i) => get(i)).join(""));
    const gone = () => clients.filter(({ closed }) => closed).length;
    await expect.poll(gone).toBeGreaterThan(10);
    // Who sends one at a time is served beside them.
    const one = await client();
    one.socket.write(get("one"));
    await expect.poll(one.got).toEqual(["/one 0"]);
    expect(gone()).toBeLessThan(100);
    // Those who go make room for others that wait.
    answers = () => true;
    for (const { socket } of all) socket.destroy();
    const again = await client();
    again.socket.write(get(1) + get(2) + get(3));
    await expect.poll(again.got).toEqual(["/1 0", "/2 0", "/3 0"]);
  }, 20_000);
});
