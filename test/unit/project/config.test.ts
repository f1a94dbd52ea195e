import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, readConfig, VARIABLE_NAMES, type Fault } from "../../../src/config.ts";
import { nearMisses } from "../../../src/near-misses.ts";

const SECRET = "correct-horse-battery-staple-and-more";

function faultsOf(env: Record<string, string>): readonly Fault[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const PRODUCTION = { NODE_ENV: "production", DATABASE_URL: "postgresql://db/rollcall" };

const namesOf = (env: Record<string, string>) => faultsOf(env).map((fault) => fault.variable);

describe("the environment", () => {
  it("needs nothing outside production and has the documented defaults", () => {
    expect(readConfig({})).toEqual({
      environment: "development",
      port: 4000,
      host: "127.0.0.1",
      databaseUrl: null,
      databasePool: 10,
      dataDir: ".data",
      redisUrl: null,
      auth: {
        secret: null,
        jwksUrl: null,
        issuer: null,
        audience: null,
        claims: { user: "sub", roles: "roles", name: "name" },
      },
      corsOrigins: [],
      heartbeatMs: 15_000,
      leaseMs: 35_000,
      autoCompleteMs: 1_800_000,
      collectorUrl: null,
      retentionMs: null,
      logLevel: "info",
      limits: {
        depth: 8,
        aliases: 15,
        tokens: 1000,
        nodes: 10_000,
        bytes: 131_072,
        subscriptions: 20,
        sockets: 10,
        heartbeats: 3,
      },
    });
  });

  it("counts an empty variable as not set, and ignores unknown ones", () => {
    const empty = Object.fromEntries(VARIABLE_NAMES.map((name) => [name, ""]));
    expect(readConfig({ ...empty, PATH: "/bin", SOMETHING_ELSE: "*" })).toEqual(readConfig({}));
  });

  it("is described by .env.example with every variable and its default", () => {
    const example = parseEnv(readFileSync(new URL("../../../.env.example", import.meta.url), "utf8"));
    expect(Object.keys(example).sort()).toEqual([...VARIABLE_NAMES].sort());
    expect(readConfig(example)).toEqual(readConfig({}));
  });

  it("becomes a config that nobody can change, at any depth", () => {
    const config = readConfig({ CORS_ORIGINS: "https://a.example" });
    for (const part of [config, config.auth, config.limits, config.corsOrigins])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it("listens on loopback unless told, and on every interface in production, where containers need it", () => {
    expect(readConfig({ NODE_ENV: "test" }).host).toBe("127.0.0.1");
    expect(readConfig({ ...PRODUCTION, JWT_SECRET: SECRET }).host).toBe("0.0.0.0");
    expect(readConfig({ ...PRODUCTION, JWT_SECRET: SECRET, HOST: "::1" }).host).toBe("::1");
  });

  it("takes values that are right", () => {
    const config = readConfig({
      PORT: "0",
      DATABASE_URL: "postgresql://u:p@db:5432/rollcall",
      REDIS_URL: "rediss://:p@cache:6380/1",
      JWT_JWKS_URL: "http://127.0.0.1:9000/keys",
      JWT_ISSUER: "https://id.example/",
      JWT_AUDIENCE: "rollcall",
      CORS_ORIGINS: "https://a.example, http://localhost:5173,,https://a.example",
      HEARTBEAT_SECONDS: "1",
      LEASE_SECONDS: "2",
      AUTO_COMPLETE_MINUTES: "0",
      RETENTION_DAYS: "365",
    });
    expect(config).toMatchObject({ port: 0, heartbeatMs: 1_000, leaseMs: 2_000, autoCompleteMs: 0 });
    expect(config.retentionMs).toBe(31_536_000_000);
    expect(config.databaseUrl).toBe("postgresql://u:p@db:5432/rollcall");
    expect(config.redisUrl).toBe("rediss://:p@cache:6380/1");
    expect(config.auth.jwksUrl).toBe("http://127.0.0.1:9000/keys");
    expect(config.corsOrigins).toEqual(["https://a.example", "http://localhost:5173"]);
  });
});

const WRONG: Partial<Record<(typeof VARIABLE_NAMES)[number], string[]>> = {
  NODE_ENV: ["prod", "Production", " "],
  PORT: ["-1", "65536", "4000.5", "0x10", "1e3", " 80", "+80", "four"],
  HOST: ["http://localhost", "localhost:4000", "a b", "/tmp/socket", "[::1]"],
  DATABASE_URL: ["mysql://db/x", "db:5432", "postgres:db", "/var/lib/db"],
  DATABASE_POOL: ["0", "501", "ten"],
  DATA_DIR: ["a\0b"],
  REDIS_URL: ["http://cache", "cache:6379", "redis:cache"],
  JWT_SECRET: ["short", "x".repeat(31)],
  JWT_JWKS_URL: [
    "http://id.example/keys",
    "http://127.0.0.1.evil.example/",
    "https://u:p@id.example/",
    "ftp://x",
    "keys",
  ],
  JWT_ISSUER: ["a\0b"],
  JWT_AUDIENCE: ["a\0b"],
  JWT_USER_CLAIM: ["a\0b"],
  JWT_ROLES_CLAIM: ["a\0b"],
  JWT_NAME_CLAIM: ["a\0b"],
  CORS_ORIGINS: [
    "*",
    "https://a.example,*",
    "https://a.example/",
    "https://a.example/app",
    "https://A.example",
    "https://a.example:443",
    "https://*.a.example",
    "https://u:p@a.example",
    "a.example",
    "null",
    "file:///a",
  ],
  HEARTBEAT_SECONDS: ["0", "-15", "1.5", "301", "Infinity"],
  LEASE_SECONDS: ["1", "3601", "35s", "NaN"],
  RETENTION_DAYS: ["-1", "36501", "1.5", "for ever"],
  AUTO_COMPLETE_MINUTES: ["-1", "10081", "soon"],
  OTEL_EXPORTER_OTLP_ENDPOINT: ["collector:4318", "grpc://collector:4317", "/v1/traces"],
  LOG_LEVEL: ["verbose", "INFO", "9"],
  LIMIT_DEPTH: ["0", "101", "deep"],
  LIMIT_ALIASES: ["-1", "1000001"],
  LIMIT_TOKENS: ["0", "1000001"],
  LIMIT_NODES: ["0", "100000001", "1e4"],
  LIMIT_BYTES: ["1023", "67108865", "128KiB"],
  LIMIT_SUBSCRIPTIONS: ["0", "1000001"],
  LIMIT_SOCKETS: ["0", "1000001"],
  LIMIT_HEARTBEATS: ["0", "1000001"],
};

describe("a wrong setting", () => {
  it("is known to these tests for every variable", () => {
    expect(Object.keys(WRONG).sort()).toEqual([...VARIABLE_NAMES].sort());
  });

  it.each(Object.entries(WRONG).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    "%s=%j is named, with what is allowed",
    (name, value) => {
      const faults = faultsOf({ [name]: value });
      expect(faults.map((fault) => fault.variable)).toEqual([name]);
      expect(faults[0]?.problem).toMatch(/^must (be|not|name)/);
    },
  );

  it("every one of them is named in one message", () => {
    const all = Object.fromEntries(Object.entries(WRONG).map(([name, values]) => [name, values[0] ?? ""]));
    expect(namesOf(all).sort()).toEqual([...VARIABLE_NAMES].sort());
    expect(() => readConfig(all)).toThrow(
      new RegExp(`^${VARIABLE_NAMES.length} settings are wrong:\n {2}NODE_ENV must`),
    );
  });

  it("is found between two settings too, even while a third is wrong", () => {
    const names = namesOf({
      HEARTBEAT_SECONDS: "20",
      PORT: "x",
      JWT_SECRET: SECRET,
      JWT_JWKS_URL: "https://id.example/",
    });
    expect(names).toEqual(["PORT", "JWT_SECRET", "LEASE_SECONDS"]);
  });

  it("never shows a value that may be secret", () => {
    const secrets = ["hunter2-short", "pg-hunter2", "redis-hunter2", "jwks-hunter2", "origin-hunter2"];
    const env = {
      JWT_SECRET: "hunter2-short",
      DATABASE_URL: "mysql://u:pg-hunter2@db/x",
      REDIS_URL: "http://u:redis-hunter2@cache",
      JWT_JWKS_URL: "https://u:jwks-hunter2@id.example",
      CORS_ORIGINS: "https://u:origin-hunter2@a.example",
    };
    const said = `${new ConfigError(faultsOf(env)).message}`;
    expect(faultsOf(env)).toHaveLength(5);
    for (const secret of secrets) expect(said).not.toContain(secret);
  });
});

describe("rules between settings", () => {
  it("the lease must be at least two heartbeats long", () => {
    expect(namesOf({ HEARTBEAT_SECONDS: "10", LEASE_SECONDS: "19" })).toEqual(["LEASE_SECONDS"]);
    expect(namesOf({ HEARTBEAT_SECONDS: "10", LEASE_SECONDS: "20" })).toEqual([]);
    expect(faultsOf({ HEARTBEAT_SECONDS: "20" })[0]?.problem).toContain("at least 40");
  });

  it("§6 production requires JWT_SECRET or JWT_JWKS_URL", () => {
    expect(namesOf(PRODUCTION)).toEqual(["JWT_SECRET"]);
    expect(namesOf({ ...PRODUCTION, JWT_SECRET: SECRET })).toEqual([]);
    expect(namesOf({ ...PRODUCTION, JWT_JWKS_URL: "https://id.example/keys" })).toEqual([]);
    expect(faultsOf({ ...PRODUCTION, JWT_SECRET: "short" })).toHaveLength(1);
  });

  it("production runs on the store in DATA_DIR only where that is asked for by name", () => {
    const production = { NODE_ENV: "production", JWT_SECRET: SECRET };
    expect(namesOf(production)).toEqual(["DATABASE_URL"]);
    expect(namesOf({ ...production, DATABASE_URL: "" })).toEqual(["DATABASE_URL"]);
    expect(readConfig({ ...production, DATABASE_URL: "embedded" }).databaseUrl).toBeNull();
    expect(readConfig({ DATABASE_URL: "embedded" }).databaseUrl).toBeNull();
    expect(namesOf({ REDIS_URL: "embedded" })).toEqual(["REDIS_URL"]);
  });

  it("§6 both at once are a fault everywhere", () => {
    expect(namesOf({ JWT_SECRET: SECRET, JWT_JWKS_URL: "https://id.example/keys" })).toEqual(["JWT_SECRET"]);
  });

  it("§6 the secret is measured in bytes of UTF-8, not in characters", () => {
    expect(readConfig({ JWT_SECRET: "é".repeat(16) }).auth.secret).toBe("é".repeat(16));
    expect(namesOf({ JWT_SECRET: "é".repeat(15) })).toEqual(["JWT_SECRET"]);
  });
});

describe("a variable that looks like a setting", () => {
  const meantBy = (name: string) => nearMisses({ [name]: "hunter2" }, VARIABLE_NAMES)[0]?.meant;

  it.each([
    ["DATABASEURL", "DATABASE_URL"],
    ["DATABASE_URI", "DATABASE_URL"],
    ["database_url", "DATABASE_URL"],
    ["ROLLCALL_DATABASE_URL", "DATABASE_URL"],
    ["CORS_ORIGIN", "CORS_ORIGINS"],
    ["JWT_SECERT", "JWT_SECRET"],
    ["JWKS_URL", undefined],
    ["HEARTBEAT_SECOND", "HEARTBEAT_SECONDS"],
    ["LIMIT_SOCKET", "LIMIT_SOCKETS"],
    ["LOGLEVEL", "LOG_LEVEL"],
  ])("%s is told to be %s", (given, meant) => expect(meantBy(given)).toBe(meant));

  it("is none of ours, nor what environments are full of", () => {
    const usual = [
      "PATH",
      "HOME",
      "HOSTNAME",
      "HOSTS",
      "POST",
      "PWD",
      "USER",
      "SHELL",
      "NODE_OPTIONS",
      "DATABASE",
      "_",
    ];
    const others = ["PGHOST", "POSTGRES_URL", "OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_HEADERS", "npm_config_loglevel"];
    const names = [...usual, ...others, ...VARIABLE_NAMES];
    expect(nearMisses(Object.fromEntries(names.map((name) => [name, ""])), VARIABLE_NAMES)).toEqual([]);
  });
});
