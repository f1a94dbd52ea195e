import { announce } from "../announce.tsx";
import type { SessionFilter } from "../generated/graphql.ts";
import { boundsOf, type Day } from "../time.ts";
import { currentToken } from "./connection.ts";
import { fetchAs } from "./http.ts";

/** Saves the sessions of a list as the server exports them. A link could not: the token goes into no address. */
export async function saveTable(day: Day, filter: SessionFilter): Promise<string | null> {
  try {
    const wishes = Object.entries({ ...boundsOf(day), ...filter }).map(([name, wish]) => [name, String(wish)]);
    const query = new URLSearchParams(wishes).toString();
    const response = await fetchAs(currentToken(), `/sessions.csv?${query}`);
    if (response.status === 401) return null;
    if (!response.ok) return "The server could not make the table.";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = `sessions-${day}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
    announce("The table is saved.");
    return null;
  } catch {
    return "The server does not answer. Try again in a moment.";
  }
}
