import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import type { Aws } from "../../aws/aws.ts";
import type { Json } from "../../engine/journal.ts";
import { parseDocument } from "../compare.ts";
import { ifThere } from "../missing.ts";

/** One statement of a function's policy, as it stands there: anybody may have written it, in any of the ways that IAM allows. */
export interface Statement {
  /** Its id, by which alone it can be removed (RemovePermission). */
  readonly sid: string | undefined;
  readonly value: Json;
}

/** The statements of a policy document. The grammar allows a single one without a list around it. */
function statementsIn(document: Json | undefined): Statement[] {
  if (document === undefined) return [];
  const all = memberOf(document, "Statement") ?? document;
  return (Array.isArray(all) ? all : [all]).map((value: Json) => {
    const sid = memberOf(value, "Sid");
    return { sid: typeof sid === "string" && sid !== "" ? sid : undefined, value };
  });
}

/** The members of a value; none when it is no object. */
export const membersOf = (value: Json): Readonly<Record<string, Json>> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

/** A member of a value, if the value is an object and has it. */
export const memberOf = (value: Json, name: string): Json | undefined => membersOf(value)[name];

/** Who may call a function, by its own policy. Where there is no policy AWS says "not found" (GetPolicy). */
export const statementsOf = (aws: Aws, FunctionName: string): Promise<Statement[]> =>
  aws.shared(`lambda:policy ${FunctionName}`, async () => {
    const answer = await ifThere(aws.lambda(new GetPolicyCommand({ FunctionName })));
    return statementsIn(parseDocument(answer?.Policy));
  });
