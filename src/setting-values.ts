import { z } from "zod";
import { isOrigin } from "./domain/text.ts";

/**
 * How the text of one environment variable becomes a value. Every fault is a phrase that continues the variable's name
 * ("must be …") and says what is allowed. Values are quoted back only where nobody keeps a secret: never from URLs,
 * origins or the JWT secret.
 */
type Reading<T> = { value: T } | { fault: string };

function setting<T>(fallback: T, read: (text: string) => Reading<T>) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      if (text === undefined || text === "") return fallback;
      const reading = read(text);
      if ("value" in reading) return reading.value;
      context.addIssue({ code: "custom", message: reading.fault });
      return z.NEVER;
    });
}

const quoted = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** A whole number in plain digits, both bounds allowed; the value is multiplied by `unit`. */
export const wholeNumber = (fallback: number, least: number, most: number, unit = 1) =>
  setting<number>(fallback * unit, (text) => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return { value: value * unit };
    return { fault: `must be a whole number from ${least} to ${most}, not ${quoted(text)}` };
  });

export const oneOf = <const T extends string>(fallback: T, allowed: readonly T[]) =>
  setting<T>(fallback, (text) => {
    const value = allowed.find((word) => word === text);
    return value === undefined ? { fault: `must be one of ${allowed.join(", ")}, not ${quoted(text)}` } : { value };
  });

export const plainText = <T extends string | null>(fallback: T) =>
  setting<string | T>(fallback, (text) => (text.includes("\0") ? { fault: "must not hold a NUL" } : { value: text }));

/** A name or an address to listen on: no port, no scheme. */
export const host = () =>
  setting<string | null>(null, (text) =>
    /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text) ||
    /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(text)
      ? { value: text }
      : { fault: `must be a host name or an IP address without scheme and port, not ${quoted(text)}` },
  );

/** As DATABASE_URL: the store in DATA_DIR, asked for by name. */
export const EMBEDDED = "embedded";

/**
 * A URL that may hold a password, so the fault never shows it.
 * @param word allowed instead of a URL
 */
export const serverUrl = (schemes: readonly string[], word?: string) =>
  setting<string | null>(null, (text) => {
    if (text === word) return { value: text };
    const allowed = schemes.map((scheme) => `${scheme}://`).join(" or ");
    const matches = schemes.some((scheme) => text.toLowerCase().startsWith(`${scheme}://`)) && URL.canParse(text);
    return matches ? { value: text } : { fault: `must be a URL that starts with ${allowed}` };
  });

export const secret = (leastBytes: number) =>
  setting<string | null>(null, (text) => {
    const bytes = Buffer.byteLength(text, "utf8");
    if (bytes >= leastBytes) return { value: text };
    return { fault: `must be at least ${leastBytes} bytes long (it has ${bytes}); try: openssl rand -base64 32` };
  });

/** https anywhere; http only on loopback, where nobody in between can swap the keys. */
export const keysUrl = () =>
  setting<string | null>(null, (text) => {
    const fault = "must be an https:// URL (http:// on localhost only) without user, password or #";
    if (!URL.canParse(text)) return { fault };
    const url = new URL(text);
    const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
    const safe = url.protocol === "https:" || (url.protocol === "http:" && loopback);
    return safe && url.username === "" && url.password === "" && url.hash === "" ? { value: url.href } : { fault };
  });

/** Origins exactly as browsers send them, separated by commas. */
export const origins = () =>
  setting<readonly string[]>([], (text) => {
    const listed = text.split(",").map((origin) => origin.trim());
    const value = [...new Set(listed.filter((origin) => origin !== ""))];
    if (text.includes("*")) return { fault: 'must name every origin: "*" would let any site use a visitor\'s token' };
    const places = value.flatMap((origin, index) => (isOrigin(origin) ? [] : [index + 1]));
    if (places.length === 0) return { value };
    return {
      fault:
        "must be origins separated by commas, each exactly as a browser sends it, like https://app.example.com " +
        `(lower case, no path, no slash at the end, no default port); look at number ${places.join(", ")}`,
    };
  });
