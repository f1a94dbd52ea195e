import type { RedisOptions } from "ioredis";

const LONGEST_RETRY_MS = 1_000;

export const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectionName: "rollcall",
  connectTimeout: 2_000,
  commandTimeout: 1_000,
  // Whatever cannot be said now is out of date later: followers read the ledger when the line is back.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  autoResubscribe: false,
  retryStrategy: (times) => Math.min(times * 50, LONGEST_RETRY_MS),
};
