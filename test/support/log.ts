import type { Log } from "../../src/services/shared/ports.ts";

/** Says nothing but errors: none is expected, and a masked one would be a riddle. */
export const silent: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (details, message) => console.error(message, details),
};
