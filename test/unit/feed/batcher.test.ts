import { describe, expect, it } from "vitest";
import { createBatcher } from "../../../src/services/shared/batcher.ts";
import { deferred, quiet, watched } from "../../support/promises.ts";

function asked(most = 100) {
  const questions: {
    keys: readonly number[];
    answer: (values: readonly string[]) => void;
    fail: (e: Error) => void;
  }[] = [];
  const one = createBatcher<number, string>((keys) => {
    const { promise, resolve, reject } = deferred<readonly string[]>();
    questions.push({ keys, answer: resolve, fail: reject });
    return promise;
  }, most);
  return { one, questions };
}

const name = (keys: readonly number[]) => keys.map((key) => `no. ${key}`);

describe("asking together", () => {
  it("asks once for those that come at once, and answers each", async () => {
    const { one, questions } = asked();
    const answers = Promise.all([one(1), one(2), one(1)]);
    await quiet();
    expect(questions.map(({ keys }) => keys)).toEqual([[1, 2, 1]]);
    questions[0]?.answer(name([1, 2, 1]));
    expect(await answers).toEqual(["no. 1", "no. 2", "no. 1"]);
  });

  it("never answers with what was asked before: who comes meanwhile waits for the next question", async () => {
    const { one, questions } = asked();
    const first = watched(one(1));
    await quiet();
    const [later, last] = [watched(one(1)), watched(one(2))];
    questions[0]?.answer(["old"]);
    await quiet();
    expect([first.value, later.settled, last.settled]).toEqual(["old", false, false]);
    expect(questions[1]?.keys).toEqual([1, 2]);
    questions[1]?.answer(["new", "other"]);
    await quiet();
    expect([later.value, last.value]).toEqual(["new", "other"]);
  });

  it("a failure is told to all who are waiting by then, and to nobody who comes after", async () => {
    const { one, questions } = asked(1);
    const waiting = [watched(one(1)), watched(one(2)), watched(one(3))];
    await quiet();
    questions[0]?.fail(new Error("away"));
    await quiet();
    for (const { error } of waiting) expect(error).toMatchObject({ message: "away" });
    const later = watched(one(4));
    await quiet();
    questions[1]?.answer(name([4]));
    await quiet();
    expect(later.value).toBe("no. 4");
    expect(questions).toHaveLength(2);
  });

  it("asks for so many at once, and goes on with the rest", async () => {
    const { one, questions } = asked(2);
    const answers = Promise.all([1, 2, 3, 4, 5].map(one));
    for (let i = 0; i < 3; i += 1) {
      await quiet();
      questions[i]?.answer(name(questions[i]?.keys ?? []));
    }
    expect(await answers).toEqual(name([1, 2, 3, 4, 5]));
    expect(questions.map(({ keys }) => keys)).toEqual([[1, 2], [3, 4], [5]]);
  });
});
