/**
 * What the GraphiQL page runs after its libraries (graphqlWs and YogaGraphiQL are theirs; WORKERS and OPTIONS stand
 * before it). The bundle's own fetcher keeps the headers editor from WebSockets, so this one sends the token both ways:
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

YogaGraphiQL.renderYogaGraphiQL(document.getElementById("root"), {
  ...OPTIONS,
  fetcher(request, { headers = {}, documentAST } = {}) {
    const send = isSubscription(documentAST, request.operationName) ? overWebSocket : overHttp;
    return send(request, filledIn(headers));
  },
});
`;
