import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { tokenFor } from "./running-lesson.ts";
import { ask } from "./server.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One GraphQL request that must be answered. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test says what it expects by reading it
export async function asked(url: string, token: string, query: string, variables: object = {}): Promise<any> {
  const { data, errors } = await ask(url, token, query, variables);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

export interface Booking {
  readonly title: string;
  /** Minutes from now. */
  readonly from: number;
  readonly to: number;
}

/** Tia (1), Sam (2), whose parent is Pat (3), and their lessons; resolves to the lessons' ids. */
export async function bookLessons(url: string, bookings: readonly Booking[], now = Date.now()): Promise<string[]> {
  const admin = await tokenFor(8, "admin");
  await asked(
    url,
    admin,
    `mutation { tutor: upsertUser(input: { id: 1, name: "Tia" }) { id } parent: upsertUser(input: { id: 3, name: "Pat" }) { id }
       student: upsertUser(input: { id: 2, name: "Sam", parentIds: [3] }) { id } }`,
  );
  const ids: string[] = [];
  for (const { title, from, to } of bookings) {
    const [scheduledStart, scheduledEnd] = [from, to].map((minute) => new Date(now + minute * 60_000));
    const input = { tutorId: 1, studentId: 2, title, scheduledStart, scheduledEnd };
    const { scheduleSession } = await asked(
      url,
      admin,
      "mutation ($input: ScheduleSessionInput!) { scheduleSession(input: $input) { id } }",
      { input },
    );
    ids.push(scheduleSession.id as string);
  }
  return ids;
}

/** Signs in as a person does: by pasting a token. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel("Your token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Opens an address of the console in a page that is signed in. */
export async function openConsole(page: Page, url: string, token: string, address = "/console"): Promise<void> {
  await page.goto(new URL(address, url).href);
  await signIn(page, token);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** axe's rules that look at colours: the others find in dark what they find in light. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** Expects that axe finds nothing to object to, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Between two colours there is no contrast to measure.
    await page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))");
    if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(AXE);
    const rules = colorScheme === "light" ? {} : { runOnly: { type: "rule", values: OF_COLOURS } };
    const found = await page.evaluate<string[]>(
      `axe.run(${JSON.stringify({ ...rules, resultTypes: ["violations"] })}).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map((n) => n.html).join(' ')))`,
    );
    expect(found, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}

/** What the page tells people who listen to it. */
export const saidOn = (page: Page): Promise<string | null> => page.locator("p[role=status]").textContent();
