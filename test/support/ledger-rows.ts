import pg from "pg";
import type { Acknowledged } from "./beater.ts";
import type { Watchtower } from "./watchtower.ts";

/** One statement on a connection of its own. */
export async function queryOnce<T extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** The version of every whiteboard session. */
export async function versionsOf(url: string): Promise<Map<string, number>> {
  const text = "select id, presence_version as version from whiteboard_sessions";
  const rows = await queryOnce<{ id: number; version: number }>(url, text);
  return new Map(rows.map(({ id, version }) => [String(id), version]));
}

/** Where a watcher shows other connections of the student than the ledger has: which watcher, which whiteboard, and both. */
export async function differences(towers: readonly Watchtower[], url: string): Promise<string[]> {
  const rows = await queryOnce<{ id: number; open: number }>(
    url,
    `select w.id, count(s.*)::int as open from whiteboard_sessions w
     left join connection_spans s on s.whiteboard_session_id = w.id and s.ended_at is null group by w.id`,
  );
  return towers.flatMap((tower, which) =>
    rows.flatMap(({ id, open }) => {
      const shown = tower.seen.get(String(id));
      if (shown?.student.openConnections === open) return [];
      return [`watcher ${which}, whiteboard ${id}: ${open} are open, shown is ${JSON.stringify(shown)}`];
    }),
  );
}

/** Acknowledged proofs of life that no span of their connection covers. */
export async function missing(url: string, acknowledged: readonly Acknowledged[]): Promise<number> {
  const [row] = await queryOnce<{ missing: number }>(
    url,
    `select count(*)::int as missing
     from unnest($1::uuid[], $2::float8[]) as a (id, at)
     where not exists (
       select from connection_spans s where s.connection_id = a.id
         and extract(epoch from s.started_at) * 1000 <= a.at and extract(epoch from s.last_seen_at) * 1000 >= a.at)`,
    [acknowledged.map((each) => each.connectionId), acknowledged.map((each) => each.at)],
  );
  return row!.missing;
}

/** Connections that ended because nobody proved life, and when they were last seen, in milliseconds since the epoch. */
export async function timedOut(url: string): Promise<{ id: string; at: number }[]> {
  const text = `select connection_id as id, (extract(epoch from last_seen_at) * 1000)::float8 as at from connection_spans
    where end_reason = 'TIMED_OUT'`;
  return queryOnce(url, text);
}
