import { readBearer } from "../auth/bearer.ts";
import type { TokenVerifier } from "../auth/tokens.ts";
import type { Viewer } from "../auth/viewer.ts";
import { RollcallError } from "../domain/errors.ts";
import type { Log } from "../services/ports.ts";
import { noteRefusal } from "./refused-tokens.ts";
import { shut, type SocketExtra } from "./socket.ts";

/** Who says hello with these parameters. Null: closed with 4403, or when the keys cannot be had, with 1013 for another try. */
export async function authenticate(
  { verifier, log }: { readonly verifier: TokenVerifier; readonly log: Log },
  params: Record<string, unknown>,
  extra: SocketExtra,
): Promise<Viewer | null> {
  const key = Object.keys(params).find((name) => name.toLowerCase() === "authorization");
  try {
    const token = readBearer(key === undefined ? null : params[key]);
    // graphql-ws keeps the parameters as long as the socket; a token is nobody's to find there.
    if (key !== undefined) delete params[key];
    return token === null ? null : await verifier.verify(token);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    noteRefusal(log, error, { socketId: extra.id });
    if (error.code === "UNAVAILABLE") shut(extra, 1013, "Try again later");
    return null;
  }
}
