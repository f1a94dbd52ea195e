/** Whom a token names, as far as the page has to know: what somebody may do is for the server to say. */
export interface Viewer {
  readonly id: string;
  readonly name: string | null;
  readonly roles: readonly string[];
}

/** Reads a token without checking it; null for what is no token. */
export function readToken(token: string): Viewer | null {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const { sub, name, roles, role } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    if (typeof sub !== "string" && typeof sub !== "number") return null;
    const held = Array.isArray(roles) ? roles.filter((each) => typeof each === "string") : [];
    return {
      id: String(sub),
      name: typeof name === "string" ? name : null,
      roles: typeof role === "string" ? held.filter((each) => each === role) : held,
    };
  } catch {
    return null;
  }
}

/** What was pasted: with or without "Bearer", with line breaks from a terminal. */
export const tidyToken = (text: string): string => text.replace(/^\s*Bearer\s+/i, "").replace(/\s+/g, "");
