import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from "@aws-sdk/client-lambda";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import type { Json } from "../../engine/journal.ts";
import { ready } from "../../engine/kind.ts";
import { compare, parseDocument } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { ifThere, unlessGone } from "../missing.ts";
import { isEnvironments } from "../tags.ts";
import { classifyTaken } from "./conflict.ts";
import { readFunction } from "./function.ts";

interface Wanted {
  readonly functionArn: string;
  /** For example "apigateway.amazonaws.com". */
  readonly principal: string;
  readonly sourceArn: string;
}

type Key = { readonly functionName: string; readonly statementId: string };

const Statement = z.object({
  Sid: z.string(),
  Effect: z.string(),
  Action: z.string(),
  Resource: z.string(),
  Principal: z.union([z.string(), z.object({ Service: z.string() })]),
  Condition: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).optional(),
});
const Policy = z.object({ Statement: z.array(Statement) });

interface Live extends Key {
  readonly statement: z.infer<typeof Statement>;
}

const action = "lambda:InvokeFunction";

const statements = (aws: Aws, FunctionName: string) =>
  aws.shared(`lambda:policy ${FunctionName}`, async () => {
    const answer = await ifThere(aws.lambda(new GetPolicyCommand({ FunctionName })));
    const document: Json | undefined = parseDocument(answer?.Policy);
    return document === undefined ? [] : Policy.parse(document).Statement;
  });

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
  minutes: { create: 2, update: 2, remove: 2 },
  seconds: { create: 1, remove: 1 },
  // The function's policy is one document, read consistently.
  lag: 5,
  parseKey: keyOf(z.object({ functionName: z.string(), statementId: z.string() })),

  async find(aws, me, { functionName, statementId }) {
    const [all, holder] = await Promise.all([statements(aws, functionName), readFunction(aws, functionName)]);
    const statement = all.find((s) => s.Sid === statementId);
    const isOurs = holder !== undefined && isEnvironments(holder.tags, me.environment);
    return statement === undefined || !isOurs ? undefined : { functionName, statementId, statement };
  },
  id: (live) => `${live.functionName}/${live.statementId}`,
  phase: () => ready,
  outputs: (live) => ({ statementId: live.statementId }),

  changes: (want, { statement }) => {
    const { Effect, Action, Resource, Principal, Condition } = statement;
    const principal = typeof Principal === "string" ? Principal : Principal.Service;
    const condition = { ArnLike: { "AWS:SourceArn": want.sourceArn } };
    const paths = ["effect", "action", "functionArn", "principal", "condition"];
    return compare(
      { effect: "Allow", action, functionArn: want.functionArn, principal: want.principal, condition },
      { effect: Effect, action: Action, functionArn: Resource, principal, condition: Condition },
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
