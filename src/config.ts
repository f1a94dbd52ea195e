import type { z } from "zod";
import type { TokenTrust } from "./auth/tokens.ts";
import {
  EMBEDDED,
  host,
  keysUrl,
  oneOf,
  origins,
  plainText,
  secret,
  serverUrl,
  wholeNumber,
} from "./setting-values.ts";
import { existsSync } from "node:fs";

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** The variables that the server reads, each with its default. `.env.example` explains them. */
const VARIABLES = {
  NODE_ENV: oneOf("development", ["development", "production", "test"]),
  PORT: wholeNumber(4000, 0, 65_535),
  HOST: host(),
  DATABASE_URL: serverUrl(["postgres", "postgresql"], EMBEDDED),
  DATABASE_POOL: wholeNumber(10, 1, 500),
  DATA_DIR: plainText(".data"),
  REDIS_URL: serverUrl(["redis", "rediss"]),
  JWT_SECRET: secret(32),
  JWT_JWKS_URL: keysUrl(),
  JWT_ISSUER: plainText(null),
  JWT_AUDIENCE: plainText(null),
  JWT_USER_CLAIM: plainText("sub"),
  JWT_ROLES_CLAIM: plainText("roles"),
  JWT_NAME_CLAIM: plainText("name"),
  CORS_ORIGINS: origins(),
  HEARTBEAT_SECONDS: wholeNumber(15, 1, 300, SECOND),
  LEASE_SECONDS: wholeNumber(35, 2, 3_600, SECOND),
  AUTO_COMPLETE_MINUTES: wholeNumber(30, 0, 10_080, MINUTE),
  OTEL_EXPORTER_OTLP_ENDPOINT: serverUrl(["http", "https"]),
  RETENTION_DAYS: wholeNumber(0, 0, 36_500, DAY),
  LOG_LEVEL: oneOf("info", ["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
  LIMIT_DEPTH: wholeNumber(8, 1, 100),
  LIMIT_ALIASES: wholeNumber(15, 0, 1_000_000),
  LIMIT_TOKENS: wholeNumber(1_000, 1, 1_000_000),
  LIMIT_NODES: wholeNumber(10_000, 1, 100_000_000),
  LIMIT_BYTES: wholeNumber(131_072, 1_024, 67_108_864),
  LIMIT_SUBSCRIPTIONS: wholeNumber(20, 1, 1_000_000),
  LIMIT_SOCKETS: wholeNumber(10, 1, 1_000_000),
  LIMIT_HEARTBEATS: wholeNumber(3, 1, 1_000_000),
};

type Variable = keyof typeof VARIABLES;
type Settings = { [Name in Variable]: z.output<(typeof VARIABLES)[Name]> };

/** The names that `readConfig` reads; everything else in the environment is ignored. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly Variable[];

export interface Limits {
  readonly depth: number;
  readonly aliases: number;
  readonly tokens: number;
  /** What lists may add up to, those in lists multiplied. */
  readonly nodes: number;
  /** Bytes of an HTTP body or of one WebSocket message. */
  readonly bytes: number;
  /** Subscriptions of one socket. */
  readonly subscriptions: number;
  /** Sockets of one user. */
  readonly sockets: number;
  /** Heartbeats of one connection in one heartbeat interval. */
  readonly heartbeats: number;
}

/** Everything that the environment decides, checked and deeply frozen. Spans of time are milliseconds. */
export interface Config {
  readonly environment: Settings["NODE_ENV"];
  readonly port: number;
  /** Loopback in development and test; every interface in production, where a container's port must be reachable. */
  readonly host: string;
  /** null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly databasePool: number;
  readonly dataDir: string;
  /** null: events stay in this process. */
  readonly redisUrl: string | null;
  /** At most one of `secret` and `jwksUrl` is set, and in production exactly one. */
  readonly auth: TokenTrust;
  readonly corsOrigins: readonly string[];
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  readonly autoCompleteMs: number;
  /** null: nothing is traced. The OpenTelemetry SDK reads it, and what else it knows, from the environment itself. */
  readonly collectorUrl: string | null;
  /** null: evidence is kept for ever. */
  readonly retentionMs: number | null;
  readonly logLevel: Settings["LOG_LEVEL"];
  readonly limits: Limits;
}

export interface Fault {
  readonly variable: string;
  readonly problem: string;
}

/** Every wrong setting at once, one line each, by name; holds no value that may be secret. */
export class ConfigError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const lines = faults.map(({ variable, problem }) => `\n  ${variable} ${problem}`);
    super(`${faults.length === 1 ? "One setting is" : `${faults.length} settings are`} wrong:${lines.join("")}`);
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/**
 * Reads the environment into a frozen config. An empty variable counts as not set; unknown ones are ignored, and
 * `nearMisses` finds those that were meant for us. Throws ConfigError that names every fault.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const found: Record<string, unknown> = {};
  const faults: Fault[] = [];
  // One by one, not as one object: a rule between two settings must speak even when a third one is wrong.
  for (const name of VARIABLE_NAMES) {
    const result = VARIABLES[name].safeParse(env[name]);
    if (result.success) found[name] = result.data;
    else faults.push({ variable: name, problem: result.error.issues.map((issue) => issue.message).join("; ") });
  }
  const settings = found as Partial<Settings>;
  faults.push(...clashes(settings));
  if (faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(toConfig(settings as Settings));
}

/** Rules between settings, applied to those that are right by themselves (a wrong one is undefined here). */
function clashes(settings: Partial<Settings>): Fault[] {
  const faults: Fault[] = [];
  const { JWT_SECRET, JWT_JWKS_URL, HEARTBEAT_SECONDS, LEASE_SECONDS } = settings;
  if (JWT_SECRET && JWT_JWKS_URL) {
    faults.push({ variable: "JWT_SECRET", problem: "and JWT_JWKS_URL exclude each other: set one of them" });
  }
  if (settings.NODE_ENV === "production" && JWT_SECRET === null && JWT_JWKS_URL === null) {
    faults.push({ variable: "JWT_SECRET", problem: "or JWT_JWKS_URL is required in production" });
  }
  if (settings.NODE_ENV === "production" && settings.DATABASE_URL === null) {
    const problem = `is required in production: a postgresql:// URL, or "${EMBEDDED}" for the store in DATA_DIR`;
    faults.push({ variable: "DATABASE_URL", problem });
  }
  if (HEARTBEAT_SECONDS !== undefined && LEASE_SECONDS !== undefined && LEASE_SECONDS < 2 * HEARTBEAT_SECONDS) {
    const least = (2 * HEARTBEAT_SECONDS) / SECOND;
    faults.push({
      variable: "LEASE_SECONDS",
      problem: `must be at least twice HEARTBEAT_SECONDS, so at least ${least}`,
    });
  }
  return faults;
}

function toConfig(s: Settings): Config {
  return {
    environment: s.NODE_ENV,
    port: s.PORT,
    host: s.HOST ?? (s.NODE_ENV === "production" ? "0.0.0.0" : "127.0.0.1"),
    databaseUrl: s.DATABASE_URL === EMBEDDED ? null : s.DATABASE_URL,
    databasePool: s.DATABASE_POOL,
    dataDir: s.DATA_DIR,
    redisUrl: s.REDIS_URL,
    auth: {
      secret: s.JWT_SECRET,
      jwksUrl: s.JWT_JWKS_URL,
      issuer: s.JWT_ISSUER,
      audience: s.JWT_AUDIENCE,
      claims: { user: s.JWT_USER_CLAIM, roles: s.JWT_ROLES_CLAIM, name: s.JWT_NAME_CLAIM },
    },
    corsOrigins: s.CORS_ORIGINS,
    heartbeatMs: s.HEARTBEAT_SECONDS,
    leaseMs: s.LEASE_SECONDS,
    autoCompleteMs: s.AUTO_COMPLETE_MINUTES,
    collectorUrl: s.OTEL_EXPORTER_OTLP_ENDPOINT,
    retentionMs: s.RETENTION_DAYS === 0 ? null : s.RETENTION_DAYS,
    logLevel: s.LOG_LEVEL,
    limits: {
      depth: s.LIMIT_DEPTH,
      aliases: s.LIMIT_ALIASES,
      tokens: s.LIMIT_TOKENS,
      nodes: s.LIMIT_NODES,
      bytes: s.LIMIT_BYTES,
      subscriptions: s.LIMIT_SUBSCRIPTIONS,
      sockets: s.LIMIT_SOCKETS,
      heartbeats: s.LIMIT_HEARTBEATS,
    },
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value) as unknown[]) {
    if (typeof part === "object" && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}

/**
 * The environment of a command: the variables of the process, and for those that it lacks a file `.env` in the working
 * directory, if there is one. Tests are left alone: a developer's `.env` must not decide what they do.
 */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (process.env.NODE_ENV !== "test" && existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}
