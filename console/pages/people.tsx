import { useEffect, useState } from "react";

interface Person {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly token: string;
}

/** Only a server in development says in its page that it has people to offer. */
const offered = (): boolean => document.querySelector('meta[name="rollcall-people"]') !== null;

/** People who exist here, one click each; nothing at all where the server offers none. */
export function People({ use }: { readonly use: (token: string) => Promise<string | null> }) {
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!offered()) return;
    const asking = new AbortController();
    fetch("/console/people", { signal: asking.signal })
      .then(async (response) => {
        if (response.ok) setPeople((await response.json()) as Person[]);
      })
      .catch(() => undefined);
    return () => asking.abort();
  }, []);
  if (people.length === 0) return null;
  return (
    <section className="people" aria-labelledby="people">
      <h2 id="people">In development: sign in as</h2>
      <ul>
        {people.map(({ id, name, role, token }) => (
          <li key={id}>
            <button type="button" onClick={async () => setProblem(await use(token))}>
              <span>{name}</span> <span className="people-role">{role}</span>
            </button>
          </li>
        ))}
      </ul>
      <p role="alert" className="field-problem">
        {problem}
      </p>
    </section>
  );
}
