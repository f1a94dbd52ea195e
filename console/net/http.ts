import { serverClock } from "./server-clock.ts";
import { expire } from "./sign-in.ts";

/** `fetch` with the token; learns the server's time from every answer, and from a 401 that the sign-in has expired. */
export async function fetchAs(token: string, input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const asked = performance.now();
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  const response = await fetch(input, { ...init, headers, credentials: "omit", cache: "no-store" });
  serverClock.learn(response.headers.get("date"), asked);
  if (response.status === 401) expire(token);
  return response;
}
