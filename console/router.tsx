import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";
import { signOut } from "./net/sign-in.ts";

/** Where one can be. The token is in no address. */
export type Route =
  | { readonly page: "list"; readonly day: string | null; readonly show: Show }
  | { readonly page: "lesson"; readonly id: string };

export const SHOWS = ["all", "live", "undecided"] as const;
export type Show = (typeof SHOWS)[number];

const moved = new Set<() => void>();
addEventListener("popstate", () => moved.forEach((listener) => listener()));

export function go(address: string): void {
  if (address === location.pathname + location.search) return;
  history.pushState(null, "", address);
  moved.forEach((listener) => listener());
}

/** What was open is nobody else's business. */
export function leaveConsole(): void {
  signOut();
  rememberList("/console");
  go("/console");
}

const subscribe = (listener: () => void) => {
  moved.add(listener);
  return () => moved.delete(listener);
};

export const useAddress = (): string => useSyncExternalStore(subscribe, () => location.pathname + location.search);

export function routeOf(address: string): Route {
  const url = new URL(address, location.origin);
  const id = /^\/console\/sessions\/(\d{1,10})$/.exec(url.pathname)?.[1];
  if (id !== undefined) return { page: "lesson", id };
  const day = url.searchParams.get("day");
  const show = SHOWS.find((each) => each === url.searchParams.get("show")) ?? "all";
  return { page: "list", day: day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : null, show };
}

export const addressOfLesson = (id: string): string => `/console/sessions/${id}`;

export function addressOfList(day: string | null, show: Show): string {
  const query = new URLSearchParams({
    ...(day === null ? {} : { day }),
    ...(show === "all" ? {} : { show }),
  }).toString();
  return query === "" ? "/console" : `/console?${query}`;
}

let shown = "/console";

/** The list that one came from: whoever decides about one session after the other goes back to the others. */
export const addressOfShownList = (): string => shown;
export function rememberList(address: string): void {
  shown = address;
}

/** A link within the console. Opens elsewhere as any link does when asked to. */
export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string }) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
