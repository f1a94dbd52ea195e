import { nameOfNumber } from "../../domain/text.ts";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import type { Queryable } from "../sql.ts";
import { isHeld, type Mentions, mentionsOf } from "./mentions.ts";

/** What an erasure removed, in rows and values. */
export interface Removed {
  /** 1 unless the name was gone before. */
  readonly names: number;
  /** Names kept from tokens. */
  readonly tokenNames: number;
  readonly parentLinks: number;
  /** Notes of marks: all that the person wrote, and all about the lessons that they took part in. */
  readonly markNotes: number;
  /** The same of the notes that stand beside a session's attendance. */
  readonly sessionNotes: number;
  readonly titles: number;
}

export interface Erasure {
  readonly userId: number;
  /** False: a rehearsal, nothing was changed. */
  readonly erased: boolean;
  readonly removed: Removed;
  /** Texts about others that hold the person's name, for somebody to read. */
  readonly mentions: Mentions;
}

// First: a lesson that is being scheduled is waited for, and its title removed with the others; a later one is refused.
const LOCK_PERSON = "select id from users where id = $1::int for no key update";

// In the order of the ids, as marks and erasures that come at the same time wait for them.
const LOCK_SESSIONS = `
select id from sessions
where $1::int in (tutor_id, student_id, attendance_marked_by)
order by id
for no key update`;

// A mark that began before may be about to keep its token's name. After the sessions: whoever writes here waits for none.
const LOCK_TOKEN_PEOPLE = "lock table token_people in share row exclusive mode";

const NAMES = `
select name, true as stored from users where id = $1::int and name <> $2::text
union all
select name, false as stored from token_people where id = $1::int`;

// Also for somebody known by tokens alone: who has a row here is never called by a token's name.
const ERASE_NAME = `
insert into users (id, name, erased_at) values ($1::int, $2::text, $3::timestamptz)
on conflict (id) do update set name = excluded.name, erased_at = coalesce(users.erased_at, excluded.erased_at)`;

// All notes and titles of the person's lessons: whom free text is about, and whether it names them, only a reader could say.
const REMOVALS = {
  tokenNames: "delete from token_people where id = $1::int",
  parentLinks: "delete from parent_links where $1::int in (parent_id, student_id)",
  markNotes: `
    delete from attendance_mark_notes n using attendance_marks m, sessions s
    where m.id = n.mark_id and s.id = m.session_id and $1::int in (m.actor_id, s.tutor_id, s.student_id)`,
  sessionNotes: `
    update sessions set attendance_notes = null
    where attendance_notes is not null and $1::int in (attendance_marked_by, tutor_id, student_id)`,
  titles: "update sessions set title = null where title is not null and $1::int in (tutor_id, student_id)",
} satisfies Record<Exclude<keyof Removed, "names">, string>;

const TRANSACTION = { timeout: 600_000 };

/**
 * Removes a person's name and words, in one transaction. Sessions, attendance, the chain of marks and the evidence keep
 * the number alone. Doing it again removes what has come since. Null: nothing is held about such a person.
 *
 * @param confirmed false: a rehearsal that counts and changes nothing
 */
export async function erasePerson(
  prisma: PrismaClient,
  id: number,
  at: Date,
  confirmed: boolean,
): Promise<Erasure | null> {
  const found = await eraseOrRehearse(prisma, id, at, confirmed);
  if (found === null) return null;
  const { names, removed } = found;
  // Reads every text there is, so after the transaction: its locks would hold up other people's marks meanwhile.
  return { userId: id, erased: confirmed, removed, mentions: await mentionsOf(prisma, id, names) };
}

interface Found {
  readonly names: readonly string[];
  readonly removed: Removed;
}

async function eraseOrRehearse(prisma: PrismaClient, id: number, at: Date, confirmed: boolean): Promise<Found | null> {
  try {
    return await prisma.$transaction(async (tx) => {
      if (!(await isHeld(tx, id))) return null;
      const found = await erase(tx, id, at, confirmed);
      if (!confirmed) throw new Rehearsal(found);
      return found;
    }, TRANSACTION);
  } catch (error) {
    if (error instanceof Rehearsal) return error.found;
    throw error;
  }
}

/** Takes the transaction back. */
class Rehearsal extends Error {
  readonly found: Found;

  constructor(found: Found) {
    super("nothing is changed");
    this.found = found;
  }
}

async function erase(tx: Queryable, id: number, at: Date, confirmed: boolean): Promise<Found> {
  const remove = (what: keyof typeof REMOVALS) => tx.$executeRawUnsafe(REMOVALS[what], id);
  await tx.$queryRawUnsafe(LOCK_PERSON, id);
  await tx.$queryRawUnsafe(LOCK_SESSIONS, id);
  const markNotes = await remove("markNotes");
  const sessionNotes = await remove("sessionNotes");
  const titles = await remove("titles");
  // Last: every mark on a token with a name waits for it.
  if (confirmed) await tx.$executeRawUnsafe(LOCK_TOKEN_PEOPLE);
  const number = nameOfNumber(id);
  const rows = await tx.$queryRawUnsafe<{ name: string; stored: boolean }[]>(NAMES, id, number);
  await tx.$executeRawUnsafe(ERASE_NAME, id, number, at);
  const tokenNames = await remove("tokenNames");
  // After the row: whoever adds a link has locked it until then, and finds it erased from now on.
  const parentLinks = await remove("parentLinks");
  const names = rows.filter(({ stored }) => stored).length;
  return {
    names: rows.map(({ name }) => name),
    removed: { names, tokenNames, parentLinks, markNotes, sessionNotes, titles },
  };
}
