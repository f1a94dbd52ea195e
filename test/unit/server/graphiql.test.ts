import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createGraphiQLPage, graphiqlOptions } from "../../../src/server/graphiql/page.ts";
import { FIRST_LESSON } from "../../../src/server/graphiql/tour.ts";

const OPTIONS = graphiqlOptions(FIRST_LESSON);
const renderGraphiQL = createGraphiQLPage({ offersTokens: false });

describe("the GraphiQL page", () => {
  it("is one script that its content security policy names by hash, and nothing that is loaded from elsewhere", async () => {
    const page = await renderGraphiQL(OPTIONS);
    const scripts = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script = ""]) => script);
    expect(scripts).toHaveLength(1);
    const hash = createHash("sha256")
      .update(scripts[0] ?? "")
      .digest("base64");
    expect(page).toContain(`script-src 'sha256-${hash}'; `);
    expect(page).toContain("default-src 'none'; ");
    const markup = page.replace(/<script>[^]*<\/script>/, "").replace(/<style>[^]*?<\/style>/g, "");
    expect(markup).not.toMatch(/https?:|\bsrc=/);
    expect(markup.match(/href="[^"]{0,5}/g)).toEqual(['href="data:']);
  });

  it("is built once for the same options", async () => {
    expect(renderGraphiQL(OPTIONS)).toBe(renderGraphiQL({ ...OPTIONS }));
    const other = await renderGraphiQL({ ...OPTIONS, title: "</script><script>alert(1)</script>" });
    expect(other.match(/<script/g)).toHaveLength(1);
  });
});
