import { expect, test } from "vitest";
import { folded, foldLines } from "../../src/report/fold.ts";
import { doctorText } from "../../src/report/listings.ts";
import { makeStyle } from "../../src/report/style.ts";

test("a line that fits stays as it is, and so does every line that is not for a terminal", () => {
  expect(foldLines("twelve chars", 12)).toBe("twelve chars");
  const long = "word ".repeat(100);
  expect(folded(long, { write: () => undefined })).toBe(long);
  expect(folded(long, { write: () => undefined, isTTY: true }).split("\n")[0]).toHaveLength(79);
});

test("a wider one is broken between words, and what follows is indented like it", () => {
  expect(foldLines("one two three four", 9)).toBe("one two\nthree\nfour");
  expect(foldLines("  one two three", 9)).toBe("  one two\n  three");
  expect(foldLines("→ one two three", 9)).toBe("→ one two\n  three");
  expect(foldLines("  ✗ one two three", 11)).toBe("  ✗ one two\n    three");
  expect(foldLines("a b\nc d e", 3)).toBe("a b\nc d\ne");
});

test("paint takes no room", () => {
  expect(foldLines("\u001b[31mone two\u001b[39m three", 7)).toBe("\u001b[31mone two\u001b[39m\nthree");
});

test("a word that is wider stays whole, beside its sign", () => {
  expect(foldLines("→ https://example.com/a/b", 10)).toBe("→ https://example.com/a/b");
  expect(foldLines("see https://example.com/a/b now", 10)).toBe("see\nhttps://example.com/a/b\nnow");
});

test("what the doctor has found goes on in its column", () => {
  const checks = [{ id: "disk", status: "ok", what: "there is room for all of it" }] as const;
  const style = makeStyle(false);
  expect(doctorText(checks, style, 30).split("\n").slice(0, 2)).toEqual([
    "ok       disk  there is room",
    `${" ".repeat(15)}for all of it`,
  ]);
});
