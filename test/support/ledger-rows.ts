import pg from "pg";
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

/** Where a watcher shows other connections of the student than the ledger has: which watcher, which room, and both. */
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
      return [`watcher ${which}, room ${id}: ${open} are open, shown is ${JSON.stringify(shown)}`];
    }),
  );
}
