import type { IncomingMessage } from "node:http";
import { expectKind } from "../../domain/errors.ts";
import type { Refusal } from "./admission.ts";
import { nestsTooDeeply } from "../operations.ts";

const CLOSE = { connection: "close" };

/**
 * Reads a request's body, for Yoga to find as `body`, and sees to what Yoga would trip over.
 * @returns why the request is refused; null: it may go on
 */
export async function takeIn(req: IncomingMessage & { body?: string }, maxBytes: number): Promise<Refusal | null> {
  if (!URL.canParse(`http://${req.headers.host ?? "localhost"}${req.url ?? "/"}`)) {
    return {
      status: 400,
      code: "BAD_USER_INPUT",
      message: "The Host header or the address is malformed.",
      headers: CLOSE,
    };
  }
  // Media types are of no case; Yoga knows this one in lower case only.
  const type = req.headers["content-type"];
  if (type !== undefined)
    req.headers["content-type"] = type.replace(/^application\/json *(?=;|$)/i, "application/json");
  if (req.method === "GET") return refuseBadJson(req.url ?? "");
  if (req.method !== "POST") return null;
  const tooLarge = {
    status: 413,
    code: "QUERY_TOO_COMPLEX",
    message: `A request has at most ${maxBytes} bytes.`,
    headers: CLOSE,
  } as const;
  if (Number(req.headers["content-length"] ?? 0) > maxBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBytes) return tooLarge;
  }
  const body = Buffer.concat(chunks).toString("utf8");
  req.body = body;
  // Of other types 415 is said later. Yoga would answer 200 to those who accept application/json.
  const isJson = /^application\/json *(;|$)/.test(req.headers["content-type"] ?? "");
  return isJson ? refuseJson("The body", body) : null;
}

/** The parameters of a GET that hold JSON; Yoga parses them where nobody catches. */
function refuseBadJson(url: string): Refusal | null {
  const { searchParams } = new URL(url, "http://localhost");
  for (const name of ["variables", "extensions"]) {
    const refusal = refuseJson(name, searchParams.get(name) || "{}");
    if (refusal !== null) return refusal;
  }
  return null;
}

function refuseJson(what: string, text: string): Refusal | null {
  const refusal = (why: string): Refusal => ({
    status: 400,
    code: "BAD_USER_INPUT",
    message: `${what} ${why}.`,
    headers: CLOSE,
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    expectKind(error, SyntaxError);
    return refusal("is not valid JSON");
  }
  return nestsTooDeeply(value) ? refusal("is nested too deeply") : null;
}
