import { type Benchmark, type Figures, summarise } from "../benchmark.ts";
import { fillWithLessons, studentOf, tutorOf } from "../support/lessons.ts";
import { type Load, startLoad } from "../support/load.ts";
import { BEAT_DONE, beatingSocket } from "../support/messages.ts";
import { createPlace, type Place } from "../support/place.ts";
import { startProduct, tokenFor } from "../support/product.ts";
import { startSweeper } from "../support/sweeper.ts";
import { SESSIONS } from "./sessions.ts";
import { SUGGESTION } from "./suggestion.ts";

const FEW = 10_000;
const MANY = 1_000_000;
/** The same lessons everywhere: what people work with stays as small as it was, only what lies about it grows. */
const RUNNING = 100;
const ASKED = 5_000;
/** Eighty tutors ask: nobody gets more than a tenth of the event loop. */
const PER_TUTOR = 60;
const CONNECTIONS = 32;
const SWEEPS = 10;
const UNITS = { heartbeats: "/s", suggestions: "/s", pages: "/s", sweep: "ms" } as const;
type Kind = keyof typeof UNITS;
const KINDS = Object.keys(UNITS) as Kind[];

const named = (lessons: number, kind: Kind) => `${kind}, ${lessons.toLocaleString("en")} sessions`;
/** How much slower. */
const ratioOf = (kind: Kind) => `${kind}, slower by`;

/** What a hundred times as many sessions cost those who do not ask for them. */
export const growth: Benchmark = {
  name: "growth",
  title: "The same work among 10,000 and among 1,000,000 sessions, with 10 spans each",
  figures: Object.fromEntries(
    KINDS.flatMap((kind) => [
      [named(FEW, kind), UNITS[kind]],
      [named(MANY, kind), UNITS[kind]],
      [ratioOf(kind), "×"],
    ]),
  ),
  targets: KINDS.map((kind) => ({ figure: ratioOf(kind), atMost: 1.3 })),
  once: true,
  async prepare(place) {
    const other = await createPlace();
    const load = startLoad();
    const few = await startAmong(place, FEW, load);
    const many = await startAmong(other, MANY, load);
    return {
      async round(seconds) {
        const figures: Record<string, number> = {};
        for (const kind of KINDS) {
          const [less, more] = [await few.measure(kind, seconds), await many.measure(kind, seconds)];
          figures[named(FEW, kind)] = less;
          figures[named(MANY, kind)] = more;
          figures[ratioOf(kind)] = UNITS[kind] === "ms" ? more / less : less / more;
        }
        return figures satisfies Figures;
      },
      async dispose() {
        load.stop();
        await Promise.all([few.stop(), many.stop()]);
        await other.drop();
      },
    };
  },
};

async function startAmong(place: Place, lessons: number, load: Load) {
  const product = await startProduct(place);
  await fillWithLessons(place, { running: RUNNING, over: lessons - RUNNING, perTutor: PER_TUTOR });
  const sweeper = await startSweeper(place);
  const whiteboards = Array.from({ length: RUNNING }, (_, index) => index + 1);
  const asked = Array.from({ length: ASKED }, (_, index) => RUNNING + 1 + index);
  const tutors = [...new Set(asked.map((lesson) => tutorOf(lesson, PER_TUTOR)))];
  const tokens = new Map(await Promise.all(tutors.map(async (id) => [id, await tokenFor(id, "tutor")] as const)));
  const requests = { url: product.url.href, connections: CONNECTIONS };
  const measures: Record<Kind, (seconds: number) => Promise<number>> = {
    async heartbeats(seconds) {
      const sockets = await Promise.all(
        whiteboards.map((whiteboard) => beatingSocket(product, whiteboard, studentOf(whiteboard))),
      );
      return (await load.messages({ sockets, seconds, last: BEAT_DONE })).perSecond;
    },
    async suggestions(seconds) {
      const suggestions = asked.map((lesson) => ({
        token: tokens.get(tutorOf(lesson, PER_TUTOR)) as string,
        body: { query: SUGGESTION, variables: { id: String(lesson) } },
      }));
      const job = { ...requests, seconds, requests: suggestions, expected: '"isFinal":true' };
      return (await load.requests(job)).perSecond;
    },
    async pages(seconds) {
      const pages = [...tokens.values()].map((token) => ({ token, body: { query: SESSIONS } }));
      const job = { ...requests, seconds, requests: pages, expected: '"hasNextPage":true' };
      return (await load.requests(job)).perSecond;
    },
    async sweep() {
      const took: number[] = [];
      for (let time = 0; time < SWEEPS; time += 1) took.push(await sweeper.sweep(RUNNING));
      return summarise(took).median;
    },
  };
  return {
    measure: (kind: Kind, seconds: number) => measures[kind](seconds),
    stop: () => Promise.all([sweeper.stop(), product.stop()]),
  };
}
