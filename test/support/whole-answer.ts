import type { Answer, Caller } from "./app.ts";

/** All that a client gets to see of an answer, but for what differs by itself between any two: date and request id. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export async function whole(
  url: string,
  caller: Caller,
  operation: { readonly query: string; readonly variables: object },
  accept = "*/*",
): Promise<WholeAnswer> {
  const token = await caller.token;
  const response = await fetch(url, {
    method: "POST",
    headers: {
      accept,
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(operation),
  });
  const { date, "x-request-id": requestId, ...headers } = Object.fromEntries(response.headers);
  if (date === undefined || requestId === undefined) throw new Error("an answer has a date and a request id");
  return { status: response.status, headers, text: await response.text() };
}

/** In one word: the code of the refusal, "null", whether a list has "some" or "none", else "ok". */
export function outcomeOf({ text }: Pick<WholeAnswer, "text">): string {
  const { data, errors } = JSON.parse(text) as Answer<Record<string, { totalCount?: number } | null>>;
  if (errors?.[0] !== undefined) return errors[0].extensions.code;
  const [field = null] = Object.values(data ?? {});
  if (field === null) return "null";
  if (field.totalCount === undefined) return "ok";
  return field.totalCount === 0 ? "none" : "some";
}

/** What stands at the end of a selection of one field each, parts of lists joined by "+"; or the code of the refusal. */
export function endsOf({ text }: Pick<WholeAnswer, "text">): string {
  const { data, errors } = JSON.parse(text) as Answer<unknown>;
  if (errors?.[0] !== undefined) return errors[0].extensions.code;
  const ends = (value: unknown): string[] =>
    value !== null && typeof value === "object"
      ? Object.values(value).flatMap(ends)
      : [String(value).replaceAll(" ", "_")];
  return ends(data).sort().join("+") || "none";
}
