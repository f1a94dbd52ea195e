import { connect, type Socket } from "node:net";
import type { Rate, RequestsJob } from "./jobs.ts";
import { type Lane, rateOf } from "./rate.ts";

export async function sendRequests(job: RequestsJob): Promise<Rate> {
  const { connections, seconds, expected } = job;
  const url = new URL(job.url);
  const requests = job.requests.map(({ token, body }) => requestOf(url, token, JSON.stringify(body)));
  let next = 0;
  const sockets: Socket[] = [];
  const lane = (): Lane => {
    const socket = open(url);
    sockets.push(socket);
    let answered: (error: Error | null) => void = () => undefined;
    const read = responseReader((response) => {
      const good = response.includes("HTTP/1.1 200") && response.includes(expected) && !response.includes('"errors"');
      answered(good ? null : new Error(response.toString()));
    });
    socket.on("data", read);
    socket.on("error", (error) => answered(error));
    return {
      exchange(done) {
        answered = done;
        socket.write(requests[next++ % requests.length] as Buffer);
      },
    };
  };
  const rate = await rateOf(Array.from({ length: connections }, lane), seconds);
  for (const socket of sockets) socket.destroy();
  return rate;
}

const open = ({ hostname, port }: URL) => connect({ host: hostname, port: Number(port), noDelay: true });

function requestOf({ pathname, host }: URL, token: string | null, body: string): Buffer {
  const all = {
    host,
    accept: "application/json",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** One answer at a time: a length that is told, or chunks up to the empty one. */
function responseReader(whole: (response: Buffer) => void): (chunk: Buffer) => void {
  let data: Buffer = Buffer.alloc(0);
  return (chunk) => {
    data = data.length === 0 ? chunk : Buffer.concat([data, chunk]);
    const end = data.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = /content-length: *(\d+)/i.exec(data.subarray(0, end).toString("latin1"))?.[1];
    const complete =
      length === undefined ? data.subarray(-5).equals(LAST_CHUNK) : data.length >= end + 4 + Number(length);
    if (!complete) return;
    const response = data;
    data = Buffer.alloc(0);
    whole(response);
  };
}

const LAST_CHUNK = Buffer.from("0\r\n\r\n");
