import type { Actor } from "../domain/access.ts";
import type { Millis } from "../domain/model.ts";
import { type Access, type AccessStore, createAccess } from "./shared/access.ts";
import { publishingLedger, publishingMarks, publishingSessions } from "./shared/publish-changes.ts";
import { type AttendService, createAttendService } from "./presence/attend.ts";
import { SessionFeed } from "./feed/session-feed.ts";
import { type Connections, type ConnectionView, createConnections, goesOn } from "./presence/connections.ts";
import { createConnectBatches } from "./presence/connect-batches.ts";
import { PresenceSubscriptions } from "./presence/presence-subscriptions.ts";
import { HeartbeatLimit } from "./presence/heartbeat-limit.ts";
import { Heartbeats } from "./presence/heartbeats.ts";
import { createMaintenanceJobs, type MaintenanceJobs } from "./sessions/maintenance-jobs.ts";
import { createLedger, type Ledger, type LeaseSettings } from "./presence/ledger.ts";
import { createSessionList, type SessionList } from "./sessions/list-sessions.ts";
import { JobRunner } from "./sessions/job-runner.ts";
import { createMarkService, type MarkService, type MarkStore } from "./attendance/marks.ts";
import { createPeople, type People, type PeopleStore } from "./people/people.ts";
import type { ChangeBus, Clock, LedgerStore, Log, PresenceBus, StoreTrouble } from "./shared/ports.ts";
import { createReportService, type ReportService } from "./presence/report-events.ts";
import type { SessionStore } from "./sessions/session-store.ts";
import { createSessions, type Sessions } from "./sessions/sessions.ts";
import { SocketBindings } from "./presence/socket-bindings.ts";
import { createSuggestionService, type EvidenceStore, type SuggestionService } from "./suggestion/suggestions.ts";
import type { Telemetry } from "./shared/telemetry.ts";
import { instrumentedBus, instrumentedLedger, instrumentedSessions } from "./shared/instrumented.ts";
import { createPresenceService, type PresenceService } from "./presence/watch-presence.ts";

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
  readonly sessionList: SessionList;
  readonly sessions: Sessions;
  readonly connections: Connections;
  /** `connections.connect`, bound to its socket when it came over one. */
  readonly connect: Connections["connect"];
  /** `connections.disconnect`, no longer bound to the socket it came over. */
  readonly disconnect: (
    actor: Actor,
    connectionId: string,
    call: { readonly socketId: string | null; readonly arrivedAt: Millis },
  ) => Promise<ConnectionView>;
  readonly heartbeats: Heartbeats;
  readonly sockets: SocketBindings;
  readonly presenceSubscriptions: PresenceSubscriptions;
  readonly presence: PresenceService;
  readonly sessionFeed: SessionFeed;
  readonly attendService: AttendService;
  readonly reports: ReportService;
  readonly suggestions: SuggestionService;
  readonly marks: MarkService;
  readonly maintenanceJobs: MaintenanceJobs;
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
  const bus = instrumentedBus(deps.bus, clock, telemetry);
  const stores = {
    ...deps.stores,
    ledger: instrumentedLedger(publishingLedger(deps.stores.ledger, deps.bus), telemetry),
    sessions: instrumentedSessions(publishingSessions(deps.stores.sessions, deps.bus), telemetry),
    marks: publishingMarks(deps.stores.marks, deps.bus),
  };
  const access: Access = createAccess(stores.access);
  const ledger: Ledger = createLedger(stores.ledger, bus, clock, settings.lease);
  const heartbeats = new Heartbeats((beats) => stores.ledger.beat(beats, settings.lease.length), pause);
  const limit = new HeartbeatLimit({ most: settings.heartbeatLimit, interval: settings.heartbeatSeconds * 1_000 });
  const enter = createConnectBatches({ ledger, clock });
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
  const sockets = new SocketBindings(connections, log, pause);
  const followers = new PresenceSubscriptions({
    bus,
    store: stores.ledger,
    access,
    read: async (ids) => (await stores.ledger.whiteboards(ids)).map((whiteboard) => ledger.state(whiteboard)),
    clock,
  });
  const watching = createPresenceService({ ledger, access, followers, clock });
  const suggesting = createSuggestionService({ ledger, store: stores.evidence, access, clock });
  return {
    heartbeatSeconds: settings.heartbeatSeconds,
    people: createPeople(stores.people),
    sessionList: createSessionList(stores.sessions, access),
    sessions: createSessions({ ledger, store: stores.sessions, access, clock }),
    connections,
    async connect(actor, request, socketId) {
      const connection = await connections.connect(actor, request, socketId);
      if (socketId !== null) await sockets.bind(socketId, connection.id, clock.now(), undefined, goesOn(request));
      return connection;
    },
    async disconnect(actor, connectionId, { socketId, arrivedAt }) {
      const connection = await connections.disconnect(actor, connectionId, arrivedAt);
      if (socketId !== null) sockets.release(socketId, connection.id);
      return connection;
    },
    heartbeats,
    sockets,
    presenceSubscriptions: followers,
    presence: watching,
    sessionFeed: new SessionFeed({
      bus: deps.bus,
      store: stores.sessions,
      access,
      people: stores.access,
      clock,
      log,
      troubleOf,
    }),
    attendService: createAttendService({ connections, sockets, followers, clock, log, troubleOf }),
    reports: createReportService({ ledger, access, watching, clock }),
    suggestions: suggesting,
    marks: createMarkService({ store: stores.marks, sessions: stores.sessions, suggesting, access, clock }),
    maintenanceJobs: createMaintenanceJobs({
      ledger,
      sessions: stores.sessions,
      heartbeats,
      clock,
      maintenance: new JobRunner({ clock, log, telemetry, troubleOf }),
      grace: settings.autoCompleteAfter,
      retention: settings.retention,
    }),
  };
}
