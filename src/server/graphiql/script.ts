/**
 * What the GraphiQL page runs after its libraries (graphqlWs and YogaGraphiQL are theirs; WORKERS, OPTIONS and
 * TOUR_TOKENS stand before it). The bundle's own fetcher keeps the headers editor from WebSockets, so this one sends the token both ways:
 * as the Authorization header over HTTP, as connectionParams.authorization over graphql-transport-ws. Every subscription
 * has a socket of its own: it carries the token that the editor held at its start, and stopping it closes the socket.
 */
export const GRAPHIQL_SCRIPT = `
const workerUrls = {};
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl(_module, label) {
    workerUrls[label] ??= URL.createObjectURL(new Blob([WORKERS[label]], { type: "text/javascript" }));
    return workerUrls[label];
  },
};

const endpoint = new URL(location.pathname, location.href);

function isSubscription(documentAST, operationName) {
  const operations = (documentAST?.definitions ?? []).filter((node) => node.kind === "OperationDefinition");
  const chosen = operations.length > 1 ? operations.find((node) => node.name?.value === operationName) : operations[0];
  return chosen?.operation === "subscription";
}

async function overHttp(request, headers) {
  const response = await fetch(endpoint, {
    method: "POST",
    credentials: "omit",
    headers: { accept: "application/json", ...headers, "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("HTTP " + response.status + ": " + text.slice(0, 500));
  }
}

function overWebSocket(request, headers) {
  const url = new URL(endpoint);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const authorization = Object.entries(headers).find(([name]) => name.toLowerCase() === "authorization")?.[1];
  return {
    subscribe(sink) {
      const client = graphqlWs.createClient({
        url: url.href,
        connectionParams: authorization ? { authorization } : {},
        // Its own rule tries 4403 again and again, in silence; here the token stays what it is.
        shouldRetry: (error) => error instanceof CloseEvent && error.code !== 4403,
      });
      const stop = client.subscribe(request, {
        next: (result) => sink.next(result),
        error: (error) => sink.error(inWords(error)),
        complete: () => sink.complete(),
      });
      return {
        unsubscribe() {
          stop();
          client.dispose();
        },
      };
    },
  };
}

function inWords(error) {
  if (error instanceof CloseEvent) return { message: "The socket was closed: " + error.code + " " + error.reason };
  if (error instanceof Event) return { message: "The socket could not be opened." };
  return error;
}

/** Without what is still empty: "Authorization": "Bearer " would make an anonymous request a wrong one. */
function filledIn(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => !/^\\s*(bearer)?\\s*$/i.test(value)));
}

const connections = {};

/** Not randomUUID, which a page has on https and on this machine only. */
function unusedId() {
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, "0"));
  return "5ca1ab1e-0000-4000-8000-" + bytes.join("");
}

/** A server in development gives them to a page on its own machine; elsewhere TOUR_TOKENS is null. */
async function tokensOfTour() {
  if (TOUR_TOKENS === null || !JSON.stringify(OPTIONS).includes("{{token of the")) return {};
  try {
    const response = await fetch(TOUR_TOKENS, { credentials: "omit" });
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

let tokens = {};
const withToken = (headers) => headers.replace(/{{token of the (\\w+)}}/g, (_, role) => tokens[role] ?? "");

const filledInTab = (tab) => ({
  ...tab,
  headers: withToken(tab.headers),
  variables: tab.variables
    .replace(/{{minute (-?\\d+)}}/g, (_, minute) => new Date(Date.now() + minute * 60_000).toISOString())
    .replace(/{{connection of the (\\w+)}}/g, (_, who) => (connections[who] ??= unusedId())),
});

/**
 * GraphiQL fills its editors from what was open last, and not from the first tab when there is nothing yet: then, and in a page
 * where nothing was touched before, they begin with the first one.
 */
function beginning(tabs) {
  if (new URL(location.href).searchParams.has("query")) return {};
  try {
    if (localStorage.getItem("graphiql:query") !== null) return {};
    tabs = JSON.parse(localStorage.getItem("graphiql:tabState"))?.tabs ?? tabs;
  } catch {
    // No storage, so nothing was kept.
  }
  const [{ query, variables, headers }] = tabs;
  return { initialQuery: query, initialVariables: variables, initialHeaders: headers };
}

async function open() {
  tokens = await tokensOfTour();
  const defaultTabs = OPTIONS.defaultTabs.map(filledInTab);

  YogaGraphiQL.renderYogaGraphiQL(document.getElementById("root"), {
    ...OPTIONS,
    headers: withToken(OPTIONS.headers),
    defaultTabs,
    ...beginning(defaultTabs),
    fetcher(request, { headers = {}, documentAST } = {}) {
      const send = isSubscription(documentAST, request.operationName) ? overWebSocket : overHttp;
      return send(request, filledIn(headers));
    },
  });
}

void open();
`;
