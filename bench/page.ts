import type { Machine } from "./machine.ts";
import { tableOf } from "./report.ts";
import type { Outcome } from "./run.ts";

/** docs/benchmarks.md. */
export function pageOf({ cpu, cores, node, postgresql }: Machine, outcomes: readonly Outcome[]): string {
  return `# Benchmarks

What Rollcall does on one machine, beside what others do on the same one in the same minutes. Written by
\`npm run bench -- --write\`; nothing here is typed by hand.

${cpu}, ${cores} cores, for the server, PostgreSQL and the generator of the load alike · Node ${node} · PostgreSQL ${postgresql},
as it comes, with fsync.

Figures differ between machines, ratios much less: product and peer run in turn, each in a process of its own, loaded by
another, and a ratio is taken within a round. Medians of all rounds, and the least and the most of them. The product runs
as it is shipped: \`dist/\`, \`NODE_ENV=production\`, tokens, limits, log and metrics on. Only \`LIMIT_HEARTBEATS\` is raised,
since a connection sends its next heartbeat when the last one is answered, and not every 15 s.

${outcomes.map((outcome) => `## ${outcome.title}\n\n${tableOf(outcome)}`).join("\n\n")}

## What the peers are

They are in \`bench/peers\`: a bare \`ws\` server that says back what it hears, the limit of WebSockets in Node; GraphQL Yoga
with Pothos and one \`prisma.update\` for each heartbeat, what one writes first; PostGraphile 5 on the same tables, without
access rules; a Socket.IO whiteboard. Each is set up as its documentation has it, with compression off.
`;
}
