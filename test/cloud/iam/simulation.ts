import { SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { allows, type Rule } from "../../policy/evaluate.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { onlyFields, read } from "../model.ts";

type Text = string | readonly string[];

/** A statement as it stands in a policy document. */
interface Written {
  readonly Effect: string;
  readonly Action: Text;
  readonly Resource: Text;
  readonly Condition?: Rule["Condition"];
}

/** The statements of a policy document that this simulation understands: allowing ones with actions and resources. */
function rulesOf(document: string): Rule[] {
  const { Statement }: { Statement: Written | Written[] } = JSON.parse(document);
  return [Statement].flat().map((written) => {
    onlyFields<Written & { Sid?: string }>(written, "Statement", ["Sid", "Effect", "Action", "Resource", "Condition"]);
    const { Effect, Action, Resource, Condition } = written;
    if (Effect !== "Allow") throw new UnmodelledError("iam: a simulated policy that denies");
    return { Action: [Action].flat(), Resource: [Resource].flat(), ...(Condition && { Condition }) };
  });
}

/**
 * SimulatePrincipalPolicy (IAM API reference): "each API in the ActionNames parameter is evaluated for each resource". It
 * knows roles with inline policies only.
 *
 * @param documents the inline policies of the role with this ARN; undefined when there is no such role
 * @param cut a page of a list
 */
export const simulation = (
  documents: (arn: string) => readonly string[] | undefined,
  cut: <T>(
    items: T[],
    key: (item: T) => string,
    limit: number | undefined,
    marker: string | undefined,
  ) => { items: T[]; IsTruncated: boolean; Marker?: string },
) =>
  read(
    SimulatePrincipalPolicyCommand,
    ["PolicySourceArn", "ActionNames", "ResourceArns", "ContextEntries", "MaxItems", "Marker"],
    ({ PolicySourceArn = "", ActionNames = [], ResourceArns = ["*"], ContextEntries = [], MaxItems, Marker }) => {
      const found = documents(PolicySourceArn);
      if (found === undefined) {
        throw awsError("NoSuchEntityException", "Unable to retrieve specified IAM entity.", 404);
      }
      const rules = found.flatMap(rulesOf);
      const context = Object.fromEntries(
        ContextEntries.map((entry) => {
          onlyFields(entry, "ContextEntries", ["ContextKeyName", "ContextKeyValues", "ContextKeyType"]);
          const { ContextKeyName = "", ContextKeyValues = [], ContextKeyType = "" } = entry;
          // ContextEntry data type: a type that is no list takes one value.
          if (!ContextKeyType.endsWith("List") && ContextKeyValues.length !== 1) {
            throw awsError("InvalidInput", `Invalid context key value for ${ContextKeyName}.`);
          }
          return [ContextKeyName, ContextKeyValues];
        }),
      );
      const results = ActionNames.flatMap((action) =>
        ResourceArns.map((resource) => {
          const allowed = rules.some((rule) => allows(rule, { action, resource, context }));
          return {
            EvalActionName: action,
            EvalResourceName: resource,
            EvalDecision: allowed ? ("allowed" as const) : ("implicitDeny" as const),
          };
        }),
      );
      const { items, ...more } = cut(results, (r) => `${r.EvalActionName} ${r.EvalResourceName}`, MaxItems, Marker);
      return { EvaluationResults: items, ...more };
    },
  );
