import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Viewer } from "../../auth/claims.ts";
import type { Millis } from "../../domain/model.ts";
import type { OperationSlot } from "./operation-queue.ts";

/** What the operations of one WebSocket share. */
export interface SocketExtra {
  readonly id: string;
  readonly socket: WebSocket;
  /** What `socket` writes to. */
  readonly wire: Duplex;
  /** Knows when what the client sent arrived; null until it is read. */
  reader: { readonly arrivedAt: Millis } | null;
  /** We closed it or cut it off: its end proves nothing about the client. */
  closedByUs: boolean;
  /** Who said hello on it; null before. */
  viewer: Viewer | null;
  /** Forgets when its token ends. */
  cancelExpiry: () => void;
  /** Its running subscriptions, and how many are about to run. */
  readonly subscriptions: Set<AsyncIterator<unknown>>;
  starting: number;
  /** Operations that have come over it. */
  operations: number;
  /** Of the message that is being handled. */
  turn: OperationSlot;
}

/** Bytes of a close frame's reason (RFC 6455, 5.5). */
const MAX_CLOSE_REASON_BYTES = 123;

/** How long a client may take to answer a close: what it held ends with it, and ws itself waits for 30 s. */
const CLOSED_WITHIN_MS = 900;

export function closeSocket(extra: SocketExtra, code: number, reason: string): void {
  if (!extra.closedByUs) {
    const patience = setTimeout(() => terminateSocket(extra), CLOSED_WITHIN_MS);
    extra.socket.once("close", () => clearTimeout(patience));
  }
  extra.closedByUs = true;
  // graphql-ws names the operation in it, by an id of the client's choice; ws throws where it does not fit into a frame.
  extra.socket.resume();
  extra.socket.close(code, Buffer.byteLength(reason) > MAX_CLOSE_REASON_BYTES ? "" : reason);
}

export function terminateSocket(extra: SocketExtra): void {
  extra.closedByUs = true;
  extra.socket.terminate();
}

/**
 * An answer is ready: its two messages, and what is answered in the same go, leave in one write. A write costs more than the
 * answer, and a second one may wait until a client acknowledges the first.
 */
export function answering({ wire }: SocketExtra): void {
  if (wire.writableCorked > 0) return;
  wire.cork();
  process.nextTick(() => wire.uncork());
}

/** Past this many bytes that a reader has not taken, it is closed: what it wants is not worth everybody's memory. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Below this a send is not waited for. */
const EASY = 64 * 1024;

/** Resolves once a client that reads slowly has taken it. */
export async function send(extra: SocketExtra, data: string): Promise<void> {
  const { socket } = extra;
  if (socket.readyState !== socket.OPEN) return;
  // Fails with its socket alone, whose own error and close events say so.
  const written = new Promise<void>((resolve) => {
    socket.send(data, () => resolve());
  });
  // Checked after the send: asked before, one burst of operations could buffer as much as it liked.
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    closeSocket(extra, 1013, "Reading too slowly");
    return;
  }
  if (socket.bufferedAmount >= EASY) await written;
}
