import * as rollcall from "../../../src/client/results.ts";
import { apollo } from "./apollo.ts";
import { type Answers, lessonOf, type Step, type Who } from "./every-operation.ts";
import type { LibraryClient } from "./library.ts";
import { urql } from "./urql.ts";

const LIBRARIES = { apollo, urql };

export type Library = keyof typeof LIBRARIES;

export interface Place {
  readonly url: string;
  readonly tokens: Readonly<Record<Who, string>>;
}

/** Everybody of a lesson with one library's clients. Takes and gives what JSON can carry: it runs in Node and in a page. */
export class Scene {
  readonly #clients: Record<Who, LibraryClient>;
  readonly #events: Answers[] = [];
  #stop: () => void = () => undefined;

  constructor(library: Library, { url, tokens }: Place, webSocket?: unknown) {
    const client = (who: Who) => LIBRARIES[library]({ url, token: () => tokens[who], webSocket });
    this.#clients = {
      tutor: client("tutor"),
      student: client("student"),
      admin: client("admin"),
      service: client("service"),
    };
  }

  /** Every operation, in the order of a lesson: the last answer to each, by root field. */
  async everyOperation(day: string): Promise<Answers> {
    const known: Answers = {};
    for (const each of lessonOf(day)) known[each.field] = ((await this.#run(each, known)) as Answers)[each.field];
    return known;
  }

  /** What the tutor's cache alone shows of a session: by id, and in the list. */
  async cachedAttendance(id: string): Promise<unknown> {
    const one = await this.#clients.tutor.cached(rollcall.Session, { id });
    const list = await this.#clients.tutor.cached(rollcall.Sessions, {});
    return [one?.session?.attendance, list?.sessions.nodes.find((session) => session.id === id)?.attendance];
  }

  async look(id: string): Promise<void> {
    await this.#clients.tutor.query(rollcall.Session, { id });
    await this.#clients.tutor.query(rollcall.Sessions, {});
  }

  async mark(input: object): Promise<void> {
    await this.#clients.tutor.mutate(rollcall.MarkAttendance, { input } as never);
  }

  /** The tutor looks at the whiteboard session, and then watches who is there. */
  async watch(id: string): Promise<void> {
    const { tutor } = this.#clients;
    await tutor.query(rollcall.WhiteboardSession, { id });
    this.#stop = tutor.subscribe(rollcall.Presence, { whiteboardSessionId: id }, ({ presence }) => {
      this.#events.push(presence);
    });
  }

  /** The news so far. */
  async seen(): Promise<unknown> {
    return this.#events.map(({ event, student }) => [event, (student as Answers).connected]);
  }

  /** Presence as the whiteboard session in the tutor's cache has it by now. */
  async cachedPresence(id: string): Promise<unknown> {
    return (await this.#clients.tutor.cached(rollcall.WhiteboardSession, { id }))?.whiteboardSession?.presence;
  }

  async leave(): Promise<void> {
    this.#stop();
  }

  #run({ as, document, variables }: Step, known: Answers): Promise<unknown> {
    const client = this.#clients[as];
    const [kind] = document.toString().trim().split(" ");
    if (kind === "query") return client.query(document, variables(known));
    if (kind === "mutation") return client.mutate(document, variables(known));
    return new Promise((resolve) => {
      const stop = client.subscribe(document, variables(known), (data) => {
        resolve(data);
        queueMicrotask(() => stop());
      });
    });
  }
}
