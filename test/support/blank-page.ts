import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An empty page of somebody's application, at an origin of its own. */
export async function blankPage(): Promise<{ readonly origin: string; dispose(): void }> {
  const server = createServer((_req, res) => {
    res.writeHead(200, { "content-type": "text/html" });
    res.end("<!doctype html><title>An application</title>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    dispose() {
      server.closeAllConnections();
      server.close();
    },
  };
}
