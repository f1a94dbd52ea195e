import { nameOfNumber } from "../../domain/text.ts";
import type { Prisma, PrismaClient } from "../../generated/prisma/client.ts";
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

/** All lessons of a person, and so every title and note: whom free text is about, only a reader could say. */
const lessonsOf = (id: number) => ({ OR: [{ tutorId: id }, { studentId: id }] });

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

async function erase(tx: Prisma.TransactionClient, id: number, at: Date, confirmed: boolean): Promise<Found> {
  // SQL: a row lock. First: a lesson that is being scheduled is waited for, and its title removed with the others; a later one
  // is refused.
  await tx.$queryRaw`select id from users where id = ${id}::int for no key update`;
  // SQL: row locks, in the order of the ids, as marks and erasures that come at the same time wait for them.
  await tx.$queryRaw`
    select id from sessions
    where ${id}::int in (tutor_id, student_id, attendance_marked_by)
    order by id
    for no key update`;
  const written = { mark: { OR: [{ actorId: id }, { session: lessonsOf(id) }] } };
  const { count: markNotes } = await tx.attendanceMarkNote.deleteMany({ where: written });
  const { count: sessionNotes } = await tx.session.updateMany({
    where: { notes: { not: null }, OR: [{ markedBy: id }, ...lessonsOf(id).OR] },
    data: { notes: null },
  });
  const { count: titles } = await tx.session.updateMany({
    where: { title: { not: null }, ...lessonsOf(id) },
    data: { title: null },
  });
  // SQL: a table lock. A mark that began before may be about to keep its token's name. Last: every mark on a token with a name
  // waits for it, and who writes there waits for nobody.
  if (confirmed) await tx.$executeRaw`lock table token_people in share row exclusive mode`;
  const number = nameOfNumber(id);
  const user = await tx.user.findFirst({ where: { id, name: { not: number } }, select: { name: true } });
  const token = await tx.tokenPerson.findUnique({ where: { id }, select: { name: true } });
  // SQL: keeps the time of an earlier erasure. Also for somebody known by tokens alone: who has a row here is never called by a
  // token's name.
  await tx.$executeRaw`
    insert into users (id, name, erased_at) values (${id}::int, ${number}::text, ${at}::timestamptz)
    on conflict (id) do update set name = excluded.name, erased_at = coalesce(users.erased_at, excluded.erased_at)`;
  const { count: tokenNames } = await tx.tokenPerson.deleteMany({ where: { id } });
  // After the row: whoever adds a link has locked it until then, and finds it erased from now on.
  const links = { OR: [{ parentId: id }, { studentId: id }] };
  const { count: parentLinks } = await tx.parentLink.deleteMany({ where: links });
  return {
    names: [user, token].flatMap((row) => row?.name ?? []),
    removed: { names: user === null ? 0 : 1, tokenNames, parentLinks, markNotes, sessionNotes, titles },
  };
}
