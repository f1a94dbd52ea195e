import type { Actor } from "../domain/access.ts";
import type { Access, AccessStore } from "./access.ts";
import { createAccess } from "./access.ts";
import { announcingLedger, announcingMarks, announcingSessions } from "./announcing.ts";
import { type Attending, createAttending } from "./attending.ts";
import { Changes } from "./changes.ts";
import { type Connections, type ConnectionView, createConnections, goesOn } from "./connections.ts";
import { createEntering } from "./entering.ts";
import { Followers } from "./followers.ts";
import { HeartbeatLimit } from "./heartbeat-limit.ts";
import { Heartbeats } from "./heartbeats.ts";
import { createKeeper, type Keeper } from "./keeper.ts";
import { createLedger, type Ledger, type LeaseSettings } from "./ledger.ts";
import { createListing, type Listing } from "./listing.ts";
import { Maintenance } from "./maintenance.ts";
import { createMarking, type Marking, type MarkStore } from "./marking.ts";
import { createPeople, type People, type PeopleStore } from "./people.ts";
import type { ChangeBus, Clock, LedgerStore, Log, PresenceBus, StoreTrouble } from "./ports.ts";
import { createReporting, type Reporting } from "./reporting.ts";
import type { SessionStore } from "./session-store.ts";
import { createSessions, type Sessions } from "./sessions.ts";
import { Sockets } from "./sockets.ts";
import { createSuggesting, type EvidenceStore, type Suggesting } from "./suggesting.ts";
import type { Telemetry } from "./telemetry.ts";
import { tellingBus, tellingLedger, tellingSessions } from "./telling.ts";
import { createWatching, type Watching } from "./watching.ts";

export interface Stores {
  readonly ledger: LedgerStore;
  readonly access: AccessStore;
  readonly sessions: SessionStore;
  readonly evidence: EvidenceStore;
  readonly marks: MarkStore;
  readonly people: PeopleStore;
}

export interface ServiceSettings {
  readonly lease: LeaseSettings;
  readonly heartbeatSeconds: number;
  /** Heartbeats of one connection in that time. */
  readonly heartbeatLimit: number;
  /** Milliseconds after which a session that nobody ends completes by itself. */
  readonly autoCompleteAfter: number;
  /** Milliseconds that evidence is kept after the end of its session; null: for ever. */
  readonly retention: number | null;
}

/** The use cases: they authorise, decide through the domain, write through stores and publish after commit. */
export interface Services {
  readonly heartbeatSeconds: number;
  readonly people: People;
  readonly listing: Listing;
  readonly sessions: Sessions;
  readonly connections: Connections;
  /** `connections.connect`, bound to its socket when it came over one. */
  readonly connect: Connections["connect"];
  /** `connections.disconnect`, no longer bound to the socket it came over. */
  readonly disconnect: (actor: Actor, connectionId: string, socketId: string | null) => Promise<ConnectionView>;
  readonly heartbeats: Heartbeats;
  readonly sockets: Sockets;
  readonly followers: Followers;
  readonly watching: Watching;
  readonly changes: Changes;
  readonly attending: Attending;
  readonly reporting: Reporting;
  readonly suggesting: Suggesting;
  readonly marking: Marking;
  readonly keeper: Keeper;
}

export function createServices(deps: {
  stores: Stores;
  bus: PresenceBus & ChangeBus;
  clock: Clock;
  /** When what is read now has come, at the earliest. */
  arrivals: Pick<Clock, "now">;
  log: Log;
  telemetry: Telemetry;
  newId: () => string;
  /** Waits so many milliseconds of real time. */
  pause: (ms: number) => Promise<void>;
  troubleOf: (error: unknown) => StoreTrouble;
  settings: ServiceSettings;
}): Services {
  const { clock, arrivals, log, telemetry, newId, pause, troubleOf, settings } = deps;
  const bus = tellingBus(deps.bus, clock, telemetry);
  const stores = {
    ...deps.stores,
    ledger: tellingLedger(announcingLedger(deps.stores.ledger, deps.bus), telemetry),
    sessions: tellingSessions(announcingSessions(deps.stores.sessions, deps.bus), telemetry),
    marks: announcingMarks(deps.stores.marks, deps.bus),
  };
  const access: Access = createAccess(stores.access);
  const ledger: Ledger = createLedger(stores.ledger, bus, clock, settings.lease);
  const heartbeats = new Heartbeats((beats) => stores.ledger.beat(beats, settings.lease.length), pause);
  const limit = new HeartbeatLimit({ most: settings.heartbeatLimit, interval: settings.heartbeatSeconds * 1_000 });
  const enter = createEntering({ ledger, clock });
  const connections = createConnections({
    ledger,
    access,
    enter,
    heartbeats,
    limit,
    clock,
    arrivals,
    heartbeatEvery: settings.heartbeatSeconds * 1_000,
    newId,
  });
  const sockets = new Sockets(connections, log, pause);
  const followers = new Followers({
    bus,
    store: stores.ledger,
    access,
    read: async (ids) => (await stores.ledger.boards(ids)).map((board) => ledger.state(board)),
    clock,
  });
  const watching = createWatching({ ledger, access, followers, clock });
  const suggesting = createSuggesting({ ledger, store: stores.evidence, access, clock });
  return {
    heartbeatSeconds: settings.heartbeatSeconds,
    people: createPeople(stores.people),
    listing: createListing(stores.sessions, access),
    sessions: createSessions({ ledger, store: stores.sessions, access, clock }),
    connections,
    async connect(actor, request, socketId) {
      const connection = await connections.connect(actor, request, socketId);
      if (socketId !== null) await sockets.bind(socketId, connection.id, clock.now(), undefined, goesOn(request));
      return connection;
    },
    async disconnect(actor, connectionId, socketId) {
      const connection = await connections.disconnect(actor, connectionId);
      if (socketId !== null) sockets.release(socketId, connection.id);
      return connection;
    },
    heartbeats,
    sockets,
    followers,
    watching,
    changes: new Changes({
      bus: deps.bus,
      store: stores.sessions,
      access,
      people: stores.access,
      clock,
      log,
      troubleOf,
    }),
    attending: createAttending({ connections, sockets, followers, clock, log, troubleOf }),
    reporting: createReporting({ ledger, access, watching, clock }),
    suggesting,
    marking: createMarking({ store: stores.marks, sessions: stores.sessions, suggesting, access, clock }),
    keeper: createKeeper({
      ledger,
      sessions: stores.sessions,
      heartbeats,
      clock,
      maintenance: new Maintenance({ clock, log, telemetry, troubleOf }),
      grace: settings.autoCompleteAfter,
      retention: settings.retention,
    }),
  };
}
