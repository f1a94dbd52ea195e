import type { Answer, TestApp } from "./app.ts";

export const JSON_TYPE = { "content-type": "application/json" };

/** What came back, as it came. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The codes of the errors in it. */
  readonly codes: string[];
}

export async function send(
  app: TestApp,
  method: string,
  options: { readonly query?: string; readonly body?: string; readonly headers?: Record<string, string> },
): Promise<Reply> {
  const { query, body, headers = {} } = options;
  const url = query === undefined ? app.url : `${app.url}?${new URLSearchParams({ query }).toString()}`;
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  const { errors = [] } = (text.startsWith("{") ? JSON.parse(text) : {}) as Answer;
  return {
    status: response.status,
    headers: response.headers,
    text,
    codes: errors.map((error) => error.extensions.code),
  };
}

/** A string goes as it is, anything else as JSON. */
export function post(app: TestApp, body: unknown, headers: Record<string, string> = JSON_TYPE): Promise<Reply> {
  return send(app, "POST", { body: typeof body === "string" ? body : JSON.stringify(body), headers });
}
