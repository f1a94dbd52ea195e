import { randomUUID } from "node:crypto";
import type { Benchmark } from "../benchmark.ts";
import { fillWithLessons, studentOf } from "../support/lessons.ts";
import { startLoad } from "../support/load.ts";
import { costOf } from "../support/process.ts";
import { ask, startProduct, tokenFor, TYPENAME } from "../support/product.ts";

const CONNECTIONS = 100;
/** Nobody gets more than a tenth of the event loop. */
const PEOPLE = 1_000;
const LESSONS = Array.from({ length: PEOPLE }, (_, index) => index + 1);
const BEAT = "mutation ($id: ID!) { heartbeat(connectionId: $id) { lastActivityAt } }";

/** Over HTTP, beside the cheapest operation that there is. */
export const heartbeatsHttp: Benchmark = {
  name: "heartbeats-http",
  title: "Heartbeats over HTTP, beside { __typename } on the same server, 100 connections",
  figures: {
    heartbeat: "/s",
    "heartbeat p99": "ms",
    "heartbeat CPU": "µs each",
    "{ __typename }": "/s",
    "{ __typename } CPU": "µs each",
    "heartbeat / { __typename }": "%",
  },
  targets: [{ figure: "heartbeat / { __typename }", atLeast: 80 }],
  async prepare(place) {
    const product = await startProduct(place);
    await fillWithLessons(place, { running: PEOPLE, over: 0, perTutor: 1 });
    const load = startLoad();
    const job = { url: product.url.href, connections: CONNECTIONS };
    const connect = async (lesson: number) => {
      const token = await tokenFor(studentOf(lesson), "student");
      const id = randomUUID();
      const input = `{ whiteboardSessionId: ${lesson}, connectionId: "${id}" }`;
      await ask(product, token, `mutation { connect(input: ${input}) { id } }`);
      return { token, body: { query: BEAT, variables: { id } } };
    };
    // Once: those of earlier rounds would run out during later ones.
    const requests = await Promise.all(LESSONS.map(connect));
    return {
      async round(seconds) {
        const beat = { ...job, seconds, requests, expected: "lastActivityAt" };
        const typename = requests.map(({ token }) => ({ token, body: TYPENAME }));
        const nothing = { ...job, seconds, requests: typename, expected: '"Query"' };
        const beats = await costOf(product, () => load.requests(beat));
        const typenames = await costOf(product, () => load.requests(nothing));
        return {
          heartbeat: beats.perSecond,
          "heartbeat p99": beats.p99,
          "heartbeat CPU": beats.cpuMicros,
          "{ __typename }": typenames.perSecond,
          "{ __typename } CPU": typenames.cpuMicros,
          "heartbeat / { __typename }": (100 * beats.perSecond) / typenames.perSecond,
        };
      },
      async dispose() {
        load.stop();
        await product.stop();
      },
    };
  },
};
