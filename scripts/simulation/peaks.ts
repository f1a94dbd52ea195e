import { type Day, STEP_SECONDS } from "./day.ts";

/** bench/costs.json: what each thing takes, as `npm run bench -- --only costs --write` measured it. */
export type Costs = Readonly<Record<string, number>>;

/** The most that is asked of anything at any time of the day, and what is left of it. */
export interface Peaks {
  readonly present: number;
  /** Arrivals and departures in a second. */
  readonly events: number;
  readonly serverCores: number;
  readonly serverGigabytes: number;
  readonly processes: number;
  readonly databaseCores: number;
  readonly rowsPerSecond: number;
  readonly walMegabytesPerSecond: number;
  /** Published and delivered. */
  readonly redisMessagesPerSecond: number;
  readonly redisMegabytesPerSecond: number;
  readonly storedPerYearGigabytes: number;
}

/** Sockets that one process was measured with, and the share of its core that it may use at its worst. */
const MAX_SOCKETS = 10_000;
const BUSY = 0.5;
/** A change is published once, and delivered to the processes of the two people of a lesson. */
const REDIS_COPIES = 3;

export function peaksOf(people: number, { present, arrivals, departures }: Day, costs: Costs): Peaks {
  const cost = (name: string): number => {
    const value = costs[name];
    if (value === undefined) throw new Error(`bench/costs.json has no figure for "${name}"`);
    return value;
  };
  /** The most of a sum over who is there, who comes and who goes, each given in a second. */
  const most = (each: { there: number; comes: number; goes: number }) =>
    present.reduce((highest, there, step) => {
      const comes = (arrivals[step] as number) / STEP_SECONDS;
      const goes = (departures[step] as number) / STEP_SECONDS;
      return Math.max(highest, there * each.there + comes * each.comes + goes * each.goes);
    }, 0);
  const mostOf = (minute: string, what: string, unit: number) =>
    most({
      there: (cost(`attendee, ${minute}`) * unit) / 60,
      comes: cost(`arrival, ${what}`) * unit,
      goes: cost(`event, ${what}`) * unit,
    });
  // Of an attendee CPU is given in milliseconds, of an event in microseconds.
  const cores = (minute: string, what: string) =>
    most({
      there: cost(`attendee, ${minute}`) / 1_000 / 60,
      comes: cost(`arrival, ${what}`) / 1e6,
      goes: cost(`event, ${what}`) / 1e6,
    });
  const there = most({ there: 1, comes: 0, goes: 0 });
  const events = most({ there: 0, comes: 1, goes: 1 });
  const serverCores = cores("CPU a minute", "CPU");
  return {
    present: there,
    events,
    serverCores,
    serverGigabytes: (there * cost("attendee, resident")) / 1024 ** 2,
    processes: Math.max(Math.ceil(there / MAX_SOCKETS), Math.ceil(serverCores / BUSY)),
    databaseCores: cores("database CPU a minute", "database CPU"),
    rowsPerSecond: mostOf("rows a minute", "rows", 1),
    walMegabytesPerSecond: mostOf("WAL a minute", "WAL", 1e-6),
    redisMessagesPerSecond: events * REDIS_COPIES,
    redisMegabytesPerSecond: events * REDIS_COPIES * cost("event, Redis") * 1e-6,
    storedPerYearGigabytes: ((people / 2) * 365 * cost("lesson, stored")) / 1e9,
  };
}
