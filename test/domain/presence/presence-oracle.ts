/**
 * What presence means, told tick by tick: every connection has a countdown that its proofs of life wind up, and time
 * becomes active one tick at a time. Slow, and nothing in it is an interval; times are whole ticks.
 */
export interface Rules {
  /** How many ticks of silence a connection survives. */
  readonly lease: number;
  /** How many ticks without a look are no absence of the servers. */
  readonly tolerance: number;
}

type Outcome = "ok" | "over" | "unknown";

class Tab {
  readonly bornAt: number;
  seen: number;
  active: boolean;
  /** Ticks of silence that are left. Below zero it is over. */
  left: number;
  closed = false;
  readonly activeTicks = new Set<number>();

  constructor(at: number, active: boolean, left: number) {
    this.bornAt = at;
    this.seen = at;
    this.active = active;
    this.left = left;
  }

  get alive(): boolean {
    return !this.closed && this.left >= 0;
  }
}

export class TickWorld {
  now = 0;
  readonly #rules: Rules;
  readonly #tabs = new Map<string, Tab>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Ticks go by while the servers are there. */
  wait(ticks: number): void {
    this.now += ticks;
    for (const tab of this.#tabs.values()) tab.left -= ticks;
  }

  /** Ticks go by and nobody looks: who was alive starts over, unless it was too short to notice. */
  beAway(ticks: number): void {
    if (ticks <= this.#rules.tolerance) return this.wait(ticks);
    this.now += ticks;
    for (const tab of this.#tabs.values()) if (tab.alive) tab.left = this.#rules.lease;
  }

  alive(id: string): boolean {
    return this.#tabs.get(id)?.alive ?? false;
  }

  connect(id: string, at: number, active: boolean | null): Outcome {
    if (this.#tabs.has(id)) return this.beat(id, at, active);
    this.#tabs.set(id, new Tab(at, active ?? true, this.#rules.lease - (this.now - at)));
    return "ok";
  }

  beat(id: string, at: number, active: boolean | null): Outcome {
    return this.#with(id, (tab) => {
      this.#prove(tab, at);
      tab.active = active ?? tab.active;
      tab.left = Math.max(tab.left, this.#rules.lease - (this.now - at));
    });
  }

  /** `proves` false: a server's close, a lost network, the end of the session. */
  leave(id: string, at: number, proves: boolean): Outcome {
    return this.#with(id, (tab) => {
      // Whoever only comes back to leave has been in the gap no more than those who never do.
      if (proves && at - tab.seen <= this.#rules.lease) this.#prove(tab, at);
      tab.closed = true;
    });
  }

  /** How the participant with these connections is now. */
  summary(ids: readonly string[]) {
    const tabs = ids.flatMap((id) => this.#tabs.get(id) ?? []);
    const alive = tabs.filter((tab) => tab.alive);
    const lastSeen = tabs.length === 0 ? null : Math.max(...tabs.map((tab) => tab.seen));
    return {
      connectedAt: tabs.length === 0 ? null : Math.min(...tabs.map((tab) => tab.bornAt)),
      disconnectedAt: alive.length > 0 ? null : lastSeen,
      lastActivityAt: lastSeen,
      activeTicks: new Set(tabs.flatMap((tab) => [...tab.activeTicks])).size,
      openConnections: alive.length,
      active: alive.some((tab) => tab.active),
    };
  }

  #with(id: string, act: (tab: Tab) => void): Outcome {
    const tab = this.#tabs.get(id);
    if (tab === undefined) return "unknown";
    if (!tab.alive) return "over";
    act(tab);
    return "ok";
  }

  /** Time since it was last seen counts, unless it is longer than a lease: then only an absence of ours let it live. */
  #prove(tab: Tab, at: number): void {
    const counts = tab.active && at - tab.seen <= this.#rules.lease;
    for (; tab.seen < at; tab.seen += 1) if (counts) tab.activeTicks.add(tab.seen);
  }
}
