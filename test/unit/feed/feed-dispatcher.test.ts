import { expect, test } from "vitest";
import type { SessionsChanged, FeedSubscriber } from "../../../src/services/feed/subscriber-index.ts";
import { ConflatingQueue } from "../../../src/services/shared/conflating-queue.ts";
import { FeedDispatcher } from "../../../src/services/feed/feed-dispatcher.ts";
import { FakeClock } from "../../support/clock.ts";

const away = Object.assign(new Error("away"), { code: "P1001" });
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

function tellerThatFails(error: Error) {
  const logged: object[] = [];
  const fails = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    throw error;
  };
  const teller: FeedDispatcher = new FeedDispatcher({
    store: { heads: fails, byIds: fails },
    access: { revoked: async () => [] },
    clock: new FakeClock("2026-03-02T15:00:00Z"),
    log: { error: (details) => void logged.push(details) },
    troubleOf: (each) => (each === away ? "away" : "fault"),
    learn: () => {},
  });
  const mailbox = new ConflatingQueue<SessionsChanged>(
    () => teller.forget(viewer),
    undefined,
    () => teller.wake(),
  );
  const actor = { id: 1, roles: new Set(["admin"] as const) };
  const viewer = { actor, mailbox, children: new Set(), changed: new Set() } as unknown as FeedSubscriber;
  return { teller, viewer, mailbox, logged };
}

test("P17 a fault is logged, and those whom it concerns learn that their list is no longer live", async () => {
  const fault = new TypeError("a fault of ours");
  const { teller, viewer, mailbox, logged } = tellerThatFails(fault);
  const next = mailbox.next();
  teller.note(viewer, 7);
  teller.wake();
  await expect(next).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(logged).toEqual([{ err: fault, viewers: 1 }]);
});

test("P17 while the database is away changes wait, and nothing is logged here", async () => {
  const { teller, viewer, mailbox, logged } = tellerThatFails(away);
  void mailbox.next();
  teller.note(viewer, 7);
  teller.wake();
  await turn();
  expect([...viewer.changed]).toEqual([7]);
  expect(logged).toEqual([]);
});

test("P17 who leaves during a read that fails is forgotten", async () => {
  const { teller, viewer, mailbox } = tellerThatFails(away);
  void mailbox.next();
  teller.note(viewer, 7);
  teller.wake();
  // The read has begun, and fails after this.
  await new Promise((resolve) => setImmediate(resolve));
  await mailbox.return();
  await turn();
  expect(teller.behind).toBe(0);
});
