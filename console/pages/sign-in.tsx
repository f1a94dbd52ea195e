import { type FormEvent, useEffect, useRef, useState } from "react";
import { announce } from "../announce.tsx";
import { fetchAs } from "../net/http.ts";
import { signedIn, signIn } from "../net/sign-in.ts";
import { readToken, tidyToken } from "../net/token.ts";
import { refresh } from "../net/steady.ts";
import { Heading } from "../parts/heading.tsx";
import { Mark } from "../parts/icons.tsx";
import { leaveConsole } from "../router.tsx";
import { People } from "./people.tsx";

const NO_TOKEN = "That doesn't look like a token: it should have three parts separated by dots.";
const REFUSED = "The server does not accept this token: it has expired, or is meant for another server.";
const NO_ANSWER = "The server does not answer. Try again in a moment.";

/** Null: signed in. Else why not, in words. The token is tried before it is kept. */
async function trySignIn(text: string): Promise<string | null> {
  const token = tidyToken(text);
  const viewer = readToken(token);
  if (viewer === null) return NO_TOKEN;
  try {
    const body = JSON.stringify({ query: "{ me { id } }" });
    const headers = { "content-type": "application/json" };
    const response = await fetchAs(token, "/graphql", { method: "POST", headers, body });
    if (response.status === 401) return REFUSED;
    if (!response.ok) return NO_ANSWER;
  } catch {
    return NO_ANSWER;
  }
  signIn(token, viewer);
  refresh();
  announce("Signed in.");
  return null;
}

export function SignInPage() {
  return (
    <main className="sign-in" id="page">
      <div className="sign-in-card">
        <Mark />
        <Heading title="Sign in">Sign in to Rollcall</Heading>
        <p className="lead">Who was there, for how long, and what was decided about it.</p>
        <SignInForm />
        <People use={trySignIn} />
      </div>
    </main>
  );
}

/** Over the page that one was on, which stays as it is. */
export function SignInDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    announce("Your sign-in has expired.");
  }, []);
  const name = signedIn.get()?.viewer.name;
  return (
    <dialog
      ref={dialog}
      className="sign-in-card"
      aria-labelledby="expired"
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="expired">Your sign-in has expired</h2>
      <p className="lead">
        Sign in again{name == null ? "" : ` as ${name}`} to go on where you are. What you wrote is still there.
      </p>
      <SignInForm />
      <People use={trySignIn} />
      <button type="button" className="quiet" onClick={leaveConsole}>
        Sign out
      </button>
    </dialog>
  );
}

function SignInForm() {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget).get("token");
    setBusy(true);
    setProblem(await trySignIn(typeof token === "string" ? token : ""));
    setBusy(false);
  };
  return (
    <form onSubmit={submit} className="stack">
      <label htmlFor="token">Your token</label>
      <input
        id="token"
        name="token"
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        autoFocus
        aria-invalid={problem !== null}
        aria-describedby="token-help token-problem"
      />
      <p id="token-help" className="help">
        Your platform gives you one. It stays in this tab and is gone when you close it.
      </p>
      <p id="token-problem" className="field-problem" role="alert">
        {problem}
      </p>
      <button type="submit" className="primary" disabled={busy}>
        {busy ? "Signing in …" : "Sign in"}
      </button>
    </form>
  );
}
