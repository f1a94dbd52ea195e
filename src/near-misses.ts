/** A variable that is set and not ours, and the setting that was probably meant. */
export interface NearMiss {
  readonly given: string;
  readonly meant: string;
}

/** Shorter names, such as HOST, are an edit or two away from too many that mean something else. */
const MIN_SECRET_LENGTH = 8;
const MAX_EDITS = 2;

/** DATABASEURL, database-url and ROLLCALL_DATABASE_URL are DATABASE_URL. */
const plain = (name: string) =>
  name
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .replace(/^ROLLCALL/, "");

/** The variables of an environment that look like settings of ours, but are none. */
export function nearMisses(environment: Readonly<Record<string, unknown>>, settings: readonly string[]): NearMiss[] {
  return Object.keys(environment).flatMap((given) => {
    if (settings.includes(given)) return [];
    const name = plain(given);
    const meant = settings.find((setting) => {
      const ours = plain(setting);
      return name === ours || (ours.length >= MIN_SECRET_LENGTH && name.length > 0 && edits(name, ours) <= MAX_EDITS);
    });
    return meant === undefined ? [] : [{ given, meant }];
  });
}

/** How many letters have to be added, removed or changed to make one word the other (Levenshtein). */
function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_EDITS) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const changed = row[j]! + (letter === b[j] ? 0 : 1);
      next.push(Math.min(changed, row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
