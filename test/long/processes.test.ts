import { test } from "vitest";
import { chaosRun } from "../support/chaos-run.ts";
import { killRun } from "../support/kill-run.ts";
import { redisRun } from "../support/redis-run.ts";
import { rollingRun } from "../support/rolling-run.ts";

const seed = Number(process.env.ROLLCALL_SEED ?? Math.floor(Math.random() * 2 ** 31));

test("P4, P14, D6 500 clients, kill -9 of one of three processes every 5 s for 3 minutes", async () => {
  await killRun({ seed, clients: 500, seconds: 180, killEvery: 5, crashes: 0, pause: 1_000 });
}, 600_000);

test("P4, P13, P14, D6 the same, with PostgreSQL crashed twice", async () => {
  await killRun({ seed, clients: 500, seconds: 180, killEvery: 5, crashes: 2, pause: 1_000 });
}, 600_000);

test("P14 Redis away for half a minute under 200 clients", async () => {
  await redisRun({ seed, clients: 200, awaySeconds: 30, pause: 1_000 });
}, 300_000);

test("P13, P14 a rolling restart under 200 attendees", async () => {
  await rollingRun({ clients: 200, leaseSeconds: 35 });
}, 300_000);

test("P4, P13, P14, D6 100 clients under everything that may happen, two at a time: locks of 45 s, SIGSTOP, kill -9, Redis frozen, PostgreSQL restarted", async () => {
  await chaosRun({ seed, clients: 100, leaseSeconds: 35, heldSeconds: 45, atOnce: 2, rounds: 1, pause: 1_000 });
}, 900_000);
