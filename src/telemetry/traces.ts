/** A piece of work, as a trace shows it. */
export interface Span {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** `around`: of the work it runs in. `alone`: a trace of its own. Else the W3C header of who asked for it. */
  readonly within: "around" | "alone" | { readonly traceparent: string };
}

/** Where traces go. */
export interface Traces {
  span<T>(span: Span, work: () => Promise<T>): Promise<T>;
  /** The work around failed, though it threw nothing. */
  failed(code: string): void;
  /** Resolves when what is left was sent, or after a second. */
  stop(): Promise<void>;
}

export const noTraces: Traces = {
  span: (_span, work) => work(),
  failed: () => undefined,
  stop: () => Promise.resolve(),
};
