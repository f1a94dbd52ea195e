import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { GraphiQLOptions } from "graphql-yoga";
import { GRAPHIQL_SCRIPT } from "./script.ts";
import { headersOf, tabsOf, type Tour, TOUR_TOKENS } from "./tour.ts";

/** For yoga's option `graphiql`. The title becomes HTML in the page: never put anything into it that is not fixed. */
export function graphiqlOptions(tour: Tour): GraphiQLOptions {
  return { title: "Rollcall", headers: headersOf(tour.tutor, "tutor"), defaultTabs: tabsOf(tour) };
}

/** GraphiQL moves a tab as soon as it has the focus: from under the pointer, so that a click never reached it. */
const STAY = ".graphiql-tab { transform: none !important }";

/**
 * For yoga's option `renderGraphiQL`: one page that holds all it needs and asks nobody but this server for anything
 * (yoga's own would load its script from a CDN). Built at the first call (it has 9 MB) and kept for these options.
 * @param deps.offersTokens the server has development tokens for the people of the tour
 */
export function createGraphiQLPage({ offersTokens }: { readonly offersTokens: boolean }) {
  let built: { options: string; page: Promise<string> } | null = null;
  return (options: GraphiQLOptions = {}): Promise<string> => {
    const key = JSON.stringify(options);
    if (built?.options !== key) built = { options: key, page: buildPage(key, offersTokens ? TOUR_TOKENS : null) };
    return built.page;
  };
}

async function buildPage(options: string, tokens: string | null): Promise<string> {
  // Loaded here, because a server in production never shows the page and need not keep it in memory.
  const bundle = await import("@graphql-yoga/render-graphiql/graphiql");
  const workers = {
    editorWorkerService: bundle.editorWorkerService,
    json: bundle.jsonWorker,
    graphql: bundle.graphqlWorker,
  };
  const script = inline(
    [
      await webSocketClient(),
      bundle.js,
      `const WORKERS = ${JSON.stringify(workers)};`,
      `const OPTIONS = ${options};`,
      `const TOUR_TOKENS = ${JSON.stringify(tokens)};`,
      GRAPHIQL_SCRIPT,
    ].join("\n;\n"),
  );
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy(script)}" />
    <meta name="referrer" content="no-referrer" />
    <title>Rollcall: GraphiQL</title>
    <link rel="icon" href="${bundle.favicon}" />
    <style>html, body, #root { height: 100%; margin: 0 }</style>
    <style>${bundle.css}</style>
    <style>${STAY}</style>
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript.</noscript>
    <div id="root"></div>
    <script>${script}</script>
  </body>
</html>
`;
}

/** Only the page's own script runs, and it talks to this server only. The editor writes its own styles as it goes. */
function policy(script: string): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "worker-src blob:",
    "connect-src 'self'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "font-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** graphql-ws as one script for a browser, from the package that serves the other end; its exports do not name the file. */
async function webSocketClient(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve("graphql-ws");
  return readFile(join(entry, "../../umd/graphql-ws.min.js"), "utf8");
}

/** Inside a script element these would end it or open another; in a string or a regular expression `\x3c` is the same. */
function inline(script: string): string {
  return script.replace(/<(?=!--|\/?script)/gi, "\\x3c");
}
