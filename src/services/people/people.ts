import type { Actor } from "../../domain/access.ts";
import { RollcallError } from "../../domain/errors.ts";
import { nameOfNumber, validateText } from "../../domain/text.ts";
import { require } from "../shared/access.ts";
import { parseId } from "../shared/arguments.ts";
import type { Person } from "../shared/records.ts";

export interface UpsertUserRequest {
  readonly id?: string | null;
  readonly name: string;
  /** Left out: unchanged. Empty: none. */
  readonly parentIds?: readonly string[] | null;
}

export interface PeopleStore {
  /** The person's row in `users`. */
  user(id: number): Promise<Person | null>;
  /** Names by id, of people in `users` and of those known by their tokens; the others are missing. */
  names(ids: readonly number[]): Promise<Map<number, string>>;
  /** A number that is nobody's: no user's, and no one's who acted on a token. */
  freeId(): Promise<number>;
  /**
   * Adds or renames, and replaces the parents unless null, in one transaction.
   * @throws CONFLICT for somebody who was erased; as a parent they are unknown
   */
  upsert(id: number, name: string, parentIds: readonly number[] | null): Promise<Person | "unknown person">;
  /** Which of these students the person is a parent of. */
  childrenAmong(parentId: number, studentIds: readonly number[]): Promise<Set<number>>;
}

export interface People {
  me(viewer: Actor & { readonly name: string | null }): Promise<Person>;
  /** In the order of the ids. Who acted once is shown for ever, if only by their number. */
  byId(ids: readonly number[]): Promise<Person[]>;
  upsert(actor: Actor, request: UpsertUserRequest): Promise<Person>;
  childrenAmong(parentId: number, studentIds: readonly number[]): Promise<Set<number>>;
}

export function createPeople(store: PeopleStore): People {
  async function byId(ids: readonly number[]): Promise<Person[]> {
    const names = await store.names(ids);
    return ids.map((id) => ({ id, name: names.get(id) ?? nameOfNumber(id) }));
  }

  /** Who asks for one acts on a token as well, if only by asking. */
  async function freeId(actor: Actor): Promise<number> {
    for (;;) {
      const id = await store.freeId();
      if (id !== actor.id) return id;
    }
  }

  return {
    byId,
    async me({ id, name }) {
      const user = await store.user(id);
      // The token at hand is newer than what an earlier one is remembered by.
      return user ?? (name === null ? ((await byId([id]))[0] as Person) : { id, name });
    },
    async upsert(actor, request) {
      require(actor.roles.has("admin") ||
        actor.roles.has("service"), "Only admins and services may create or change users.");
      const id = request.id == null ? null : parseId("id", request.id);
      const name = validateText("name", request.name.trim(), 200);
      if (name === "") throw new RollcallError("VALIDATION_FAILED", "name is empty.", { field: "name" });
      const parents =
        request.parentIds == null ? null : request.parentIds.map((each, i) => parseId(`parentIds[${i}]`, each));
      if (parents?.some((parent) => parent === id)) {
        throw new RollcallError("VALIDATION_FAILED", "A person cannot be their own parent.", { field: "parentIds" });
      }
      const unique = parents === null ? null : [...new Set(parents)];
      const person = await store.upsert(id ?? (await freeId(actor)), name, unique);
      if (person === "unknown person")
        throw new RollcallError("BAD_USER_INPUT", "parentIds contains a user that does not exist.", {
          field: "parentIds",
        });
      return person;
    },
    childrenAmong: (parentId, studentIds) => store.childrenAmong(parentId, studentIds),
  };
}
