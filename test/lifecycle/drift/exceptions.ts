import { type Exception, inSync, noProperty } from "../../cloud/drift.ts";
import { services } from "../../cloud/services.ts";
import type { Leaf } from "./leaves.ts";

/** What holds for all services; what holds for one stands beside its model. */
const common: readonly Exception[] = [
  {
    fields: /ClientToken|IdempotencyToken|CallerReference/,
    reason: "a token, which AWS compares once, when the call is repeated",
    expect: noProperty,
  },
  { fields: / tags\[\+\]/, reason: "tags that others have added are theirs", expect: inSync },
  {
    fields: / tags\.(ManagedBy|Environment|tap:id)/,
    reason: "without our tags it may be someone else's",
    expect: { is: "blocked", reason: /its tag (ManagedBy|Environment|tap:id) is by hand/ },
  },
];

const of = (service: string): readonly Exception[] => services[service]?.drift?.exceptions ?? [];

/** Every field that is not simply named and repaired, with the reason. */
export const exceptions: readonly Exception[] = [...Object.keys(services).flatMap(of), ...common];

/** The exception for a leaf, if there is one: the first that matches, and its service's before those of all. */
export const exceptionOf = (leaf: Leaf): Exception | undefined =>
  [...of(leaf.call.service), ...common].find(({ fields }) =>
    fields.test(`${leaf.field} @${leaf.owner} = ${leaf.value}`),
  );

/** What AWS cannot change in place: all of it, so that nothing gets onto a list by mistake. */
export const replacements: readonly string[] = Object.entries(services).flatMap(([name, { inTap = name, drift }]) =>
  (drift?.replacements ?? []).map((one) => `${inTap}:${one}`),
);
