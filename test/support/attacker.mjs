// Hostile clients in a process of their own: node attacker.mjs URL SECONDS PLAN
// PLAN is JSON: attacks by name, each { size, token, whiteboard }. Prints what became of them: outcomes, each with how often.
// A parent process is told when it is ready, and says when to begin.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";

const [url, seconds, plan] = process.argv.slice(2);
const { hostname, port } = new URL(url);
let until = Infinity;
const CONNECT = "mutation ($whiteboard: ID!) { connect(input: { whiteboardSessionId: $whiteboard }) { id } }";
const BEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { open } }";
const PAGE = "{ sessions(first: 100) { nodes { id title tutor { name } student { name } attendance { source } } } }";
const RATED = "{ status confidence metrics { latenessMinutes engagementPercentage activeMinutes } }";
const SUGGESTED = `{ sessions(first: 100) { nodes {
  id title tutor { name } student { name } attendance { source notes } attendanceSuggestion { tutor ${RATED} student ${RATED} }
} } }`;

function open(token, note) {
  const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
  const opened = new Promise((resolve) => {
    socket.once("open", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  socket.on("error", () => note("refused"));
  const send = (message) => socket.send(JSON.stringify(message));
  return {
    socket,
    opened,
    closed: new Promise((resolve) => socket.once("close", resolve)),
    subscribe: (id, query, variables) => send({ id: String(id), type: "subscribe", payload: { query, variables } }),
    async hello() {
      const answered = new Promise((resolve) => ["message", "close"].forEach((event) => socket.once(event, resolve)));
      send({ type: "connection_init", payload: { authorization: `Bearer ${token}` } });
      await answered;
    },
  };
}

async function post(token, query, variables) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  try {
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await response.json();
    return { data, outcome: errors?.[0].extensions.code ?? "ok" };
  } catch {
    // On a connection that was idle for too long, as where the machine had no time for attackers.
    return { data: null, outcome: "lost" };
  }
}

const times = (count, run) => Promise.all(Array.from({ length: count }, (_, i) => run(i)));

const untilOver = () => sleep(Math.max(until - Date.now(), 500));

/** One after the other in each of `count` at once, until the time is over, and once at least. */
const again = (count, run) =>
  times(count, async () => {
    do await run();
    while (Date.now() < until);
  });

async function staySilent(note) {
  const { opened, closed } = open(null, note);
  if (await opened) note(`close ${await closed}`);
}

/** Each with a size of its own, a token and a whiteboard, and a way to note what became of its clients. */
const ATTACKS = {
  /** Headers that come letter by letter and never end. */
  trickle: ({ size, note }) =>
    times(size, () => {
      const began = Date.now();
      const socket = connect(Number(port), hostname);
      socket.on("error", () => undefined);
      socket.write("POST /graphql HTTP/1.1\r\nHost: x\r\nX-A: ");
      const timer = setInterval(() => (Date.now() < until ? socket.write("a") : socket.destroy()), 500);
      socket.on("data", (data) =>
        note(`HTTP ${String(data).slice(9, 12)} after ${Math.floor((Date.now() - began) / 1_000)} s`),
      );
      return new Promise((resolve) => socket.on("close", resolve)).finally(() => clearInterval(timer));
    }),

  /** Sockets that never say hello. */
  silence: ({ size, note }) => Promise.all([untilOver(), times(size, () => staySilent(note))]),

  /** The same, and they come again when they are closed for it. */
  silenceAgain: ({ size, note }) => again(size, () => staySilent(note)),

  /** Sockets that come, say who they are and go, as fast as they can. */
  storm: ({ size, token, note }) =>
    again(size, async () => {
      const { socket, opened, closed, hello } = open(token, note);
      if (!(await opened)) return;
      await hello();
      socket.close(1000);
      note(`close ${await closed}`);
    }),

  /** New connections of one participant, far more than they may have. */
  connections: ({ size, token, whiteboard, note }) =>
    again(1, () => times(size, async () => note((await post(token, CONNECT, { whiteboard })).outcome))),

  /** Operations that are all fragments, each another one, so that none is known already. */
  fragments: ({ size, token, note }) =>
    again(size, async () => {
      const f = `f${Math.random().toString(36).slice(2)}_`;
      const levels = Array.from(
        { length: 75 },
        (_, i) => `fragment ${f}${i} on Query { ...${f}${i + 1} ...${f}${i + 1} }`,
      );
      const query = `{ ...${f}0 } ${levels.join(" ")} fragment ${f}75 on Query { sessions(first: 100) { nodes { id } } }`;
      note((await post(token, query)).outcome);
    }),

  /** Operations within every limit that take as long as possible to be read, each another one. */
  texts: ({ size, token, note }) =>
    again(size, async () => {
      const name = `q${Math.random().toString(36).slice(2)}`;
      const many = (count, text) => Array.from({ length: count }, (_, i) => text(i)).join(" ");
      const doubling = many(35, (i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`);
      const texts = [
        `query ${name} { ...f0 } ${doubling} fragment f35 on Query { me { id } }`,
        `query ${name} { ${many(44, () => "me { id }")} }`,
        `query ${name} { ${many(300, (i) => `x${i}`)} }`,
        `query ${name}(${many(200, (i) => `$x${i}: Int`)}) { me { id } }`,
        `query ${name} { ${"... { ".repeat(300)} me { id } ${"} ".repeat(300)} }`,
      ];
      for (const query of texts) note((await post(token, query)).outcome);
    }),

  /** Small texts that are large once their fragment stands wherever it is spread, each sent until it would be compiled. */
  bombs: ({ size, token, note }) =>
    again(size, async () => {
      const aliases = Array.from({ length: 15 }, (_, i) => `a${i}: session(id: ${i + 1}) { ...F }`).join(" ");
      const person = "user { id name } role connected active connectedAt disconnectedAt lastActivityAt openConnections";
      const suggested =
        "role status confidence rule reasons metrics { connected latenessMinutes activeMinutes leftEarly }";
      const fragment = `fragment F on Session { id title status timeZone scheduledStart scheduledEnd endedAt
        tutor { id name } student { id name }
        attendance { tutorStatus studentStatus source marked markedBy { id name } markedAt notes version }
        attendanceHistory { nodes { id at actor { id name } source tutorStatusAfter studentStatusAfter notes } totalCount }
        attendanceSuggestion { isFinal recommendation tutor { ${suggested} } student { ${suggested} } }
        whiteboardSession { id openedAt presence { version tutor { ${person} } student { ${person} } } } }`;
      const query = `query q${randomUUID().slice(0, 8)} { ${aliases} } ${fragment}`;
      for (let i = 0; i < 25; i += 1) note((await post(token, query)).outcome);
    }),

  /** Heartbeats for connections that there are not, as many as fit into the socket. */
  beats: ({ size, token, note }) =>
    again(size, async () => {
      const { socket, opened, hello, subscribe } = open(token, note);
      if (!(await opened)) return;
      await hello();
      const first = new Promise((resolve) => socket.once("message", resolve));
      let left = 2_000;
      const answered = new Promise((resolve) => {
        socket.once("close", resolve);
        socket.on("message", (data) => {
          const code = /"code":"(\w+)"/.exec(String(data))?.[1];
          if (code !== undefined) note(code);
          if (code !== undefined && (left -= 1) === 0) resolve();
        });
      });
      for (let i = 0; i < 2_000; i += 1) {
        subscribe(i, BEAT, { id: randomUUID() });
      }
      await Promise.race([answered, Promise.all([first, untilOver()])]);
      socket.terminate();
    }),

  /** Heartbeats on one connection at more than ten times the rate. */
  async heartbeats({ size, token, whiteboard, note }) {
    let data = null;
    // Lost, as any other request may be.
    for (let tries = 0; data === null && tries < 50; tries += 1) {
      if (tries > 0) await sleep(100);
      ({ data } = await post(token, CONNECT, { whiteboard }));
    }
    await again(1, async () => {
      await times(size, async () => note((await post(token, BEAT, { id: data.connect.id })).outcome));
      await sleep(100);
    });
  },

  /** Asks for much, and reads nothing of it. */
  deaf: ({ size, token, note }) =>
    again(size, async () => {
      const { socket, opened, closed, hello, subscribe } = open(token, note);
      if (!(await opened)) return;
      await hello();
      socket.pause();
      for (let i = 0; i < 2_000; i += 1) subscribe(i, PAGE);
      await Promise.race([closed, untilOver()]);
      note(socket.readyState === socket.OPEN ? "held" : "closed");
      socket.terminate();
    }),

  /** Requests without a token, as many as a connection takes, whose answers are never read. */
  pipelining: ({ size, note }) =>
    again(size, async () => {
      const body = '{"query":"{ __typename }"}';
      const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
      const socket = connect(Number(port), hostname).on("error", () => undefined);
      const closed = new Promise((resolve) => socket.once("close", () => resolve("closed")));
      socket.pause().write(`${head}\r\n\r\n${body}`.repeat(50_000));
      note((await Promise.race([closed, untilOver()])) ?? "held");
      socket.destroy();
    }),

  /** Sockets that send pings instead of a hello: empty ones, frames of the protocol below, and ones of 100 KB. */
  pings: ({ size, note }) =>
    again(size, async () => {
      const { socket, opened, closed } = open(null, note);
      if (!(await opened)) return;
      const large = JSON.stringify({ type: "ping", payload: { text: "x".repeat(100_000) } });
      const kind = Math.floor(Math.random() * 3);
      while (socket.readyState === socket.OPEN && socket.bufferedAmount < 1_000_000) {
        for (let i = 0; i < (kind === 2 ? 5 : 200); i += 1) {
          if (kind === 0) socket.send('{"type":"ping"}');
          else if (kind === 1) socket.ping();
          else socket.send(large);
        }
        await sleep(1);
      }
      note(`close ${await Promise.race([closed, untilOver()])}`);
      socket.terminate();
    }),

  /** Tokens that nobody signed, each another one. */
  wrongTokens: ({ size, token, note }) =>
    again(size, async () => {
      const signature = randomUUID().replaceAll("-", "");
      note((await post(`${token.slice(0, -signature.length)}${signature}`, "{ me { id } }")).outcome);
    }),

  /** Everything that a tutor sees, as a file, again and again. */
  downloads: ({ size, token, note }) =>
    again(size, async () => {
      try {
        const response = await fetch(new URL("/sessions.csv", url), { headers: { authorization: `Bearer ${token}` } });
        await response.text();
        note(`HTTP ${response.status}`);
      } catch {
        note("lost");
      }
    }),

  /** What needs no token: what browsers ask before a request, health, and the console's page. */
  floods: ({ size, note }) => {
    const preflight = { origin: "https://app.example.com", "access-control-request-method": "POST" };
    const asks = [["/graphql", { method: "OPTIONS", headers: preflight }], ["/health/live"], ["/console"]];
    return Promise.all(
      asks.map(([path, how]) =>
        again(size, async () => {
          const status = await fetch(new URL(path, url), how).then(
            async (response) => (await response.arrayBuffer(), response.status),
            () => "lost",
          );
          note(`${path} ${status}`);
        }),
      ),
    );
  },

  /** The largest pages with what is worked out for each row. */
  pages: ({ size, token, note }) => again(size, async () => note((await post(token, SUGGESTED)).outcome)),
};

if (process.send !== undefined) {
  process.send("ready");
  await once(process, "message");
}
until = Date.now() + Number(seconds) * 1_000;
const outcomes = {};
const running = Object.entries(JSON.parse(plan)).map(([name, how]) => {
  const seen = (outcomes[name] = {});
  return ATTACKS[name]({ ...how, note: (what) => (seen[what] = (seen[what] ?? 0) + 1) });
});
await Promise.all(running);
console.log(JSON.stringify(outcomes));
process.exit(0);
