import { type Condition, type Needs, type Permissions, type Scope, type Subject, termsOf } from "../aws/permissions.ts";
import { permissions } from "./permissions.ts";

/** A statement as IAM reads it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Condition;
}

/**
 * Everything that the deployer of an environment may do, and nothing else: a statement for each scope that the
 * environment has, with the actions that tap's operations need there.
 *
 * @throws when a service needs something in a statement that none has, or two have statements of the same id
 */
export function statementsFor(
  subject: Subject,
  services: Readonly<Record<string, Permissions>> = permissions,
): Statement[] {
  const all = Object.values(services);
  const implied = all.flatMap((service) => service.implied);
  const throughKms = new Set(implied.flatMap(({ through }) => through ?? []));
  const terms = termsOf(subject, [...throughKms].sort());
  const look: Scope = { resources: ["*"], condition: terms.inRegion };
  const scopes = [["Look", look] as const, ...all.flatMap((service) => Object.entries(service.scopes(terms)))];

  const actions = new Map<string, Set<string>>();
  for (const [sid] of scopes) {
    if (actions.has(sid)) throw new Error(`two services have a statement ${sid}`);
    actions.set(sid, new Set());
  }
  const operations = all.flatMap((service) => Object.values(service.operations));
  for (const [action, sid] of [...operations, ...implied.map(({ needs }) => needs)].flatMap(pairsOf)) {
    const needed = actions.get(sid);
    if (needed === undefined) throw new Error(`${action} is needed in ${sid}, a statement that no service has`);
    needed.add(action);
  }
  return scopes.flatMap(([Sid, scope]) => {
    if (scope === undefined) return [];
    const { resources, condition } = scope;
    return [
      {
        Sid,
        Effect: "Allow",
        Action: [...(actions.get(Sid) ?? [])].sort(),
        Resource: resources,
        ...(condition && { Condition: condition }),
      },
    ];
  });
}

const pairsOf = (needs: Needs): (readonly [action: string, sid: string])[] =>
  Object.entries(needs).flatMap(([action, sids]) => [sids].flat().map((sid) => [action, sid] as const));
