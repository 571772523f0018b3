import {
  AddPermissionCommand,
  type AddPermissionRequest,
  GetPolicyCommand,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { invalidParameter } from "./settings.ts";
import { type LambdaFunction, type LambdaStore, notFound } from "./store.ts";

/** One statement of a function's resource policy, in the order of members that Lambda gives. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: string | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string } };
}

/** The statement that AddPermission makes: a service principal, an account or everyone; source ARN by ArnLike. */
function statementOf(input: AddPermissionRequest, functionArn: string, account: (id: string) => string): Statement {
  const { StatementId = "", Action = "", Principal = "", SourceArn, SourceAccount } = input;
  const condition = {
    ...(SourceAccount !== undefined && { StringEquals: { "AWS:SourceAccount": SourceAccount } }),
    ...(SourceArn !== undefined && { ArnLike: { "AWS:SourceArn": SourceArn } }),
  };
  return {
    Sid: StatementId,
    Effect: "Allow",
    Principal: principal(Principal, account),
    Action,
    Resource: functionArn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

function principal(name: string, account: (id: string) => string): Statement["Principal"] {
  if (name === "*") return name;
  if (name.endsWith(".amazonaws.com")) return { Service: name };
  if (/^\d{12}$/.test(name)) return { AWS: account(name) };
  if (name.startsWith("arn:aws:iam::")) return { AWS: name };
  throw invalidParameter("The provided principal was invalid. Please check the principal and try again.");
}

/** The policy document as GetPolicy returns it. */
function policyText(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements });
}

/** A function's resource policy, statement by statement. */
export function permissionOperations(store: LambdaStore): Operation[] {
  return [
    write(
      AddPermissionCommand,
      ["FunctionName", "StatementId", "Action", "Principal", "SourceArn", "SourceAccount"],
      (input) => addPermission(store, input),
    ),
    write(RemovePermissionCommand, ["FunctionName", "StatementId"], ({ FunctionName, StatementId }) => {
      const fn = store.lookUp(FunctionName);
      // LocalStack test_permission_exceptions; placebo test_lambda_permission_*.
      if (!fn) throw notFound(`No policy found for: ${store.arnOf(FunctionName)}`);
      const statements = written(store, fn);
      if (statements.length === 0) throw notFound("No policy is associated with the given resource.");
      if (!statements.some((s) => s.Sid === StatementId)) {
        throw notFound(`Statement ${StatementId} is not found in resource policy.`);
      }
      fn.statements = statements.filter((s) => s.Sid !== StatementId);
      return {};
    }),
    read(GetPolicyCommand, ["FunctionName"], ({ FunctionName }) => {
      const fn = store.lookUp(FunctionName);
      const { statements = [] } = (fn && store.past.seen(fn.name, "lambda.policy")) ?? {};
      // No policy and no function are told alike (LocalStack test_permission_exceptions, get_policy_fn_doesnotexist).
      if (!fn || statements.length === 0 || !store.cloud.visible(fn.createdAt.getTime()))
        throw notFound("The resource you requested does not exist.");
      const { revisionId } = fn;
      return { Policy: policyText(statements), RevisionId: revisionId };
    }),
  ];
}

/** The statements as whoever writes the policy now has read them: see `CloudOptions.overlap`. */
function written(store: LambdaStore, fn: LambdaFunction): readonly Statement[] {
  const { ms, answer } = store.cloud.overlap;
  const { statements = [] } = store.past.before(fn.name, ms) ?? {};
  if (answer === "refused" && policyText(statements) !== policyText(fn.statements)) {
    const message = "The function could not be updated due to a concurrent update operation.";
    throw awsError("ResourceConflictException", message, 409, { Type: "User" });
  }
  return statements;
}

function addPermission(store: LambdaStore, input: AddPermissionRequest) {
  const fn = store.find(input.FunctionName);
  if (!/^[a-zA-Z0-9-_]{1,100}$/.test(input.StatementId ?? "")) {
    throw awsError(
      "ValidationException",
      `1 validation error detected: Value '${input.StatementId}' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)`,
    );
  }
  const statements = written(store, fn);
  if (statements.some((s) => s.Sid === input.StatementId)) {
    const message = `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
    throw awsError("ResourceConflictException", message, 409, { Type: "User" });
  }
  const statement = statementOf(input, fn.arn, (id) => `arn:aws:iam::${id}:root`);
  fn.statements = [...statements, statement];
  return { Statement: JSON.stringify(statement) };
}

/** Whether a service may invoke the function on behalf of `sourceArn`; the pattern in the policy may hold `*`. */
export function permits(store: LambdaStore, functionArn: string, service: string, sourceArn: string): boolean {
  const statements = [...store.functions.values()].find((f) => f.arn === functionArn)?.statements ?? [];
  return statements.some(({ Principal, Condition }) => {
    const pattern = Condition?.["ArnLike"]?.["AWS:SourceArn"] ?? "*";
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return (
      typeof Principal === "object" &&
      "Service" in Principal &&
      Principal.Service === service &&
      new RegExp(`^${parts.join(".*")}$`).test(sourceArn)
    );
  });
}
