import { existsSync } from "node:fs";

/**
 * The environment of a command: the variables of the process, and for those that it lacks a file `.env` in the working
 * directory, if there is one. Tests are left alone: a developer's `.env` must not decide what they do.
 */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (process.env.NODE_ENV !== "test" && existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}
