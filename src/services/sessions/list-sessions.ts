import type { Actor } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import { MAX_ID, type Millis, type SessionStatus } from "../../domain/model.ts";
import { validateTime } from "../../domain/sessions/scheduling.ts";
import type { Access } from "../shared/access.ts";
import { type Page, pageOf, parseId, sizeOf } from "../shared/arguments.ts";
import type { WhiteboardRow, SessionCursor, SessionFilter, SessionStore, ShownSession } from "./session-store.ts";

export interface FilterInput {
  readonly from?: Millis | null;
  readonly to?: Millis | null;
  readonly status?: SessionStatus | null;
  readonly tutorId?: string | null;
  readonly studentId?: string | null;
  readonly marked?: boolean | null;
}

/** Reading sessions: only those that the viewer may know of, and nothing that tells of others. */
export interface SessionList {
  session(actor: Actor, id: string): Promise<ShownSession | null>;
  whiteboard(actor: Actor, id: string): Promise<WhiteboardRow | null>;
  /** By scheduled start, then id; `from` and `to` are on the scheduled start, half-open. */
  sessions(
    actor: Actor,
    filter: FilterInput,
    slice: { readonly first?: number | null; readonly after?: string | null },
  ): Promise<Page<ShownSession>>;
  /** Those of whiteboard sessions that the viewer has got already, in the order of the ids. */
  byIds(ids: readonly number[]): Promise<ShownSession[]>;
}

export function createSessionList(store: SessionStore, access: Access): SessionList {
  return {
    async session(actor, id) {
      const sessionId = parseId("id", id);
      return (await known(access.session(actor, sessionId))) ? store.byId(sessionId) : null;
    },

    async whiteboard(actor, id) {
      const whiteboardId = parseId("id", id);
      return (await known(access.whiteboard(actor, whiteboardId))) ? store.whiteboard(whiteboardId) : null;
    },

    async sessions(actor, input, { first, after }) {
      const filter = parseFilter(input);
      const size = sizeOf(first);
      const place = after == null ? null : decode(after);
      const rows = await store.page(actor, filter, { limit: size + 1, after: place });
      return pageOf(rows, size, place !== null, placeOf, () => store.count(actor, filter));
    },

    async byIds(ids) {
      const rows = new Map((await store.byIds([...new Set(ids)])).map((row) => [row.id, row]));
      return ids.map((id) => {
        const row = rows.get(id);
        if (row === undefined) throw new RollcallError("NOT_FOUND", "There is no such session.");
        return row;
      });
    },
  };
}

/** Reading what one may not know of answers null, as reading what does not exist. */
async function known(admission: Promise<unknown>): Promise<boolean> {
  try {
    await admission;
    return true;
  } catch (error) {
    if (error instanceof RollcallError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

export function parseFilter(input: FilterInput): SessionFilter {
  const { from = null, to = null, status = null, marked = null } = input;
  if (from !== null) validateTime("from", from);
  if (to !== null) validateTime("to", to);
  const id = (field: string, value: string | null | undefined) => (value == null ? null : parseId(field, value));
  return {
    from,
    to,
    status,
    marked,
    tutorId: id("tutorId", input.tutorId),
    studentId: id("studentId", input.studentId),
  };
}

const placeOf = ({ scheduledStart, id }: ShownSession) => encode({ scheduledStart: scheduledStart.getTime(), id });

/** The cursor says the place itself, so that it tells nothing of the row it was made from. */
function encode({ scheduledStart, id }: SessionCursor): string {
  return Buffer.from(`${scheduledStart}:${id}`).toString("base64url");
}

/** The years 1 to 9999: what lies beyond, databases and drivers write in ways of their own. */
const EARLIEST_CURSOR = -62_135_596_800_000;
const LATEST_CURSOR = 253_402_300_799_999;

function decode(cursor: string): SessionCursor {
  const [, start, id] = /^(-?\d{1,15}):(\d{1,10})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  const place = { scheduledStart: Number(start), id: Number(id) };
  const { scheduledStart } = place;
  const storable = scheduledStart >= EARLIEST_CURSOR && scheduledStart <= LATEST_CURSOR && place.id <= MAX_ID;
  if (!storable || encode(place) !== cursor)
    throw new RollcallError("BAD_USER_INPUT", "after is not a valid cursor.", { field: "after" });
  return place;
}
