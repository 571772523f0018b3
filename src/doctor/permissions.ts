import { classify, codeOf } from "../aws/errors.ts";
import { statementsFor } from "../policy/policy.ts";
import type { Account } from "./account.ts";
import { error, type Finding, ok, warning } from "./check.ts";
import { deniedActions, principalOf } from "./simulation.ts";

/** So many actions are named; the policy has them all. */
const shown = 6;

/** Whether the caller may do what `tap policy` lists, as far as IAM's simulation can tell. */
export async function permissions({ aws, settings, caller }: Account): Promise<Finding> {
  const { account, arn } = await caller;
  const principal = await principalOf(aws, arn);
  if (principal === undefined) {
    const fix = 'Run tap as a role or a user that has what "tap policy" lists.';
    return warning(`IAM simulates no policies of ${arn}`, fix);
  }
  const statements = statementsFor({ ...settings, account });
  try {
    const denied = await Promise.all(statements.map((statement) => deniedActions(aws, principal, statement)));
    const actions = [...new Set(denied.flat())].sort();
    const all = new Set(statements.flatMap(({ Action }) => Action)).size;
    if (actions.length === 0) return ok(`${principal} may do all of the ${all} actions, by IAM's simulation`);
    const more = actions.length > shown ? ` and ${actions.length - shown} more` : "";
    return error(
      `by IAM's simulation, ${principal} may not do ${actions.length} of the ${all} actions as they are needed: ${actions.slice(0, shown).join(", ")}${more}`,
      `tap policy --env ${settings.environment}, for whoever gives out permissions`,
    );
  } catch (failed) {
    if (classify(failed) !== "denied" && classify(failed) !== "gone") throw failed;
    return warning(
      `IAM does not simulate the policies of ${principal} for this caller: ${codeOf(failed)}`,
      "Allow iam:SimulatePrincipalPolicy (and iam:GetRole) on it, or compare by hand with: tap policy",
    );
  }
}
