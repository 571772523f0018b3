import * as z from "zod/mini";
import type { Fault } from "./problem.ts";

const unprintable = /\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}/u;

/** Text that is stored as it is: no control characters, no half surrogates, no blanks at its ends (MySQL pads those). */
export function text(most: number) {
  return z.string(`must be a string of 1 to ${most} characters`).check(
    z.refine((value) => value.length >= 1 && [...value].length <= most, `must have 1 to ${most} characters`),
    z.refine((value) => value.trim() === value, "must not begin or end with a blank"),
    z.refine((value) => !unprintable.test(value), "must not contain control characters"),
    // For docs/openapi.yaml: the checks of this length count code points, as JSON Schema does and zod's do not.
    z.meta({ minLength: 1, maxLength: most }),
  );
}

/** Digits of a price before and after the point: the column is DECIMAL(20,8). */
const digits = { integer: 12, fraction: 8 } as const;
const decimal = /^(?:0|[1-9]\d*)(?:\.\d+)?$/;
const price = new RegExp(`^(?=.*[1-9])(?:0|[1-9]\\d{0,${digits.integer - 1}})(?:\\.\\d{1,${digits.fraction}})?$`);

/** A price as a decimal in a string. */
export const Price = z.string('must be a decimal in a string, such as "187.50"').check(
  z.refine((value) => decimal.test(value), 'must be a decimal in a string, such as "187.50"'),
  z.refine(
    (value) => !decimal.test(value) || price.test(value),
    `must be above zero, with at most ${digits.integer} digits before and ${digits.fraction} after the point`,
  ),
  z.meta({ pattern: price.source }),
);

const time = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;
const timeExpected = 'must be a time in UTC, such as "2026-11-22T08:41:30.585272Z"';

/** A point in time to the microsecond, in the years that MySQL knows. */
export const Time = z.iso.datetime(timeExpected).check(
  z.refine((value) => time.test(value), timeExpected),
  z.meta({ pattern: time.source }),
);

/** Names what is wrong with a field; `place` says where it stands when not in the body ("query "). */
export function faultsOf(issue: z.core.$ZodIssue, place = ""): Fault[] {
  if (issue.code === "unrecognized_keys") {
    const what = place === "" ? "field" : "parameter";
    return issue.keys
      .slice(0, 10)
      .map((key) => ({ path: `${place}${key.slice(0, 64)}`, message: `is not a known ${what}` }));
  }
  const missing = issue.input === undefined && issue.path.length > 0;
  return [{ path: `${place}${issue.path.join(".") || "body"}`, message: missing ? "is required" : issue.message }];
}
