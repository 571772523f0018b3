import { expect, test } from "vitest";
import { compare, compareMembers, isLike, none, sorted } from "../../src/resources/compare.ts";

test("a field that AWS leaves out is unknown: no drift, and nothing to be replaced for", () => {
  expect(compare({ name: "trading", days: 30 }, { days: 7 }, ["name"])).toEqual([
    { path: "name", want: "trading", live: undefined, fix: "unknown" },
    { path: "days", want: 30, live: 7, fix: "update" },
  ]);
  const [ids] = compare({ ids: sorted(["b", "a"]) }, { ids: sorted(undefined) });
  expect(ids?.fix).toBe("unknown");
  expect(isLike({ name: "trading", days: 30 }, { days: 30 })).toBe(true);
  expect(isLike({ name: "trading", days: 30 }, { name: "trading", days: 7 })).toBe(false);
});

test("a field whose absence says that there is none is drift", () => {
  expect(compare({ days: 30, name: "x" }, { days: none, name: none }, ["name"])).toEqual([
    { path: "days", want: 30, live: undefined, fix: "update" },
    { path: "name", want: "x", live: undefined, fix: "replace" },
  ]);
  expect(compare({ deletionDate: undefined }, { deletionDate: none })).toEqual([]);
});

test("of what is listed whole, a member too many and a member too few are drift; one without a value is unknown", () => {
  expect(compareMembers("parameters", { a: "1", b: "2", c: "3" }, { a: "1", c: undefined, d: "4" })).toEqual([
    { path: "parameters.b", want: "2", live: undefined, fix: "update" },
    { path: "parameters.c", want: "3", live: undefined, fix: "unknown" },
    { path: "parameters.d", want: undefined, live: "4", fix: "update" },
  ]);
});
