import { parseArgs } from "node:util";
import { userId } from "../auth/claims.ts";
import { UsageError } from "./token-arguments.ts";

/** The person that a command is about. */
export interface PersonWish {
  readonly user: number;
  readonly yes: boolean;
}

/** What the arguments ask for, or null for --help. Throws UsageError; `--yes` is one unless the command asks for it. */
export function readPersonArguments(args: string[], asksForYes: boolean): PersonWish | null {
  const { user, yes = false, help = false } = parse(args);
  if (help) return null;
  if (yes && !asksForYes) throw new UsageError("--yes has no meaning here");
  const id = userId(user);
  if (id === null) throw new UsageError("--user must be a whole number from 1 to 2147483647");
  return { user: id, yes };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { user: { type: "string" }, yes: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
