import type { Json } from "../engine/journal.ts";
import type { Change, Weight } from "../engine/kind.ts";

/**
 * Findings and changes of what somebody has added to a resource, one for each.
 *
 * @param within the path of them all: one has `<within>.<name>`
 * @param found by name; undefined where it was not looked for
 * @param fix what `up` does about it: takes it away, leaves it unless it is named, or leaves it
 */
export const added = (
  within: string,
  found: Readonly<Record<string, Json>> | undefined,
  fix: "update" | "lift" | "leave",
  weight: Weight,
): Change[] =>
  Object.entries(found ?? {}).map(([name, live]) => ({
    path: `${within}.${name}`,
    want: undefined,
    live,
    fix,
    weight,
  }));

/** Values by name. */
export const byName = <T>(
  all: readonly T[],
  name: (one: T) => string,
  value: (one: T) => Json,
): Readonly<Record<string, Json>> => Object.fromEntries(all.map((one) => [name(one), value(one)]));
