import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { testApp, type TestApp } from "../../support/app.ts";
import { store } from "../../support/database.ts";

const dashboard = JSON.parse(
  readFileSync(new URL("../../../docs/grafana-dashboard.json", import.meta.url), "utf8"),
) as Record<string, unknown> & { panels: Panel[]; templating: { list: { name: string; type: string }[] } };

interface Panel {
  readonly title: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

const names = [...new Set(JSON.stringify(dashboard).match(/\b(rollcall|nodejs|process)_[a-z0-9_]+/g))];

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
  // What counts errors shows its first one.
  await app.anonymous.ask("{");
});
afterAll(() => app.dispose());

test("docs/grafana-dashboard.json names only metrics that a server shows", async () => {
  const page = await (await fetch(new URL("/metrics", app.url))).text();
  const shown = new Set(page.match(/^\w+/gm));
  const missing = names.filter((name) => !shown.has(name));
  // Only where Redis is configured, or a pool is.
  const absent = store === "embedded" ? ["rollcall_redis_up", "rollcall_pool_connections"] : ["rollcall_redis_up"];
  expect(missing.sort()).toEqual(absent.sort());
});

test("…those of Redis and of a pool among them, where there is one", async () => {
  const pool = { total: 3, idle: 2, waiting: 1 };
  const health = { database: "up", redis: "away" };
  const text = await createMetrics(() => ({ sockets: 0, bound: 0, attending: 0, pool, health })).text();
  expect(text).toContain("\nrollcall_redis_up 0\n");
  expect(text).toContain('\nrollcall_pool_connections{state="waiting"} 1\n');
});

test("it shows every metric of ours", async () => {
  const page = await (await fetch(new URL("/metrics", app.url))).text();
  const ours = [...page.matchAll(/^# TYPE (rollcall_\w+)/gm)].map(([, name]) => name as string);
  expect(ours.length).toBeGreaterThan(10);
  expect(ours.filter((metric) => !names.some((name) => name.startsWith(metric)))).toEqual([]);
});

test("it can be imported: data source and servers are variables, and no panel covers another", () => {
  expect(dashboard.templating.list.map(({ name, type }) => `${type} ${name}`)).toEqual([
    "datasource datasource",
    "query instance",
  ]);
  const taken = new Set<string>();
  for (const { title, datasource, gridPos, targets } of dashboard.panels) {
    expect(datasource.uid).toBe("${datasource}");
    for (const { expr } of targets) expect(expr).toContain('instance=~"$instance"');
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      const cell = `${x}/${gridPos.y}`;
      expect([title, taken.has(cell) || x >= 24]).toEqual([title, false]);
      taken.add(cell);
    }
  }
});
