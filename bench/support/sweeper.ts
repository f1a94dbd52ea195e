import { MemoryBus } from "../../src/events/memory-bus.ts";
import { troubleOf } from "../../src/database/client/errors.ts";
import { startDatabaseClock } from "../../src/database/client/clock.ts";
import { createLedgerStore } from "../../src/database/presence/ledger-store.ts";
import { openDatabase } from "../../src/database/client/open.ts";
import { createSessionStore } from "../../src/database/sessions/session-store.ts";
import { createMaintenanceJobs } from "../../src/services/sessions/maintenance-jobs.ts";
import { JobRunner } from "../../src/services/sessions/job-runner.ts";
import { noTelemetry } from "../../src/services/shared/telemetry.ts";
import { createLedger } from "../../src/services/presence/ledger.ts";
import { studentOf } from "./lessons.ts";
import type { Place } from "./place.ts";

/** Shorter than the product's own, so that its sweep has nothing to find. */
const LEASE_MS = 5_000;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

// Somebody in each of the first $1 lessons, silent for twice that long.
const SILENT = `
with made as (
  insert into connections (id, whiteboard_session_id, user_id, role, evidence)
  select gen_random_uuid(), i, ${studentOf(0)} + i, 'student', 'live' from generate_series(1, $1::int) as i
  returning id, whiteboard_session_id, user_id)
insert into connection_spans (connection_id, seq, whiteboard_session_id, user_id, role, evidence, active, started_at, last_seen_at)
select id, 0, whiteboard_session_id, user_id, 'student', 'live', true, t.at, t.at
from made cross join (select date_trunc('milliseconds', now()) - interval '${LEASE_MS * 2} milliseconds' as at) as t`;
const FORGET = [
  "delete from connection_spans where whiteboard_session_id <= $1::int",
  "delete from connections where whiteboard_session_id <= $1::int",
];

export interface Sweeper {
  /** Milliseconds from looking for whom the lease has run out to the commit of their ends: so many, in as many lessons. */
  sweep(connections: number): Promise<number>;
  stop(): Promise<void>;
}

/** The product's own sweep, called for, where it would come once a second. */
export async function startSweeper(place: Place): Promise<Sweeper> {
  const database = await openDatabase({ url: place.url, poolSize: 2, log: quiet });
  const clock = await startDatabaseClock(database.prisma, quiet);
  const settings = { length: LEASE_MS, tolerance: 3_000 };
  const ledger = createLedger(createLedgerStore(database.prisma, clock), new MemoryBus(), clock, settings);
  const sessions = createSessionStore(database.prisma);
  const maintenance = new JobRunner({ clock, log: quiet, telemetry: noTelemetry, troubleOf });
  const heartbeats = { unwritten: () => null };
  const maintenanceJobs = createMaintenanceJobs({
    ledger,
    sessions,
    heartbeats,
    clock,
    maintenance,
    grace: 1_800_000,
    retention: null,
  });
  return {
    async sweep(connections) {
      await place.sql(SILENT, [connections]);
      const since = performance.now();
      const ended = await maintenanceJobs.sweep();
      const took = performance.now() - since;
      if (ended !== connections) throw new Error(`the sweep ended ${ended} of ${connections}`);
      for (const statement of FORGET) await place.sql(statement, [connections]);
      return took;
    },
    async stop() {
      clock.stop();
      await database.close();
    },
  };
}
