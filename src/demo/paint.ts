export type Style = "bold" | "dim" | "green" | "yellow" | "red" | "cyan";
/** Styles a text, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string;

const CODES: Record<Style, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

export const colours: Paint = (style, text) => {
  const [on, off] = CODES[style];
  return text === "" ? text : `\u001b[${on}m${text}\u001b[${off}m`;
};

export const plain: Paint = (_style, text) => text;
