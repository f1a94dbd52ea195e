import { type ReactNode, useEffect, useRef } from "react";

let first = true;

/** Where somebody goes on whose button went with what it did. */
export const focusHeading = (): void => document.querySelector("h1")?.focus();

/** The page's heading. Whoever comes to the page by a link starts here, and hears it; at the first page nothing moves. */
export function Heading({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    if (!first) scrollTo(0, 0);
    first = false;
  }, []);
  useEffect(() => {
    document.title = `${title} – Rollcall`;
  }, [title]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? title}
    </h1>
  );
}
