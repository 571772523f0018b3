import { AddPermissionCommand, RemovePermissionCommand } from "@aws-sdk/client-lambda";
import * as z from "zod";
import type { Json } from "../../engine/journal.ts";
import { ready } from "../../engine/kind.ts";
import { canonical, compare, none } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { unlessGone } from "../missing.ts";
import { isEnvironments } from "../tags.ts";
import { classifyTaken } from "./conflict.ts";
import { readFunction } from "./function.ts";
import { lambda } from "./permissions.ts";
import { memberOf, membersOf, statementsOf } from "./policy.ts";

interface Wanted {
  readonly functionArn: string;
  /** For example "apigateway.amazonaws.com". */
  readonly principal: string;
  readonly sourceArn: string;
}

type Key = { readonly functionName: string; readonly statementId: string };

interface Live extends Key {
  readonly statement: Json;
}

const action = "lambda:InvokeFunction";

/** A principal that is one service, as its name; any other as it stands there. */
function principalOf(statement: Json): Json | undefined {
  const principal = memberOf(statement, "Principal");
  const service = principal === undefined ? undefined : memberOf(principal, "Service");
  return service !== undefined && canonical(principal) === canonical({ Service: service }) ? service : principal;
}

/**
 * The statement that lets one route call a function. Found by its statement id, which is ours to choose; ours since the
 * function is.
 */
export const LambdaPermission: AwsKind<Wanted, Live, { statementId: string }, Key> = {
  type: "lambda:permission",
  recover: "natural-key",
  usable: "created",
  releases: "gone",
  // A statement cannot be changed, but it holds no data and nothing stands on it.
  replace: "remake",
  // Statements of one function that are written at the same time may overwrite each other, or be refused with 409
  // (hashicorp/terraform-provider-aws, internal/service/lambda/permission.go, which holds a mutex; serverless#1995).
  oneAtATime: true,
  minutes: { create: 2, update: 2, remove: 2 },
  seconds: { create: 1, remove: 1 },
  permissions: lambda,
  card: "API Gateway",
  // The function's policy is one document, read consistently.
  lag: 5,
  parseKey: keyOf(z.object({ functionName: z.string(), statementId: z.string() })),

  async find(aws, me, { functionName, statementId }) {
    const [all, holder] = await Promise.all([statementsOf(aws, functionName), readFunction(aws, functionName)]);
    const statement = all.find(({ sid }) => sid === statementId)?.value;
    const isOurs = holder !== undefined && isEnvironments(holder.tags, me.environment);
    return statement === undefined || !isOurs ? undefined : { functionName, statementId, statement };
  },
  id: (live) => `${live.functionName}/${live.statementId}`,
  phase: () => ready,
  outputs: (live) => ({ statementId: live.statementId }),

  changes: (want, { statement }) => {
    const condition = { ArnLike: { "AWS:SourceArn": want.sourceArn } };
    const paths = ["effect", "action", "functionArn", "principal", "condition", "others"];
    // Whatever else stands in it, NotPrincipal for one, makes it another statement.
    const { Sid: _, Effect, Action, Resource, Principal: __, Condition, ...others } = membersOf(statement);
    return compare(
      { effect: "Allow", action, functionArn: want.functionArn, principal: want.principal, condition, others: {} },
      {
        effect: Effect ?? none,
        action: Action ?? none,
        functionArn: Resource ?? none,
        principal: principalOf(statement) ?? none,
        condition: Condition ?? none,
        others,
      },
      paths,
    );
  },

  async create(aws, _me, { functionName, statementId }, want) {
    await aws.lambda(
      new AddPermissionCommand({
        FunctionName: functionName,
        StatementId: statementId,
        Action: action,
        Principal: want.principal,
        SourceArn: want.sourceArn,
      }),
    );
    return `${functionName}/${statementId}`;
  },

  // Whatever differs has it made anew.
  update: async () => undefined,

  remove: (aws, live) =>
    unlessGone(
      aws.lambda(new RemovePermissionCommand({ FunctionName: live.functionName, StatementId: live.statementId })),
    ),

  classify: classifyTaken,
};
