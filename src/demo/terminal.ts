import type { WriteStream } from "node:tty";
import { colours, type Paint, plain } from "./paint.ts";
import { WIDTH } from "./screen.ts";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** Where the demo shows itself: a frame that is drawn over the last one, or where that can't be, lines only. */
export class Terminal {
  readonly #out: Pick<WriteStream, "write">;
  /** Frames can be drawn in place. */
  readonly live: boolean;
  readonly paint: Paint;
  #drawn: readonly string[] = [];
  #hidden = false;

  constructor(
    out: Pick<WriteStream, "write"> & Partial<Pick<WriteStream, "isTTY" | "columns" | "rows">>,
    env: Readonly<Record<string, string | undefined>>,
    /** How many lines a frame has. */
    lines: number,
  ) {
    this.#out = out;
    const capable = out.isTTY === true && env["TERM"] !== "dumb";
    // A frame that wraps or scrolls can't be drawn over. A terminal that does not say its size has none to be too small.
    this.live = capable && (out.columns || WIDTH) >= WIDTH && (out.rows || lines + 1) > lines;
    this.paint = capable && !env["NO_COLOR"] ? colours : plain;
  }

  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  /** Draws over the last frame. */
  frame(lines: readonly string[]): void {
    if (lines.join("\n") === this.#drawn.join("\n")) return;
    const back = this.#drawn.length > 0 ? `\u001b[${this.#drawn.length}A` : HIDE_CURSOR;
    this.#hidden = true;
    this.#drawn = lines;
    this.#out.write(`${back}${lines.map((line) => `\r${line}\u001b[K\n`).join("")}`);
  }

  /** Leaves the last frame where it is, and the terminal as it was. */
  done(): void {
    this.#drawn = [];
    if (this.#hidden) this.#out.write(SHOW_CURSOR);
    this.#hidden = false;
  }
}
