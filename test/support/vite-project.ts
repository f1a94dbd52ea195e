import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = (command: string, args: string[], cwd: string) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** As Vite's template for TypeScript has it, but for the types of libraries: ours are to be read. */
const TSCONFIG = {
  compilerOptions: {
    target: "ES2023",
    module: "ESNext",
    lib: ["ES2023", "DOM"],
    types: ["vite/client"],
    skipLibCheck: false,
    strict: true,
    moduleResolution: "bundler",
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    moduleDetection: "force",
    noEmit: true,
    noUnusedLocals: true,
    erasableSyntaxOnly: true,
  },
  include: ["src"],
};

/** A new Vite project with Rollcall installed as npm would install its packed form: what it depends on, and nothing else. */
export function newViteProject(path: string, script: string): void {
  const packed = run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", path], ROOT).trim();
  const modules = join(path, "node_modules");
  const rollcall = join(modules, "rollcall");
  mkdirSync(rollcall, { recursive: true });
  run("tar", ["-xzf", join(path, packed), "--strip-components=1", "-C", rollcall], path);
  const { dependencies } = JSON.parse(readFileSync(join(rollcall, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(dependencies), "vite", "typescript"]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  };
  write("package.json", JSON.stringify({ name: "app", private: true, type: "module" }));
  write("tsconfig.json", JSON.stringify(TSCONFIG));
  write(
    "index.html",
    '<!doctype html><title>App</title><body><script type="module" src="/src/main.ts"></script></body>',
  );
  write("src/main.ts", script);
}

/** `tsc` and `vite build`, as the template's script says, both at once. Rejects with what they print. */
export async function buildViteProject(path: string): Promise<void> {
  const bin = (file: string) => join(path, "node_modules", file);
  const commands = [[bin("typescript/bin/tsc")], [bin("vite/bin/vite.js"), "build"]];
  await Promise.all(
    commands.map(async (args) => {
      try {
        await promisify(execFile)(process.execPath, args, { cwd: path });
      } catch (error) {
        const { stdout, stderr } = error as { stdout: string; stderr: string };
        throw new Error(`${args.join(" ")}:\n${stdout}${stderr}`, { cause: error });
      }
    }),
  );
}
