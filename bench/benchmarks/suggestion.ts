import type { Benchmark } from "../benchmark.ts";
import { fillWithLessons, tutorOf } from "../support/lessons.ts";
import { startLoad } from "../support/load.ts";
import { costOf } from "../support/process.ts";
import { startProduct, tokenFor, TYPENAME } from "../support/product.ts";
import { statementsEach } from "../support/statements.ts";

const LESSONS = 1_000;
/** Nobody gets more than a tenth of the event loop. */
const PER_TUTOR = 2;
const CONNECTIONS = 32;
export const SUGGESTION = `query ($id: ID!) { attendanceSuggestion(sessionId: $id) {
  sessionId isFinal recommendation
  tutor { status confidence rule reasons metrics { latenessMinutes engagementPercentage leftEarly } }
  student { status confidence rule reasons metrics { latenessMinutes engagementPercentage leftEarly } } } }`;

/** A final suggestion from ten spans, beside the cheapest operation that there is. */
export const suggestion: Benchmark = {
  name: "suggestion",
  title: "attendanceSuggestion of lessons with 10 spans over HTTP, beside { __typename } on the same server",
  figures: {
    suggestion: "/s",
    "suggestion p99": "ms",
    "suggestion CPU": "µs each",
    statements: "each",
    "{ __typename }": "/s",
    "{ __typename } CPU": "µs each",
    "suggestion / { __typename }": "%",
  },
  targets: [
    { figure: "suggestion / { __typename }", atLeast: 50 },
    { figure: "statements", atMost: 2 },
  ],
  async prepare(place) {
    const product = await startProduct(place);
    await fillWithLessons(place, { running: 0, over: LESSONS, perTutor: PER_TUTOR });
    const load = startLoad();
    const job = { url: product.url.href, connections: CONNECTIONS };
    const suggest = async (_: unknown, index: number) => ({
      token: await tokenFor(tutorOf(index + 1, PER_TUTOR), "tutor"),
      body: { query: SUGGESTION, variables: { id: String(index + 1) } },
    });
    const suggestions = await Promise.all(Array.from({ length: LESSONS }, suggest));
    const typename = suggestions.map(({ token }) => ({ token, body: TYPENAME }));
    return {
      async round(seconds) {
        const ask = { ...job, seconds, requests: suggestions, expected: '"isFinal":true' };
        const nothing = { ...job, seconds, requests: typename, expected: '"Query"' };
        const asked = await statementsEach(place, () => costOf(product, () => load.requests(ask)));
        const typenames = await costOf(product, () => load.requests(nothing));
        return {
          suggestion: asked.perSecond,
          "suggestion p99": asked.p99,
          "suggestion CPU": asked.cpuMicros,
          statements: asked.statements,
          "{ __typename }": typenames.perSecond,
          "{ __typename } CPU": typenames.cpuMicros,
          "suggestion / { __typename }": (100 * asked.perSecond) / typenames.perSecond,
        };
      },
      async dispose() {
        load.stop();
        await product.stop();
      },
    };
  },
};
