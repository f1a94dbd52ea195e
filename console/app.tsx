import { useEffect, useState } from "react";
import { Provider } from "urql";
import { Announcer } from "./announce.tsx";
import { connect } from "./net/connection.ts";
import type { Viewer } from "./net/token.ts";
import { signedIn } from "./net/sign-in.ts";
import { SignInDialog, SignInPage } from "./pages/sign-in.tsx";
import { Shell } from "./shell.tsx";
import { useStore } from "./store.ts";

/** Who is signed in sees pages. When the sign-in expires they stay as they are, behind the question for a new one. */
export function App() {
  const current = useStore(signedIn);
  return (
    <>
      {current === null ? (
        <SignInPage />
      ) : (
        <Connected key={`${current.viewer.id} ${current.viewer.roles.join()}`} viewer={current.viewer} />
      )}
      {current?.expired === true && <SignInDialog />}
      <Announcer />
    </>
  );
}

function Connected({ viewer }: { readonly viewer: Viewer }) {
  const [connection] = useState(connect);
  useEffect(() => connection.run(), [connection]);
  return (
    <Provider value={connection.urql}>
      <Shell viewer={viewer} link={connection.link} />
    </Provider>
  );
}
