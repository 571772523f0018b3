import { implied } from "./implied.ts";
import type { Needs } from "./needs.ts";
import { operations } from "./operations.ts";
import { type Condition, type Scope, type Sid, type Subject, scopes } from "./scopes.ts";

/** A statement as IAM reads it. */
export interface Statement {
  readonly Sid: Sid;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/** Where an action is needed. */
const sidsOf = (needs: Needs): (readonly [Sid, string])[] =>
  Object.entries(needs).flatMap(([action, on]) => [on].flat().map((sid) => [sid, action] as const));

/**
 * Everything that the deployer of an environment may do, and nothing else: a statement for each scope that the
 * environment has, with the actions that tap's operations need there.
 */
export function statementsFor(subject: Subject): Statement[] {
  const all: Readonly<Record<Sid, Scope | undefined>> = scopes(subject);
  const needed = [
    ...Object.values(operations).flatMap((service) => Object.values(service.operations).flatMap(sidsOf)),
    ...implied.flatMap(({ needs }) => sidsOf(needs)),
  ];
  return Object.entries(all).flatMap(([sid, scope]) => {
    if (scope === undefined) return [];
    const actions = new Set(needed.flatMap(([on, action]) => (on === sid ? [action] : [])));
    const { resources, condition } = scope;
    return [
      {
        // The keys of the record are the type's.
        Sid: sid as Sid,
        Effect: "Allow",
        Action: [...actions].sort(),
        Resource: resources,
        ...(condition && { Condition: condition }),
      },
    ];
  });
}
