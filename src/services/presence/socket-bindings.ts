import type { Millis } from "../../domain/model.ts";
import { RollcallError } from "../../domain/errors.ts";
import type { Connections } from "./connections.ts";
import type { Log } from "../shared/ports.ts";

/** How a socket ended. `alive`: the client closed it; a server's close or a lost network proves nothing about it. */
export interface SocketEnd {
  readonly at: Millis;
  readonly alive: boolean;
}

/** One running `attend`. */
export interface AttendSubscription {
  /** The ledger says that its connection is over. */
  over(): Promise<void>;
  /** Somebody disconnected it: attending ends with that. */
  end(): void;
}

interface Socket {
  /** Connections that live as long as the socket; true: a drain lets it go, for the same person's next socket to take. */
  readonly bound: Map<string, boolean>;
  /** Those whose life the socket's pongs prove. */
  readonly attending: Map<string, Set<AttendSubscription>>;
}

interface Pong {
  readonly at: Millis;
  readonly socketId: string;
}

/** How long a flush waits for its writes: those whose rows somebody keeps locked come later, and no other pong waits for them. */
const FLUSH_WAITS_MS = 500;

/**
 * Which connections live on which WebSocket of this process (P8), and the pongs that wait to be written (P9).
 * What a crash forgets here the lease ends by itself.
 */
export class SocketBindings {
  readonly #sockets = new Map<string, Socket>();
  #pongs = new Map<string, Pong>();
  /** Connections whose pong is being written: a later one waits until it is. */
  readonly #writing = new Set<string>();
  #draining = false;
  readonly #connections: Connections;
  readonly #log: Log;
  readonly #pause: (ms: number) => Promise<void>;

