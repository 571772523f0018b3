import { type ContextEntry, GetRoleCommand, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import type { Aws } from "../aws/aws.ts";
import type { Condition } from "../aws/permissions.ts";
import type { Statement } from "../policy/policy.ts";
import { allPages } from "../resources/pages.ts";

/**
 * The user or role whose policies decide, as IAM knows it; undefined where IAM simulates nothing (the root user, a
 * federated user).
 *
 * @param arn the caller's, as GetCallerIdentity says it
 */
export async function principalOf(aws: Aws, arn: string): Promise<string | undefined> {
  const [, , service, , account, what = ""] = arn.split(":");
  if (service === "iam" && what.startsWith("user/")) return arn;
  const [type, role] = what.split("/");
  if (type !== "assumed-role" || role === undefined) return undefined;
  // The session's ARN leaves the role's path out (IAM user guide, "IAM identifiers"); only the role itself has it.
  const described = await aws.iam(new GetRoleCommand({ RoleName: role })).catch(() => undefined);
  return described?.Role?.Arn ?? `arn:aws:iam::${account}:role/${role}`;
}

/**
 * Those of a statement's actions that the principal may do on none of its resources, by IAM's own simulation. (Not every
 * action is for every resource of its statement.) It knows the principal's policies, boundary and organisation, but not
 * the policies of buckets and keys.
 *
 * @throws what AWS says when it may not be asked
 */
export async function deniedActions(aws: Aws, principal: string, statement: Statement): Promise<string[]> {
  const { Action, Resource, Condition: condition = {} } = statement;
  const asked = {
    PolicySourceArn: principal,
    ActionNames: [...Action],
    ResourceArns: [...Resource],
    ContextEntries: contextOf(condition),
  };
  const results = await allPages("EvaluationResults", "Marker", (Marker) =>
    aws.iam(new SimulatePrincipalPolicyCommand({ ...asked, Marker })),
  );
  const allowed = new Set(
    results.flatMap(({ EvalActionName, EvalDecision, ResourceSpecificResults = [] }) => {
      const decisions = [EvalDecision, ...ResourceSpecificResults.map((each) => each.EvalResourceDecision)];
      return decisions.includes("allowed") ? [EvalActionName] : [];
    }),
  );
  return Action.filter((action) => !allowed.has(action));
}

/** The circumstances under which a condition holds. */
function contextOf(condition: Condition): ContextEntry[] {
  const entries = new Map<string, ContextEntry>();
  for (const [operator, keys] of Object.entries(condition)) {
    // It holds where the key is absent.
    if (operator === "Null") continue;
    for (const [ContextKeyName, value] of Object.entries(keys)) {
      const values = [value].flat();
      const isList = operator.startsWith("ForAllValues:");
      entries.set(ContextKeyName, {
        ContextKeyName,
        ContextKeyValues: isList ? values : values.slice(0, 1),
        ContextKeyType: isList ? "stringList" : operator.startsWith("Bool") ? "boolean" : "string",
      });
    }
  }
  return [...entries.values()];
}
