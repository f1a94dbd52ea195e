import type { Millis } from "../domain/model.ts";
import { RollcallError } from "../domain/errors.ts";
import type { Connections } from "./connections.ts";
import type { Log } from "./ports.ts";

/** How a socket ended. `alive`: the client closed it; a server's close or a lost network proves nothing about it. */
export interface SocketEnd {
  readonly at: Millis;
  readonly alive: boolean;
}

interface Socket {
  /** Connections that live as long as the socket. */
  readonly bound: Set<string>;
  /** Those whose life the socket's pongs prove, and what to do when one turns out to be over. */
  readonly attending: Map<string, () => Promise<void>>;
}

/**
 * Which connections live on which WebSocket of this process (P8), and the pongs that wait to be written (P9).
 * What a crash forgets here the lease ends by itself.
 */
export class Sockets {
  readonly #sockets = new Map<string, Socket>();
  #pongs = new Map<string, { at: Millis; over: () => Promise<void> }>();
  readonly #connections: Connections;
  readonly #log: Log;

  constructor(connections: Connections, log: Log) {
    this.#connections = connections;
    this.#log = log;
  }

  get size(): number {
    return this.#sockets.size;
  }

  open(socketId: string): void {
    this.#sockets.set(socketId, { bound: new Set(), attending: new Map() });
  }

  /**
   * Binds a connection to its socket.
   * @param over for connections that pongs keep alive: called when the ledger says that the connection is over
   * @throws UNAVAILABLE when the socket closed before the connection was there; it is closed again then
   */
  async bind(socketId: string, connectionId: string, at: Millis, over?: () => Promise<void>): Promise<void> {
    const socket = this.#sockets.get(socketId);
    if (socket === undefined) {
      await this.#connections.cut(connectionId, socketId, { at, alive: false });
      throw new RollcallError("UNAVAILABLE", "The socket is closed.");
    }
    socket.bound.add(connectionId);
    if (over !== undefined) socket.attending.set(connectionId, over);
  }

  /** Gives a connection up that ended on its own. False: the socket's end has taken it along. */
  release(socketId: string, connectionId: string): boolean {
    const socket = this.#sockets.get(socketId);
    this.#pongs.delete(connectionId);
    socket?.attending.delete(connectionId);
    return socket?.bound.delete(connectionId) ?? false;
  }

  /** The socket's client answered a ping: kept until the next flush, the latest only. */
  pong(socketId: string, at: Millis): void {
    for (const [connectionId, over] of this.#sockets.get(socketId)?.attending ?? []) {
      this.#pongs.set(connectionId, { at, over });
    }
  }

  /** Writes what the pongs proved since the last flush: one statement for all of the process. */
  async flush(): Promise<void> {
    const pongs = this.#pongs;
    this.#pongs = new Map();
    const written = await Promise.allSettled(
      [...pongs].map(async ([connectionId, { at, over }]) => {
        if (!(await this.#connections.pong(connectionId, at))) await over();
      }),
    );
    const failed = [...pongs].filter((_, i) => written[i]?.status === "rejected");
    for (const [connectionId, pong] of failed) {
      // Its proof still stands; a later one has taken its place if there is one.
      if (!this.#pongs.has(connectionId)) this.#pongs.set(connectionId, pong);
    }
    const [first] = written.filter((result) => result.status === "rejected");
    if (first !== undefined) this.#log.warn({ err: first.reason as unknown, pongs: failed.length }, "pongs wait");
  }

  async close(socketId: string, end: SocketEnd): Promise<void> {
    const socket = this.#sockets.get(socketId);
    if (socket === undefined) return;
    this.#sockets.delete(socketId);
    for (const connectionId of socket.attending.keys()) this.#pongs.delete(connectionId);
    const cut = [...socket.bound].map(async (connectionId) => this.#connections.cut(connectionId, socketId, end));
    for (const result of await Promise.allSettled(cut)) {
      if (result.status === "rejected") {
        this.#log.warn({ err: result.reason as unknown }, "a closed socket's connection is left to its lease");
      }
    }
  }
}
