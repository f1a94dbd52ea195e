import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { HoldJob, Job, MessagesJob, Rate, RequestsJob, WhiteboardJob, WhiteboardResult } from "../load/jobs.ts";

/** The load generator in its process; one job at a time. */
export interface Load {
  requests(job: RequestsJob): Promise<Rate>;
  messages(job: MessagesJob): Promise<Rate>;
  whiteboard(job: WhiteboardJob): Promise<WhiteboardResult>;
  hold(job: HoldJob): Promise<void>;
  release(): Promise<void>;
  stop(): void;
}

export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL("../load/main.ts", import.meta.url)), { execArgv: ["--import", "tsx"] });
  const run = <T>(job: Job) =>
    new Promise<T>((resolve, reject) => {
      const died = () => reject(new Error("the load generator died"));
      child.once("exit", died);
      child.once("message", (message: { result: T; error?: string }) => {
        child.off("exit", died);
        if (message.error === undefined) resolve(message.result);
        else reject(new Error(message.error));
      });
      child.send(job);
    });
  return {
    requests: (job) => run({ kind: "requests", job }),
    messages: (job) => run({ kind: "messages", job }),
    whiteboard: (job) => run({ kind: "whiteboard", job }),
    hold: async (job) => void (await run({ kind: "hold", job })),
    release: async () => void (await run({ kind: "release", job: null })),
    stop: () => child.disconnect(),
  };
}
