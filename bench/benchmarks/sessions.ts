import type { Benchmark } from "../benchmark.ts";
import { fillWithLessons } from "../support/lessons.ts";
import { startLoad } from "../support/load.ts";
import { startPeer } from "../support/peer.ts";
import { costOf } from "../support/process.ts";
import { startProduct, tokenFor } from "../support/product.ts";
import { statementsEach } from "../support/statements.ts";

const LESSONS = 10_000;
const PER_TUTOR = 200;
const CONNECTIONS = 32;
const TUTORS = Array.from({ length: LESSONS / PER_TUTOR }, (_, index) => index + 1);

export const SESSIONS = `{ sessions(first: 50) { nodes {
  id title status scheduledStart scheduledEnd timeZone endedAt
  tutor { id name } student { id name }
  attendance { tutorStatus studentStatus source version markedAt }
  whiteboardSession { id openedAt closedAt } } pageInfo { hasNextPage endCursor } } }`;

/** The same rows and columns; whose they are, the client says, since nobody checks it. */
const THEIRS = `query ($tutor: Int!) { allSessions(first: 50, condition: { tutorId: $tutor }, orderBy: [SCHEDULED_START_ASC, ROW_ID_ASC]) { nodes {
  rowId title status scheduledStart scheduledEnd timeZone endedAt
  userByTutorId { rowId name } userByStudentId { rowId name }
  tutorAttendanceStatus studentAttendanceStatus attendanceSource attendanceVersion attendanceMarkedAt
  whiteboardSessionBySessionId { rowId openedAt closedAt } } pageInfo { hasNextPage endCursor } } }`;

/** A tutor's first page. */
export const sessions: Benchmark = {
  name: "sessions",
  title: "sessions(first: 50) with tutor, student, attendance and whiteboard, 32 connections",
  figures: {
    product: "/s",
    "product p99": "ms",
    "product CPU": "µs each",
    statements: "each",
    PostGraphile: "/s",
    "PostGraphile p99": "ms",
    "PostGraphile CPU": "µs each",
    "product / PostGraphile": "×",
  },
  targets: [
    { figure: "product / PostGraphile", atLeast: 2.5 },
    { figure: "statements", atMost: 2.01 },
  ],
  async prepare(place) {
    const product = await startProduct(place);
    await fillWithLessons(place, { running: 0, over: LESSONS, perTutor: PER_TUTOR });
    const postgraphile = await startPeer("postgraphile.ts", { DATABASE_URL: place.url, GRAPHILE_ENV: "production" });
    const load = startLoad();
    const ours = {
      url: product.url.href,
      connections: CONNECTIONS,
      requests: await Promise.all(
        TUTORS.map(async (tutor) => ({ token: await tokenFor(tutor, "tutor"), body: { query: SESSIONS } })),
      ),
      expected: '"hasNextPage":true',
    };
    const theirs = {
      ...ours,
      url: postgraphile.url.href,
      requests: TUTORS.map((tutor) => ({ token: null, body: { query: THEIRS, variables: { tutor } } })),
    };
    return {
      async round(seconds) {
        const mine = await statementsEach(place, () => costOf(product, () => load.requests({ ...ours, seconds })));
        const others = await costOf(postgraphile, () => load.requests({ ...theirs, seconds }));
        return {
          product: mine.perSecond,
          "product p99": mine.p99,
          "product CPU": mine.cpuMicros,
          statements: mine.statements,
          PostGraphile: others.perSecond,
          "PostGraphile p99": others.p99,
          "PostGraphile CPU": others.cpuMicros,
          "product / PostGraphile": mine.perSecond / others.perSecond,
        };
      },
      async dispose() {
        load.stop();
        await Promise.all([product.stop(), postgraphile.stop()]);
      },
    };
  },
};
