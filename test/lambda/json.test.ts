import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "../../lambda/json.ts";

/** Whole numbers only: the others are NaN on purpose. */
const wholeJson = fc
  .jsonValue()
  .map((value) => JSON.stringify(value, (_, one) => (typeof one === "number" ? Math.trunc(one) % 2 ** 53 : one)));

test("what JSON.parse reads is read the same, as long as each key is there once and each number whole", () => {
  fc.assert(
    fc.property(wholeJson, (text) => {
      expect(readJson(text)).toEqual({ value: JSON.parse(text), repeated: [] });
    }),
    { numRuns: 2000 },
  );
});

test("what JSON.parse refuses is refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), fc.string(), fc.nat(), (text, more, at) => {
      const broken = text.slice(0, at % (text.length + 1)) + more + text.slice(at % (text.length + 1));
      const read = (parse: (text: string) => unknown) => {
        try {
          parse(broken);
          return "read";
        } catch (error) {
          return error instanceof SyntaxError ? "refused" : error;
        }
      };
      expect(read(readJson)).toBe(read(JSON.parse));
    }),
    { numRuns: 2000 },
  );
});

test("__proto__ is a key like others, and the deepest body that may be sent can be read", () => {
  expect(Object.keys(Object(readJson('{"__proto__": {"a": 1}}').value))).toEqual(["__proto__"]);
  expect(readJson('{"__proto__": 1, "__proto__": 1}').repeated).toEqual(["__proto__"]);
  readJson(`${"[".repeat(4096)}${"]".repeat(4096)}`);
  readJson(`${'{"":'.repeat(1638)}0${"}".repeat(1638)}`);
});

test.each([
  ["1", 1],
  ["-12", -12],
  ["1e2", 100],
  ["1.50e1", 15],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ["9007199254740991.0", Number.MAX_SAFE_INTEGER],
  ["9007199254740992", Number.NaN],
  ["9007199254740991.4", Number.NaN],
  ["0.99999999999999999", Number.NaN],
  ["1.0000000000000000000000001", Number.NaN],
  ["1.5", Number.NaN],
  ["1e999999999999", Number.NaN],
  ["1e-999999999999", Number.NaN],
])("the number %s is read as it is written", (text, value) => {
  expect(readJson(text).value).toBe(value);
});
