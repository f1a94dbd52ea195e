import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { describe, expect, test } from "vitest";

const ROOT = new URL("../../..", import.meta.url).pathname;
const CLIENT = JSON.stringify(`${ROOT}dist/client/index.js`);

/** A page's script that uses no more than what is named. */
const pageWith = (names: string) => `import { ${names} } from ${CLIENT}; globalThis.used = [${names}];`;

async function byEsbuild(source: string): Promise<string> {
  const stdin = { contents: source, resolveDir: ROOT };
  const { outputFiles } = await esbuild({ stdin, bundle: true, minify: true, write: false, format: "esm" });
  return outputFiles[0]!.text;
}

async function byVite(source: string): Promise<string> {
  const page = { name: "page", resolveId: (id: string) => (id === "page" ? id : null), load: loadPage };
  function loadPage(id: string) {
    return id === "page" ? source : null;
  }
  const options = { write: false, rolldownOptions: { input: "page" }, modulePreload: { polyfill: false } } as const;
  const built = await vite({ root: ROOT, configFile: false, logLevel: "error", plugins: [page], build: options });
  if (Array.isArray(built) || !("output" in built)) throw new Error("expected one bundle");
  return built.output[0].code;
}

/** The operations that came along. */
const operations = (bundle: string) => [...bundle.matchAll(/(?:query|mutation|subscription) (\w+)/g)].map(([, n]) => n);

test("rollcall/client brings nothing along but graphql-ws", async () => {
  const stdin = { contents: `export * from ${CLIENT};`, resolveDir: ROOT };
  const { metafile } = await esbuild({ stdin, bundle: true, write: false, format: "esm", metafile: true });
  const others = Object.keys(metafile.inputs).filter((file) => !/^dist\/client\/|^<stdin>$/.test(file));
  expect(new Set(others.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file))).toEqual(
    new Set(["graphql-ws"]),
  );
});

describe.each([
  ["esbuild", byEsbuild],
  ["Vite", byVite],
])("a page bundled by %s", (_name, bundle) => {
  test("takes of rollcall/client what it uses: attend is small, and brings two operations along", async () => {
    const attending = await bundle(pageWith("attend"));
    expect(operations(attending).sort()).toEqual(["Attend", "Heartbeat"]);
    expect(Buffer.byteLength(attending)).toBeLessThan(16_000);
    expect(operations(await bundle(pageWith("createClient, Me, Session")))).toEqual(["Me", "Session"]);
  });
});
