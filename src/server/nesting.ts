/** Objects and arrays in each other: no variable of the schema needs a tenth of it. */
const DEEPEST = 64;

/**
 * Whether what came as JSON nests deeper than anybody needs. It parses all the same, 20,000 arrays in 40 KB, but whatever
 * goes through it by recursion, as JSON.stringify does, runs out of stack.
 */
export function nestsTooDeeply(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => nestsTooDeeply(inner, levels - 1));
}
