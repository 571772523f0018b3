import { describe, expect, test } from "vitest";
import { pollInterval } from "../../src/engine/poll-interval.ts";

/** The moments of all looks, in seconds after the waiting began, when each look takes 200 ms. */
function looks(seconds: number, { since = 0, expected = 480 } = {}): number[] {
  const moments: number[] = [];
  let now = since;
  while (now < since + seconds * 1000) {
    now += pollInterval(now, since, expected);
    moments.push(now / 1000);
    now += 200;
  }
  return moments;
}

const gaps = (moments: readonly number[]) => moments.slice(1).map((at, i) => at - (moments[i] ?? 0));

test("looks soon at first", () => {
  expect(looks(1).slice(0, 2)).toEqual([0.2, 0.6]);
});

test.each([
  { expected: 1, seconds: 8, most: 1 },
  { expected: 60, seconds: 60, most: 2 },
  { expected: 480, seconds: 480, most: 10 },
  { expected: 0, seconds: 600, most: 10 },
])("never leaves more than $most s between two looks at what takes $expected s", ({ expected, seconds, most }) => {
  expect(Math.max(...gaps(looks(seconds, { expected })))).toBeLessThanOrEqual(most * 1.5);
});

describe("what is expected to take equally long is looked at in the same moments", () => {
  const from = 80;
  const steady = (since: number) => looks(200, { since }).filter((at) => at >= from + 10 && at < 190);
  test.each([700, 3_300, 9_900])("though it was begun %i ms later", (later) => {
    expect(steady(later)).toEqual(steady(0));
    expect(steady(0).length).toBeGreaterThan(8);
  });
});

test("one look for each step", () => {
  const steady = looks(480).filter((at) => at > 100 && at < 432);
  expect(new Set(gaps(steady))).toEqual(new Set([10]));
});

test("looks more often around the expected end", () => {
  expect(Math.max(...gaps(looks(520).filter((at) => at > 440)))).toBe(5);
});

test("what is overdue is looked at ever more seldom", () => {
  const moments = looks(300, { expected: 10 });
  const count = (from: number, to: number) => moments.filter((at) => at >= from && at < to).length;
  expect(count(0, 10)).toBeGreaterThan(10);
  expect(count(100, 200)).toBeLessThanOrEqual(10);
});
