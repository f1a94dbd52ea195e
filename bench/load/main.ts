// The load generator: a process of its own, so that what it costs is not the server's.
import { hold, letGo } from "./hold.ts";
import type { Job } from "./jobs.ts";
import { sendMessages } from "./messages.ts";
import { sendRequests } from "./requests.ts";
import { talkToWhiteboard } from "./whiteboard.ts";

function run({ kind, job }: Job): unknown {
  switch (kind) {
    case "requests":
      return sendRequests(job);
    case "messages":
      return sendMessages(job);
    case "whiteboard":
      return talkToWhiteboard(job);
    case "hold":
      return hold(job);
    case "release":
      return letGo();
  }
}

process.on("message", (job: Job) => {
  Promise.resolve(job)
    .then(run)
    .then(
      (result) => process.send?.({ result }),
      (error: Error) => process.send?.({ error: error.stack }),
    );
});
process.on("disconnect", () => process.exit(0));
