import { execFile } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { readPersonArguments, UsageError } from "../../../src/cli/arguments.ts";
import { ownDatabase } from "../../support/own-database.ts";
import { ownServer } from "../../support/own-server.ts";
import { tokenFor, runningLesson, SECRET } from "../../support/running-lesson.ts";
import { ask, NODE, startServer, storeDirectory } from "../../support/server.ts";

const directory = storeDirectory();
afterAll(() => directory.dispose());

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a built command on the embedded store. */
const run = (command: string, ...args: string[]) => runOn({ DATA_DIR: directory.path }, command, ...args);

function runOn(store: Record<string, string>, command: string, ...args: string[]): Promise<Outcome> {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, NODE_ENV: "test", ...store };
  return new Promise((resolve) => {
    const [node, ...options] = NODE;
    execFile(node, [...options, `dist/cli/${command}.js`, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

const nameOf = async () => (JSON.parse((await run("export-person", "--user", "2")).stdout) as Person).person.name;
interface Person {
  readonly person: { readonly name: string };
}

const UNKNOWN = { code: 1, stdout: "", stderr: "Nothing is held about user 7.\n" };

// Eight processes, one after the other.
const PATIENCE = { timeout: 120_000 };

test("export-person, erase-person and recount work on the embedded store while no server does", PATIENCE, async () => {
  const server = startServer({ DATA_DIR: directory.path, JWT_SECRET: SECRET });
  const url = await server.ready;
  const { whiteboard, sessionId } = await runningLesson(url);
  const connect = `mutation { connect(input: { whiteboardSessionId: ${whiteboard} }) { id } }`;
  await ask(url, await tokenFor(2, "student"), connect);
  await ask(url, await tokenFor(1, "tutor"), `mutation { endSession(sessionId: ${sessionId}) { id } }`);
  const busy = await run("export-person", "--user", "2");
  expect([busy.code, busy.stdout]).toEqual([1, ""]);
  expect(busy.stderr).toContain("is already running on");
  server.process.kill("SIGTERM");
  await server.exited;

  const exported = await run("export-person", "--user", "2");
  expect([exported.code, exported.stderr]).toEqual([0, ""]);
  expect(JSON.parse(exported.stdout)).toMatchObject({ person: { name: "Sam" }, connections: [{ role: "student" }] });

  const rehearsal = await run("erase-person", "--user", "2");
  expect([rehearsal.code, JSON.parse(rehearsal.stdout)]).toMatchObject([0, { erased: false, removed: { names: 1 } }]);
  expect(rehearsal.stderr).toContain("add --yes");
  const erased = await run("erase-person", "--user", "2", "--yes");
  expect([erased.code, JSON.parse(erased.stdout)]).toMatchObject([0, { erased: true, removed: { names: 1 } }]);
  expect(await nameOf()).toBe("User 2");
  expect((await run("recount")).stderr).toContain("1 whiteboard sessions checked, 0 differences; 0 not recomputable");

  expect(await run("erase-person", "--user", "7")).toEqual(UNKNOWN);
});

test.runIf(process.env.TEST_DATABASE_URL)(
  "on PostgreSQL they work beside a server that the person is connected to",
  PATIENCE,
  async () => {
    const store = { DATABASE_URL: await ownDatabase() };
    const url = await ownServer(store).ready;
    const { whiteboard } = await runningLesson(url);
    const [sam, tia] = [await tokenFor(2, "student"), await tokenFor(1, "tutor")];
    const { data } = await ask(url, sam, `mutation { connect(input: { whiteboardSessionId: ${whiteboard} }) { id } }`);
    const exported = JSON.parse((await runOn(store, "export-person", "--user", "2")).stdout) as Person;
    expect(exported).toMatchObject({ person: { name: "Sam" }, connections: [{ id: data.connect.id }] });

    expect(await runOn(store, "export-person", "--user", "7")).toEqual(UNKNOWN);
    const erased = await runOn(store, "erase-person", "--user", "2", "--yes");
    expect([erased.code, erased.stderr, JSON.parse(erased.stdout)]).toMatchObject([0, "", { erased: true }]);
    const seen = `{ connectionStatus(whiteboardSessionId: ${whiteboard}) { student { connected user { name } } } }`;
    const student = { connected: true, user: { name: "User 2" } };
    expect((await ask(url, tia, seen)).data).toEqual({ connectionStatus: { student } });
    const beat = await ask(url, sam, `mutation { heartbeat(connectionId: "${data.connect.id}") { open } }`);
    expect(beat.data).toEqual({ heartbeat: { open: true } });
  },
);

test("wrong arguments are exit 2 with the usage, before any store is opened", async () => {
  for (const args of [[], ["--user", "x"], ["--user", "2147483648"], ["--user", "7", "--yes"], ["7"]]) {
    expect(() => readPersonArguments(args, false), args.join(" ")).toThrow(UsageError);
  }
  const { code, stdout, stderr } = await run("export-person", "--user", "7", "--yes");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("npm run -s export-person");
  expect(await run("erase-person", "--help")).toMatchObject({ code: 0, stderr: "" });
});
