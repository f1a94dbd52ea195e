import type { GraphQLError } from "graphql";
import type { Viewer } from "../../auth/claims.ts";
import { RollcallError } from "../../domain/errors.ts";

/** The part of the event loop's time that one person's requests get, however many there are. */
const USER_SHARE = 0.1;
/** Milliseconds that they may be ahead of that: nobody else waits longer for them in one go. */
const MAX_AHEAD_MS = 1;
/**
 * No account owes more: nobody waits longer than 1.5 s for what was done before. Without that bound strangers who sent wrong
 * tokens for a minute kept all who are unknown waiting for half an hour.
 */
export const MAX_DEBT_MS = 150;
/** Between two looks at who may go on. */
const LOOK_EVERY_MS = 1;
/** Whoever nobody else has asked for anything beside for so long is alone, and keeps nobody waiting. */
const ALONE_AFTER_MS = 1_000;

/** Of the time that reading an operation's text takes: as much goes into garbage and the answer. */
export const PARSE_COST_FACTOR = 2;
const REFUSAL_TAKES_MS = 1;
const TOO_MUCH_TAKES_MS = 5;

/**
 * Whose account pays: a user's, by their id, or one that many share. All who are unknown share "anonymous". What needs no token
 * has accounts beside it, so that a flood without tokens keeps neither pages nor probes waiting: "page" for the console's
 * files, "probe" for metrics. Null has no limit.
 */
export type Principal = number | "anonymous" | "page" | "probe" | null;

export function principalOf(viewer: Viewer | null): Principal {
  if (viewer === null) return "anonymous";
  return viewer.roles.has("service") ? null : viewer.id;
}

/** Requests of one user, and of all users together, that may wait for their turn: each takes some ten kilobytes. */
export const MAX_WAITING = 1_000;
const MAX_WAITING_IN_ALL = 3_000;
/** Of one user these wait also where all users together have too many: as many as a page sends at once. */
const PAGE_BURST = 10;
/** Of an account that strangers share. They are not counted with the users': anybody can fill these accounts. */
export const MAX_WAITING_SHARED = 200;

/**
 * On top of what an operation takes: whoever is refused again and again has a program that is wrong, or means it. Who was told
 * that it is too much, and goes on, the more so.
 */
export function refusalCost(errors: readonly GraphQLError[]): number {
  return errors.some(({ extensions }) => extensions["code"] === "RATE_LIMITED") ? TOO_MUCH_TAKES_MS : REFUSAL_TAKES_MS;
}

/** Milliseconds that somebody has had of the event loop and not yet waited for, at some time. */
interface Account {
  had: number;
  at: number;
  readonly waiting: (() => void)[];
  /** 1 where it is a user's, 0 where strangers share it. */
  readonly ofUser: 0 | 1;
}

/** What is paid back is only looked for when there are so many. */
const MAX_ACCOUNTS = 1_000;

/**
 * Divides the event loop's time among those who ask for something: a person gets some two hundred requests a second out of
 * it, and whoever sends more waits for their own. A client that sent as many as it could made everybody wait. Who is alone
 * may have all of it.
 */
export class FairScheduler {
  readonly #accounts = new Map<NonNullable<Principal>, Account>();
  /** Of all users. */
  #waiting = 0;
  /** Those in which somebody waits. */
  readonly #waited = new Set<Account>();
  readonly #now: () => number;
  #looking = false;
  /** Whose turn was the last, and since when it has been nobody else's. */
  #latest: Principal = null;
  #latestSince = -Infinity;

  /** @param now milliseconds on a clock that only goes forward */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether more of theirs may be taken up now. */
  hasBudget(principal: Principal): boolean {
    return principal === null || this.#had(this.#accountOf(principal)) < MAX_AHEAD_MS;
  }

  /** @param milliseconds at a guess, where it cannot be measured */
  charge(principal: Principal, milliseconds: number): void {
    const now = this.#now();
    // A probe is no company: whoever is alone beside it still is.
    if (principal !== this.#latest && principal !== "probe") {
      this.#latest = principal;
      this.#latestSince = now;
    }
    if (principal === null) return;
    const account = this.#accountOf(principal);
    const alone = principal === this.#latest && now - this.#latestSince > ALONE_AFTER_MS;
    account.had = alone ? 0 : Math.min(this.#had(account) + milliseconds, MAX_DEBT_MS);
    account.at = now;
  }

  /**
   * Calls `next` once there is more left for them, in the order of asking. Never before this returns: who asks because there
   * is nothing left may pause a socket right after, and what had resumed it before would not come again.
   */
  wait(principal: Principal, next: () => void): void {
    if (principal === null) return next();
    const account = this.#accountOf(principal);
    account.waiting.push(next);
    this.#waiting += account.ofUser;
    this.#waited.add(account);
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(this.#lookAgain);
  }

  /**
   * Resolves once a request that takes so many milliseconds may be taken up, in the order of arrival.
   * @throws RATE_LIMITED where too many wait already; a request that need not wait is never refused
   */
  async take(principal: Principal, milliseconds: number): Promise<void> {
    if (principal === null) return this.charge(principal, milliseconds);
    const account = this.#accountOf(principal);
    if (account.waiting.length === 0 && this.hasBudget(principal)) return this.charge(principal, milliseconds);
    if (account.waiting.length >= this.#mayWait(account)) {
      throw new RollcallError("RATE_LIMITED", "Too many requests are waiting. Try again in a second.");
    }
    await new Promise<void>((resolve) =>
      this.wait(principal, () => {
        this.charge(principal, milliseconds);
        resolve();
      }),
    );
  }

  #mayWait({ ofUser }: Account): number {
    if (ofUser === 0) return MAX_WAITING_SHARED;
    return this.#waiting >= MAX_WAITING_IN_ALL ? PAGE_BURST : MAX_WAITING;
  }

  #had({ had, at }: Account): number {
    return Math.max(0, had - (this.#now() - at) * USER_SHARE);
  }

  #accountOf(principal: NonNullable<Principal>): Account {
    const known = this.#accounts.get(principal);
    if (known !== undefined) return known;
    const account: Account = { had: 0, at: this.#now(), waiting: [], ofUser: typeof principal === "number" ? 1 : 0 };
    if (this.#accounts.size >= MAX_ACCOUNTS) this.#forget();
    this.#accounts.set(principal, account);
    return account;
  }

  #forget(): void {
    for (const [principal, account] of this.#accounts) {
      if (account.waiting.length === 0 && this.#had(account) === 0) this.#accounts.delete(principal);
    }
  }

  readonly #lookAgain = (): void => {
    this.#looking = this.#waited.size > 0;
    if (!this.#looking) return;
    if (this.#serve()) setImmediate(this.#lookAgain);
    else setTimeout(this.#lookAgain, LOOK_EVERY_MS);
  };

  /**
   * Lets one of those go on who wait, whoever has waited longest. No more in one turn of the event loop: nine people who sent
   * as much as they could made each turn ten times as long, and an answer from the database takes several.
   */
  #serve(): boolean {
    for (const account of this.#waited) {
      if (this.#had(account) >= MAX_AHEAD_MS) continue;
      this.#waited.delete(account);
      const next = account.waiting.shift();
      this.#waiting -= account.ofUser;
      if (account.waiting.length > 0) this.#waited.add(account);
      next?.();
      return true;
    }
    return false;
  }
}
