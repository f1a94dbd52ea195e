import { parseArgs, type ParseArgsConfig } from "node:util";
import { isRole, type Role, userId, VIEWER_ROLES } from "../auth/claims.ts";

export const USAGE = `Prints a token for the API, signed with JWT_SECRET or with the secret that the server made in DATA_DIR.

  npm run -s token -- --user 1 --role tutor [--role parent] [--active parent] [--name "Ada"] [--minutes 60]

  --user     the user's id, 1 to 2147483647
  --role     ${VIEWER_ROLES.join(", ")}; may be given more than once
  --active   the one role that counts, if not all of them
  --name     the name to show while the user is not stored
  --minutes  how long the token is valid, 1 to 525600 (60 unless told)
`;

/** What to issue; `minutes` is how long it lives. */
export interface TokenWish {
  user: number;
  roles: Role[];
  activeRole?: Role;
  name?: string;
  minutes: number;
}

/** The arguments are wrong; the message says which, for a person. */
export class UsageError extends Error {}

/** What the arguments ask for, or null for --help. Throws UsageError. */
export function readArguments(args: string[]): TokenWish | null {
  const values = parse(args, TOKEN_OPTIONS);
  if (values.help === true) return null;
  const user = userOf(values.user);
  const roles = [...new Set((values.role ?? []).map((word) => knownRole(word, "--role")))];
  if (roles.length === 0) throw new UsageError("--role is missing");
  const activeRole = values.active === undefined ? undefined : knownRole(values.active, "--active");
  if (activeRole !== undefined && !roles.includes(activeRole)) {
    throw new UsageError("--active must be one of the roles given with --role");
  }
  const minutes = Number(values.minutes);
  if (!/^\d{1,6}$/.test(values.minutes) || minutes < 1 || minutes > 525_600) {
    throw new UsageError("--minutes must be a whole number from 1 to 525600");
  }
  return { user, roles, minutes, ...(activeRole && { activeRole }), ...(values.name && { name: values.name }) };
}

const TOKEN_OPTIONS = {
  user: { type: "string" },
  role: { type: "string", multiple: true },
  active: { type: "string" },
  name: { type: "string" },
  minutes: { type: "string", default: "60" },
  help: { type: "boolean", short: "h" },
} as const;

const PERSON_OPTIONS = {
  user: { type: "string" },
  yes: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** `parseArgs` throws a TypeError with a message for a person. */
function parse<T extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function userOf(value: string | undefined): number {
  const user = userId(value);
  if (user === null) throw new UsageError("--user must be a whole number from 1 to 2147483647");
  return user;
}

function knownRole(word: string, option: string): Role {
  if (isRole(word)) return word;
  throw new UsageError(`${option} must be one of ${VIEWER_ROLES.join(", ")}`);
}

/** The person that a command is about. */
export interface PersonWish {
  readonly user: number;
  readonly yes: boolean;
}

/** What the arguments ask for, or null for --help. Throws UsageError; `--yes` is one unless the command asks for it. */
export function readPersonArguments(args: string[], asksForYes: boolean): PersonWish | null {
  const { user, yes = false, help = false } = parse(args, PERSON_OPTIONS);
  if (help) return null;
  if (yes && !asksForYes) throw new UsageError("--yes has no meaning here");
  return { user: userOf(user), yes };
}
