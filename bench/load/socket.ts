import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { frameReader, textFrame } from "./frames.ts";
import type { Opening } from "./jobs.ts";

/** A WebSocket client on a bare connection. */
export interface WebSocketClient {
  /** Hears every message from now on. */
  heard: (message: Buffer) => void;
  /** Hears that it ended; nobody expects that unless told. */
  ended: (why: string) => void;
  send(frame: Buffer): void;
  end(): void;
}

/** Opens a socket and says its hello. @throws when it is refused, or closed before that is done */
export async function openSocket({ url, protocol, hello }: Opening): Promise<WebSocketClient> {
  const socket = await upgrade(new URL(url), protocol);
  const client: WebSocketClient = {
    heard: () => undefined,
    ended: (why) => {
      throw new Error(`a socket ended: ${why}`);
    },
    send: (frame) => void socket.write(frame),
    end() {
      client.ended = () => undefined;
      socket.destroy();
    },
  };
  const read = frameReader({
    text: (message) => client.heard(message),
    ping: (pong) => void socket.write(pong),
    close: (code) => client.ended(`code ${code}`),
  });
  socket.on("data", read);
  socket.on("close", () => client.ended("the connection"));
  socket.on("error", (error) => client.ended(error.message));
  for (const { text, until } of hello) await answer(client, text, until);
  return client;
}

function answer(client: WebSocketClient, text: string, until: string): Promise<void> {
  const { ended } = client;
  return new Promise((resolve, reject) => {
    client.ended = (why) => reject(new Error(`${text} was answered by the end of the socket: ${why}`));
    client.heard = (message) => {
      if (message.includes('"errors"') || message.includes('"type":"error"'))
        return reject(new Error(`${text}: ${message.toString()}`));
      if (!message.includes(until)) return;
      client.ended = ended;
      client.heard = () => undefined;
      resolve();
    };
    client.send(textFrame(text));
  });
}

function upgrade({ hostname, port, pathname, search, host }: URL, protocol: string | null): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const lines = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      ...(protocol === null ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
    ];
    socket.once("error", reject);
    socket.once("connect", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    let response: Buffer = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      response = Buffer.concat([response, chunk]);
      const end = response.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", read).off("error", reject);
      const status = response.subarray(0, 12).toString();
      if (status !== "HTTP/1.1 101") return reject(new Error(`the upgrade was answered with ${status}`));
      // What came with it is read like all that follows.
      if (response.length > end + 4) socket.unshift(response.subarray(end + 4));
      resolve(socket);
    };
    socket.on("data", read);
  });
}
