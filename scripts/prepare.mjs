// What `npm ci` ends with in a clone: the Prisma client is generated and everything is built. Without the packages for
// development, as after `npm ci --omit=dev`, neither is possible: dist/ comes from a build elsewhere then.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const here = (path) => existsSync(new URL(`../${path}`, import.meta.url));

if (here("node_modules/vite/package.json")) {
  const { status } = spawnSync("npm run generate && npm run build", { shell: true, stdio: "inherit" });
  process.exitCode = status ?? 1;
} else if (!here("dist/main.js")) {
  console.log(
    "Packages for development are left out, so nothing is built: copy dist/ from a build (README, Production).",
  );
}
