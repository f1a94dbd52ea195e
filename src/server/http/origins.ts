import type { IncomingMessage } from "node:http";
import type { Log } from "../../services/shared/ports.ts";
import { isOrigin } from "../../domain/text.ts";

/** Origins are of their senders' choice: no more than so many are logged. */
const MAX_LOGGED_ORIGINS = 10;
const MAX_ORIGIN_LENGTH = 200;

/** Which pages may call: those of this server itself and of CORS_ORIGINS. The first refusal of each origin is logged. */
export class Origins {
  readonly #allowed: readonly string[];
  readonly #log: Pick<Log, "warn">;
  readonly #logged = new Set<string>();

  constructor(allowed: readonly string[], log: Pick<Log, "warn">) {
    this.#allowed = allowed;
    this.#log = log;
  }

  /** Whether a page of that origin may open a socket, or read an answer, here. Programs send none. */
  admits({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined || this.#allowed.includes(origin)) return true;
    if (URL.canParse(origin) && new URL(origin).host === host) return true;
    this.#note(origin);
    return false;
  }

  #note(origin: string): void {
    // Others, such as "null" or that of an extension, no setting would admit.
    if (!isOrigin(origin) || origin.length > MAX_ORIGIN_LENGTH) return;
    if (this.#logged.has(origin) || this.#logged.size >= MAX_LOGGED_ORIGINS) return;
    this.#logged.add(origin);
    const setting = `CORS_ORIGINS=${[...this.#allowed, origin].join(",")}`;
    this.#log.warn({ origin, setting }, "a page of this origin was refused; the setting would admit it");
  }
}