  constructor(connections: Connections, log: Log, pause: (ms: number) => Promise<void>) {
    this.#connections = connections;
    this.#log = log;
    this.#pause = pause;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Connections bound to these sockets, and `attend`s that run over them. */
  get counts(): { readonly bound: number; readonly attending: number } {
    let bound = 0;
    let attending = 0;
    for (const socket of this.#sockets.values()) {
      bound += socket.bound.size;
      for (const attendances of socket.attending.values()) attending += attendances.size;
    }
    return { bound, attending };
  }

  open(socketId: string): void {
    this.#sockets.set(socketId, { bound: new Map(), attending: new Map() });
  }

  /**
   * Binds a connection to its socket.
   * @param attendance for connections that pongs keep alive
   * @throws UNAVAILABLE when the socket closed before the connection was there; it is closed again then, or let go
   */
  async bind(
    socketId: string,
    connectionId: string,
    at: Millis,
    attendance?: AttendSubscription,
    free = true,
  ): Promise<void> {
    const socket = this.#sockets.get(socketId);
    if (socket === undefined) {
      // One that a drain closed meanwhile leaves its connection to the next socket, like those that were there already.
      if (this.#draining && free) await this.#connections.release([{ connectionId, socketId }]);
      else if (!this.#draining) await this.#connections.cut(connectionId, socketId, { at, alive: false });
      throw new RollcallError("UNAVAILABLE", "The socket is closed.");
    }
    socket.bound.set(connectionId, free && (socket.bound.get(connectionId) ?? true));
    if (this.#draining && free) await this.#connections.release([{ connectionId, socketId }]);
    if (attendance !== undefined) this.attend(socketId, connectionId, attendance);
  }

  /** Keeps a bound connection alive by the socket's pongs. False: the socket, or the connection on it, has ended meanwhile. */
  attend(socketId: string, connectionId: string, attendance: AttendSubscription): boolean {
    const socket = this.#sockets.get(socketId);
    if (socket === undefined || !socket.bound.has(connectionId)) return false;
    const others = socket.attending.get(connectionId);
    if (others === undefined) socket.attending.set(connectionId, new Set([attendance]));
    else others.add(attendance);
    return true;
  }

  /**
   * Gives a connection up: it ended on its own, or the attendance given did.
   * False: there is nothing to end, because the socket's end has taken it along or somebody else attends by it too.
   */
  release(socketId: string, connectionId: string, attendance?: AttendSubscription): boolean {
    const socket = this.#sockets.get(socketId);
    const attendances = socket?.attending.get(connectionId);
    if (attendance !== undefined) attendances?.delete(attendance);
    if (attendance !== undefined && attendances !== undefined && attendances.size > 0) return false;
    this.#pongs.delete(connectionId);
    socket?.attending.delete(connectionId);
    const bound = socket?.bound.delete(connectionId) ?? false;
    if (attendance === undefined) attendances?.forEach((each) => each.end());
    return bound;
  }

  /** The socket's client answered a ping: kept until the next flush, the latest only. */
  pong(socketId: string, at: Millis): void {
    // What is let go is the next socket's to prove.
    if (this.#draining) return;
    for (const connectionId of this.#sockets.get(socketId)?.attending.keys() ?? []) {
      this.#pongs.set(connectionId, { at, socketId });
    }
  }

  /** Writes what the pongs proved since the last flush: one statement for all of the process. Some may take longer than it. */
  async flush(): Promise<void> {
    const pongs = [...this.#pongs].filter(([connectionId]) => !this.#writing.has(connectionId));
    if (pongs.length > 0) await Promise.race([this.#write(pongs), this.#pause(FLUSH_WAITS_MS)]);
  }

  async #write(pongs: readonly [string, Pong][]): Promise<void> {
    const failures: unknown[] = [];
    const write = async ([connectionId, pong]: [string, Pong]) => {
      this.#pongs.delete(connectionId);
      this.#writing.add(connectionId);
      // Asked again after the write: whoever left in the meantime needs neither an end nor another try.
      const attendances = () => [...(this.#sockets.get(pong.socketId)?.attending.get(connectionId) ?? [])];
      try {
        const outcome = await this.#connections.pong(connectionId, pong.at);
        if (outcome === "left") attendances().forEach((attendance) => attendance.end());
        if (outcome === "over") await Promise.all(attendances().map((attendance) => attendance.over()));
      } catch (error) {
        failures.push(error);
        // Its proof still stands; a later one has taken its place if there is one.
        if (attendances().length > 0 && !this.#pongs.has(connectionId)) this.#pongs.set(connectionId, pong);
      } finally {
        this.#writing.delete(connectionId);
      }
    };
    await Promise.all(pongs.map(write));
    if (failures.length > 0) this.#log.warn({ err: failures[0], pongs: failures.length }, "pongs wait");
  }

  /**
   * The server drains. From here on the people of its sockets may go on over another server with the connections that
   * they have, and nobody sees them gone; those of people who do not come back end with their lease.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    const owned = [...this.#sockets].flatMap(([socketId, { bound }]) =>
      [...bound].filter(([, free]) => free).map(([connectionId]) => ({ connectionId, socketId })),
    );
    await this.#connections.release(owned);
  }

  /** @param end null: the server drains, and its connections may go on elsewhere */
  async close(socketId: string, end: SocketEnd | null): Promise<void> {
    const socket = this.#sockets.get(socketId);
    if (socket === undefined) return;
    this.#sockets.delete(socketId);
    const cut = [...socket.bound.keys()].map(async (connectionId) => {
      const pong = this.#pongs.get(connectionId);
      this.#pongs.delete(connectionId);
      if (end === null) return;
      // A pong that was not written yet is the last proof of life of a client that was lost.
      const proven = !end.alive && pong?.socketId === socketId ? { at: pong.at, alive: true } : end;
      await this.#connections.cut(connectionId, socketId, proven);
    });
    for (const result of await Promise.allSettled(cut)) {
      if (result.status === "rejected") {
        this.#log.warn({ err: result.reason as unknown }, "a closed socket's connection is left to its lease");
      }
    }
  }
}
