import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cell, localTime, row } from "../../../src/server/export/csv.ts";

/** RFC 4180, read. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let value = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] as string;
    if (quoted) {
      if (char !== '"') value += char;
      else if (text[i + 1] === '"') value += text[(i += 1)];
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ",") {
      rows.at(-1)!.push(value);
      value = "";
    } else if (char === "\r" && text[i + 1] === "\n") {
      rows.at(-1)!.push(value);
      rows.push([]);
      value = "";
      i += 1;
    } else value += char;
  }
  return rows.slice(0, -1);
}

describe("a row of CSV", () => {
  it("quotes what would break it, and leaves what is missing empty", () => {
    expect(row(["a", 'say "hi", now', "two\nlines", null, undefined, 8.5, false])).toBe(
      'a,"say ""hi"", now","two\nlines",,,8.5,false\r\n',
    );
  });

  it("lets no spreadsheet take text for a formula; numbers stay numbers", () => {
    for (const text of ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "＝1"]) {
      expect(parse(row([text]))).toEqual([[`'${text}`]]);
      expect(parse(row([` \t${text}`]))).toEqual([[` \t'${text}`]]);
      // Where semicolons separate, each of them begins a cell, and each line a row.
      expect(parse(row([`a;${text};\n${text}`]))).toEqual([[`a;'${text};\n'${text}`]]);
    }
    expect(cell(-1)).toBe("-1");
    expect(cell("a=b")).toBe("a=b");
  });

  it("comes out as it went in, whatever is in it", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !/(^|[;\t\r\n])\s*[=+\-@＝＋－＠]/.test(value));
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 5 }), { maxLength: 5 }), (rows) => {
        expect(parse(rows.map(row).join(""))).toEqual(rows);
      }),
    );
  });
});

describe("a time where the lesson is", () => {
  it("carries its offset, summer and winter, and names the same moment", () => {
    expect(localTime("2026-01-05T16:00:00.000Z", "Europe/Berlin")).toBe("2026-01-05T17:00:00+01:00");
    expect(localTime("2026-07-06T23:30:00.000Z", "Europe/Berlin")).toBe("2026-07-07T01:30:00+02:00");
    expect(localTime("2026-01-05T00:00:00.000Z", "UTC")).toBe("2026-01-05T00:00:00+00:00");
    expect(localTime("2026-01-05T16:00:00.000Z", "Asia/Kathmandu")).toBe("2026-01-05T21:45:00+05:45");
    expect(localTime(null, "UTC")).toBeNull();
    const zones = fc.constantFrom("America/St_Johns", "Pacific/Auckland", "Africa/Casablanca", "America/New_York");
    const times = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(zones, times, (zone, time) => {
        const whole = Math.floor(time.getTime() / 1000) * 1000;
        expect(Date.parse(localTime(time.toISOString(), zone)!)).toBe(whole);
      }),
    );
  });
});

describe("text that hides a formula", () => {
  const FORMULAS = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"];
  /** The cells as a program reads them whose separator is the semicolon: quotes at the beginning of a cell are taken away. */
  const cellsElsewhere = (line: string) => line.split(/[;\t\r\n]/).map((each) => each.replace(/^[\s"]+/, ""));
  const isFormula = (text: string) => /^[=+\-@＝＋－＠]/.test(text);

  it("is none after a semicolon and quotes either", () => {
    for (const formula of FORMULAS) {
      for (const hidden of [`a;"${formula}"`, `a; ""${formula}`, `a;" "${formula}`, `a\n"${formula}`]) {
        expect(cellsElsewhere(row(["7", hidden])).filter(isFormula)).toEqual([]);
      }
    }
    const text = fc.string({
      unit: fc.constantFrom(";", '"', "=", "+", "-", "@", " ", "\n", "\t", ",", "a", "1", "＝"),
    });
    fc.assert(fc.property(text, (value) => cellsElsewhere(row(["7", value])).filter(isFormula).length === 0));
  });
});

describe("times in many zones", () => {
  it("formats a zone by one name, however it is written, and one that is unknown in UTC", () => {
    expect(localTime("2026-01-05T16:00:00.000Z", "eUrOpE/bErLiN")).toBe("2026-01-05T17:00:00+01:00");
    expect(localTime("2026-01-05T16:00:00.000Z", "Mars/Olympus")).toBe("2026-01-05T16:00:00+00:00");
    let made = 0;
    const { DateTimeFormat } = Intl;
    Intl.DateTimeFormat = class extends DateTimeFormat {
      constructor(...args: ConstructorParameters<typeof DateTimeFormat>) {
        super(...args);
        made += 1;
      }
    } as typeof DateTimeFormat;
    try {
      for (let spelling = 0; spelling < 500; spelling += 1) {
        const zone = [..."europe/berlin"].map((c, i) => ((spelling >> i) & 1 ? c.toUpperCase() : c)).join("");
        localTime("2026-01-05T16:00:00.000Z", zone);
      }
    } finally {
      Intl.DateTimeFormat = DateTimeFormat;
    }
    expect(made).toBe(0);
  });
});
