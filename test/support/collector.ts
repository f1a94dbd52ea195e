import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/** A collector of traces, as OTLP over HTTP speaks to it in JSON. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly CollectedSpan[];
  /** What came, as it came. */
  readonly bodies: readonly string[];
  /** The name under which the server reports. */
  readonly service: unknown;
  dispose(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

/** @param options.answers false: it takes what comes and never answers. @param options.port a free one unless told */
export async function openCollector(options: { answers?: boolean; port?: number } = {}): Promise<Collector> {
  const { answers = true, port = 0 } = options;
  const spans: CollectedSpan[] = [];
  const bodies: string[] = [];
  let service: unknown;
  const server = createServer((req, res) => {
    let body = "";
    req.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    req.on("end", () => {
      if (req.url !== "/v1/traces" || req.headers["content-type"] !== "application/json")
        return res.writeHead(415).end();
      bodies.push(body);
      for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
        service = attributesOf(resource.attributes)["service.name"];
        for (const span of scopeSpans.flatMap((scope: { spans: unknown }) => scope.spans)) {
          spans.push({ ...span, attributes: attributesOf(span.attributes), failed: span.status.code === 2 });
        }
      }
      if (answers) res.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    get service() {
      return service;
    },
    async dispose() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const attributesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]));
