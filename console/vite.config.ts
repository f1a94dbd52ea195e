import { defineConfig } from "vite";

// What is shipped is React's production build, also where tests build it with a NODE_ENV of their own.
process.env.NODE_ENV = process.argv.includes("build") ? "production" : process.env.NODE_ENV;

/** To dist/console, which the server serves at /console; `npx vite console` serves it while it is worked on. */
export default defineConfig({
  base: "/console/",
  build: {
    outDir: "../dist/console",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    // The licences of what is bundled go out with it.
    license: { fileName: "assets/licences.md" },
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "^/(graphql|sessions\\.csv|console/(people|tour-tokens))$": { target: "http://127.0.0.1:4000", ws: true },
    },
  },
});
