import { announce } from "../announce.tsx";
import { boundsOf, type Day } from "../time.ts";
import { currentToken } from "./connection.ts";
import { fetchAs } from "./http.ts";

/** Saves the sessions of a day as the server exports them. A link could not: the token goes into no address. */
export async function saveTable(day: Day): Promise<string | null> {
  try {
    const query = new URLSearchParams(boundsOf(day)).toString();
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
