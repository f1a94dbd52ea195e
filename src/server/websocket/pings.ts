import type { WebSocket } from "ws";

const TICK_MS = 250;
/** Pings in a row without an answer after which a socket is dead. */
const MISSED = 2;

interface Pinged {
  readonly socket: WebSocket;
  readonly dead: () => void;
  unanswered: number;
  /** When the last ping left, which its answer brings back. */
  pingedAt: number;
}

/** Sockets that are pinged together. */
interface Slot {
  readonly sockets: Set<Pinged>;
  /** When they are pinged next, or later where the timer is. */
  due: number;
}

/**
 * Pings every socket once an interval, spread evenly over it: all at once, 10,000 sockets stopped the event loop for
 * 275 ms, spread for 10 ms. A socket that leaves two pings unanswered is dead. Timers that are late, as where processors
 * are short, do not add up: each slot has its time on the clock, and people whose pings come late look gone.
 */
export class Pings {
  readonly #slots: readonly Slot[];
  readonly #timer: NodeJS.Timeout;
  readonly #interval: number;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  #next = 0;

  /**
   * @param interval milliseconds between two pings of one socket
   * @param now what a ping brings along
   * @param monotonic milliseconds of the timers' own clock
   */
  constructor(interval: number, now: () => number, monotonic = () => performance.now()) {
    this.#interval = interval;
    this.#now = now;
    this.#monotonic = monotonic;
    const slots = Math.max(1, Math.round(interval / TICK_MS));
    const [begun, step] = [monotonic(), interval / slots];
    this.#slots = Array.from({ length: slots }, (_, i) => ({ sockets: new Set(), due: begun + (i + 1) * step }));
    this.#timer = setInterval(() => this.#tick(), step);
    this.#timer.unref();
  }

  /** @param on called with every answer, to a ping of when (0: an older one, or none), and when the socket is dead; the returned function takes the socket out */
  add(socket: WebSocket, on: { pong: (pingedAt: number) => void; dead: () => void }): () => void {
    const slot = (this.#slots[this.#next++ % this.#slots.length] as Slot).sockets;
    const pinged = { socket, dead: on.dead, unanswered: 0, pingedAt: 0 };
    slot.add(pinged);
    socket.on("pong", (data) => {
      pinged.unanswered = 0;
      on.pong(data.toString("latin1") === String(pinged.pingedAt) ? pinged.pingedAt : 0);
    });
    return () => slot.delete(pinged);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = this.#monotonic();
    for (const slot of this.#slots) {
      if (now < slot.due) continue;
      // In step with the others again, and never so soon that nobody could have answered in between.
      slot.due += this.#interval * Math.round((now - slot.due) / this.#interval + 1);
      slot.sockets.forEach((pinged) => this.#ping(pinged));
    }
  }

  #ping(pinged: Pinged): void {
    const { socket } = pinged;
    if (pinged.unanswered >= MISSED) return pinged.dead();
    if (socket.readyState !== socket.OPEN) return;
    pinged.unanswered += 1;
    pinged.pingedAt = this.#now();
    socket.ping(String(pinged.pingedAt));
  }
}
