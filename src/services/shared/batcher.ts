interface Waiting<K, V> {
  readonly key: K;
  readonly resolve: (value: V) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks once for what many ask one by one: whoever comes while a question is under way waits for the next one, as
 * heartbeats do. Hundreds who come back at once after a server's end cost a few statements that way. An answer is never
 * older than the question.
 * @param ask answers in the order of the keys
 * @param most keys in one question
 */
export function createBatcher<K, V>(
  ask: (keys: readonly K[]) => Promise<readonly V[]>,
  most: number,
): (key: K) => Promise<V> {
  const waiting: Waiting<K, V>[] = [];
  let asking = false;

  async function drain(): Promise<void> {
    // A turn of the queue first: those that come in one go share the first question too.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        const answers = await ask(batch.map(({ key }) => key));
        batch.forEach(({ resolve }, i) => resolve(answers[i] as V));
      } catch (error) {
        // Those behind would wait for the same answer, one question after the other.
        for (const { reject } of [...batch, ...waiting.splice(0)]) reject(error);
      }
    }
    asking = false;
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (asking) return;
      asking = true;
      void drain();
    });
}
