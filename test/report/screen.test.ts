import { describe, expect, test } from "vitest";
import { makeScreen } from "../../src/report/screen.ts";
import { makeStyle } from "../../src/report/style.ts";

const at = Date.UTC(2026, 0, 5, 9);

describe("in a terminal", () => {
  const draw = (text: string, rows: number, columns = 80) => {
    const out: string[] = [];
    const stdout = { write: (some: string) => out.push(some), isTTY: true, columns, rows };
    makeScreen(stdout, {}, makeStyle(true), "every 60 s, Ctrl-C ends")(text, at);
    return out.join("").replaceAll("\u001b[K", "");
  };
  const title = "\u001b[H\u001b[2m2026-01-05T09:00:00Z every 60 s, Ctrl-C ends\u001b[22m\n\n";

  test("draws over what was there, and clears what is left of it", () => {
    expect(draw("a\nb", 24)).toBe(`${title}a\nb\n\u001b[J`);
  });

  test("shows no more than there is room for, and says how much is missing", () => {
    expect(draw("1\n2\n3", 6)).toBe(`${title}1\n2\n3\n\u001b[J`);
    expect(draw("1\n2\n3\n4", 6)).toBe(`${title}1\n2\nand 2 more lines\n\u001b[J`);
  });

  test("counts a line that is wider than the terminal as the lines it takes, without its colours", () => {
    const wide = `\u001b[31m${"x".repeat(100)}\u001b[39m`;
    expect(draw(`${wide}\n2\n3`, 7, 50)).toBe(`${title}${wide}\n2\n3\n\u001b[J`);
    expect(draw(`${wide}\n2\n3`, 6, 50)).toBe(`${title}${wide}\nand 2 more lines\n\u001b[J`);
  });
});

test("elsewhere, prints what is new, with its time", () => {
  const out: string[] = [];
  const screen = makeScreen({ write: (text) => out.push(text) }, {}, makeStyle(false), "");
  for (const text of ["a", "a", "b"]) screen(text, at);
  expect(out.join("")).toBe("2026-01-05T09:00:00Z\na\n\n2026-01-05T09:00:00Z\nb\n");
});
