import type { ReactNode } from "react";

/** Above the page, for as long as something is the matter. */
export function Banner({ children }: { readonly children: ReactNode }) {
  return (
    <section className="banner" aria-label="Connection">
      <p>{children}</p>
    </section>
  );
}

/** Where nothing can be shown yet. */
export function Waiting({ problem, again }: { readonly problem: string | null; readonly again: () => void }) {
  if (problem === null) {
    return (
      <p className="waiting" aria-busy="true">
        Loading…
      </p>
    );
  }
  return <Problem text={`${problem} Trying again …`} again={again} />;
}

/** What went wrong, in words, said at once. */
export function Problem({ text, again }: { readonly text: string; readonly again?: () => void }) {
  return (
    <div className="problem" role="alert">
      <p>{text}</p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          Try now
        </button>
      )}
    </div>
  );
}
