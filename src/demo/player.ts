import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import {
  Connect,
  createClient,
  Disconnect,
  Heartbeat,
  Presence,
  type RollcallClient,
  WhiteboardSession,
} from "../client/index.ts";
import type { Part } from "./cast.ts";
import type { DemoClock } from "./clock.ts";

/** Where a player plays: the server, the whiteboard, and when minute 0 is. */
export interface Place {
  readonly url: string;
  readonly token: string;
  readonly whiteboard: string;
  readonly minuteZero: number;
}

/** One browser tab: a WebSocket of its own, a connection on it, and a heartbeat as often as the server asks. */
class Tab {
  readonly #clock: DemoClock;
  readonly #place: Place;
  readonly #client: RollcallClient;
  #socket: WebSocket | null = null;
  #connectionId = "";
  #open = true;
  active = true;

  constructor(place: Place, clock: DemoClock) {
    this.#place = place;
    this.#clock = clock;
    const keep = (socket: WebSocket) => (this.#socket = socket);
    class KeptWebSocket extends WebSocket {
      constructor(...given: ConstructorParameters<typeof WebSocket>) {
        super(...given);
        keep(this);
      }
    }
    this.#client = createClient({ url: place.url, token: place.token, webSocket: KeptWebSocket, retries: 0 });
  }

  async connect(): Promise<void> {
    // What a whiteboard would show; here it keeps the socket open.
    const presence = this.#client.subscribe(Presence, { whiteboardSessionId: this.#place.whiteboard });
    await presence.next();
    const input = { whiteboardSessionId: this.#place.whiteboard };
    const { connect } = await this.#client.request(Connect, { input }, { over: "socket" });
    this.#connectionId = connect.id;
    this.#beatEvery(connect.heartbeatSeconds * 1000);
  }

  async leave(): Promise<void> {
    this.#open = false;
    await this.#client.request(Disconnect, { connectionId: this.#connectionId }, { over: "socket" });
    this.#client.close();
  }

  /** The network is gone: no close frame, no goodbye. Resolves when the server has noticed. */
  async drop(): Promise<void> {
    this.#open = false;
    this.#socket?.terminate();
    while (await this.#isOpen()) await sleep(5);
  }

  async #isOpen(): Promise<boolean> {
    const { whiteboardSession } = await this.#client.request(WhiteboardSession, { id: this.#place.whiteboard });
    const spans = whiteboardSession?.spans ?? [];
    return spans.some(({ connectionId, endedAt }) => connectionId === this.#connectionId && endedAt === null);
  }

  #beatEvery(ms: number): void {
    this.#clock.at(this.#clock.now() + ms, async () => {
      if (!this.#open) return;
      this.#beatEvery(ms);
      const beat = { connectionId: this.#connectionId, activity: this.active ? "DRAW" : "IDLE" } as const;
      await this.#client.request(Heartbeat, beat, { over: "socket" });
    });
  }
}

/** Puts what a person does in a lesson on the clock's agenda. */
export function play(part: Part, place: Place, clock: DemoClock): void {
  const tabs = new Map<string, Tab>();
  for (const { minute, tab: name, act } of part.cues) {
    clock.at(place.minuteZero + minute * 60_000, async () => {
      const tab = act === "connect" ? new Tab(place, clock) : tabs.get(name);
      if (tab === undefined) throw new Error(`${part.person.name} has no tab "${name}" to ${act}`);
      tabs.set(name, tab);
      if (act === "connect") await tab.connect();
      else if (act === "leave") await tab.leave();
      else if (act === "drop") await tab.drop();
      // The heartbeat of this very moment says so.
      else tab.active = act === "active";
    });
  }
}
