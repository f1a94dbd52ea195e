import type { ReactNode } from "react";
import type { AttendanceStatus } from "../generated/graphql.ts";

/* Shapes that differ without their colours. Decoration: the words are beside them. */

function Icon({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return (
    <svg className={className} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 2,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

const SHAPES: Readonly<Record<AttendanceStatus, ReactNode>> = {
  PRESENT: <path d="M3 8.5 6.5 12 13 4.5" {...stroke} />,
  LATE: (
    <>
      <circle cx="8" cy="8" r="6" {...stroke} />
      <path d="M8 4.8V8l2.2 1.6" {...stroke} />
    </>
  ),
  ABSENT: <path d="M4 4l8 8M12 4l-8 8" {...stroke} />,
  EXCUSED: <path d="M3.5 8h9M8 3.5 12.5 8 8 12.5" {...stroke} />,
};

export const StatusIcon = ({ status }: { readonly status: AttendanceStatus }) => <Icon>{SHAPES[status]}</Icon>;

/** Full: here and active. A ring with a dot: here, but idle. An empty ring: not here. Null: the place of one. */
export function DotIcon({ state }: { readonly state: "active" | "idle" | "away" | null }) {
  if (state === null) return <Icon className="dot">{null}</Icon>;
  return (
    <Icon className={`dot dot-${state}`}>
      {state === "active" ? (
        <circle cx="8" cy="8" r="6" fill="currentColor" />
      ) : (
        <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2" />
      )}
      {state === "idle" && <circle cx="8" cy="8" r="2" fill="currentColor" />}
    </Icon>
  );
}

export const Chevron = ({ left = false }: { readonly left?: boolean }) => (
  <Icon>
    <path d={left ? "M10 3 5 8l5 5" : "M6 3l5 5-5 5"} {...stroke} />
  </Icon>
);

export const Mark = () => (
  <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" className="mark-ground" />
    <path d="M7 17.5 13 23 25 10" {...stroke} stroke="#fff" strokeWidth="3.4" />
  </svg>
);
