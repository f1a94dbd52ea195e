import type { IncomingMessage, ServerResponse } from "node:http";
import type { ConsoleFile, ConsoleFiles } from "./files.ts";
import { guideTokens, isLocal, type Offer } from "./people.ts";
import { type Tour, TOUR_TOKENS } from "../graphiql/tour.ts";

/**
 * The page runs its own script and style only, talks to this server only, and puts no text into the document as markup.
 * `'self'` of connect-src covers the WebSocket of the same host.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** Names of files carry a hash of what is in them. */
const FOR_EVER = "public, max-age=31536000, immutable";
const PAGES = /^\/console(\/|\/sessions\/\d{1,10})?$/;
const ASSETS = "/console/assets/";
const OFFERED = { "content-type": "application/json", "cache-control": "no-store" };

export type ConsoleHandler = (path: string, req: IncomingMessage, res: ServerResponse) => void;

/**
 * The console: /console, /console/sessions/7 and the files of its build.
 * @param files null: it was not built @param offer null: nobody gets a token here
 * @param failed takes why a token could not be made
 */
export function createConsoleHandler(
  files: ConsoleFiles | null,
  offer: Offer | null,
  tour: () => Tour,
  failed: (error: unknown) => void,
): ConsoleHandler {
  const offers = new Map<string, () => Promise<unknown>>();
  if (offer !== null) {
    offers.set("/console/people", () => offer.people());
    offers.set(TOUR_TOKENS, () => guideTokens(offer, tour()));
  }
  const page = files === null ? null : withOffer(files.page, offer !== null);
  return (path, req, res) => {
    if (req.method !== "GET" && req.method !== "HEAD") {
      res.setHeader("allow", "GET, HEAD");
      return say(res, 405, "Ask with GET.");
    }
    const offered = offers.get(path);
    if (offered !== undefined && isLocal(req)) {
      return void offered().then(
        (tokens) => res.writeHead(200, OFFERED).end(JSON.stringify(tokens)),
        (error: unknown) => {
          failed(error);
          say(res, 500, "No tokens could be made.");
        },
      );
    }
    if (files === null || page === null) {
      return say(res, 503, "The console is not built. Run `npm run build`, then start the server by `npm start`.");
    }
    const asset = path.startsWith(ASSETS) ? files.assets.get(path.slice(ASSETS.length)) : undefined;
    if (asset !== undefined) return send(req, res, asset, FOR_EVER);
    if (!PAGES.test(path)) return say(res, 404, "There is no such page. The console is at /console.");
    res.setHeader("content-security-policy", POLICY);
    send(req, res, page, "no-cache");
  };
}

/** Tells the page whether there are people to sign in as, so that it need not ask where there are none. */
function withOffer(page: ConsoleFile, offered: boolean): ConsoleFile {
  if (offered) return page;
  const plain = Buffer.from(page.plain.toString("utf8").replace(/\s*<meta name="rollcall-people"[^>]*>/, ""));
  return { ...page, plain, gzipped: plain, etag: `${page.etag}-` };
}

function send(req: IncomingMessage, res: ServerResponse, file: ConsoleFile, caching: string): void {
  const zipped = file.gzipped.length < file.plain.length && /\bgzip\b/.test(String(req.headers["accept-encoding"]));
  const etag = zipped ? `"${file.etag}-gz"` : `"${file.etag}"`;
  res.setHeader("cache-control", caching);
  res.setHeader("vary", "accept-encoding");
  res.setHeader("etag", etag);
  if (req.headers["if-none-match"]?.includes(etag)) return void res.writeHead(304).end();
  const body = zipped ? file.gzipped : file.plain;
  if (zipped) res.setHeader("content-encoding", "gzip");
  res.writeHead(200, { "content-type": file.type, "content-length": body.length });
  res.end(req.method === "HEAD" ? undefined : body);
}

function say(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  res.end(`${text}\n`);
}
