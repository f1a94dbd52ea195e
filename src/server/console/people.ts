import type { IncomingMessage } from "node:http";
import type { Tour } from "../graphiql/tour.ts";

/** Somebody to sign in as, in development. */
export interface OfferedPerson {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly token: string;
}

/** What a server in development gives to browsers on its machine. */
export interface Offer {
  /** Whom the console offers to sign in as. */
  people(): Promise<readonly OfferedPerson[]>;
  /** For the people of GraphiQL's tour, who need not exist before its first step. */
  token(person: { readonly id: number; readonly name: string; readonly role: Guided }): Promise<string>;
}

const GUIDED = ["admin", "tutor", "student"] as const;
type Guided = (typeof GUIDED)[number];

/** A token for each role of the tour. */
export async function guideTokens(offer: Offer, tour: Tour): Promise<Record<string, string>> {
  const tokens = GUIDED.map(async (role) => [role, await offer.token({ ...tour[role], role })] as const);
  return Object.fromEntries(await Promise.all(tokens));
}

const LOOPBACK = /^(::1|(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/**
 * Asked by a page of this server in a browser on this machine. Three ways around that are closed: a proxy that lets
 * others in (it says so in a header), a foreign name that leads here (DNS rebinding: the Host is not ours), and a
 * foreign page (the browser says that the request comes from elsewhere).
 */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  return (
    LOOPBACK.test(socket.remoteAddress ?? "") &&
    LOCAL_HOST.test(headers.host ?? "") &&
    FORWARDED.every((name) => headers[name] === undefined) &&
    (headers["sec-fetch-site"] ?? "same-origin") === "same-origin"
  );
}
