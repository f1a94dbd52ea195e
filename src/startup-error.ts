export type StartupCode =
  | "DATABASE_UNREACHABLE"
  | "DATABASE_TOO_OLD"
  | "DATABASE_READ_ONLY"
  | "DATABASE_POOLER"
  | "DATABASE_CLOCK"
  | "DATABASE_ENCODING"
  | "DATABASE_ISOLATION"
  | "MIGRATION_FAILED"
  | "DATA_DIRECTORY_IN_USE"
  | "DATA_DIRECTORY_UNUSABLE";

/** Why the server can't start. The message is for whoever runs it: what is wrong, then what to do. It holds no password. */
export class StartupError extends Error {
  readonly code: StartupCode;

  constructor(code: StartupCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StartupError";
    this.code = code;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
