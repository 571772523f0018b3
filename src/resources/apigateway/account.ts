import { GetAccountCommand, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { codeOf } from "../../aws/errors.ts";
import { LOG_ROLE } from "../../config/names.ts";
import { ready } from "../../engine/kind.ts";
import { type AwsKind, noKey } from "../define.ts";
import { apigateway } from "./permissions.ts";
import { replaceValue } from "./shared.ts";

interface Wanted {
  readonly roleArn: string;
}

/**
 * The role with which API Gateway writes to CloudWatch Logs: one setting for all APIs of an account and region. It is
 * set where there is none, and from then on belongs to the account: never changed, never removed.
 */
export const ApiGatewayAccount: AwsKind<Wanted, { readonly roleArn: string }, { roleArn: string }> = {
  type: "apigateway:account",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  role: "account-setting",
  // One UpdateAccount in 20 s, for the whole account (Developer Guide, "Amazon API Gateway quotas").
  minutes: { create: 5, update: 5, remove: 1 },
  seconds: { create: 10, remove: 0 },
  permissions: apigateway,
  card: "API Gateway",
  parseKey: noKey,

  async find(aws) {
    const { cloudwatchRoleArn } = await aws.apigateway(new GetAccountCommand({}));
    return cloudwatchRoleArn ? { roleArn: cloudwatchRoleArn } : undefined;
  },
  id: () => "account",
  phase: () => ready,
  note: ({ roleArn }) =>
    roleArn.endsWith(`/${LOG_ROLE}`) ? undefined : `the role is ${roleArn}, which somebody else has set, and stays`,
  outputs: ({ roleArn }) => ({ roleArn }),

  // Whatever role is set serves every API of the account.
  changes: () => [],

  async create(aws, _me, _key, want) {
    const patchOperations = [replaceValue("/cloudwatchRoleArn", want.roleArn)];
    await aws.apigateway(new UpdateAccountCommand({ patchOperations }));
    return "account";
  },
  update: async () => undefined,
  remove: async () => undefined,

  /**
   * A role that was made a moment ago is refused until IAM has spread it: "The role ARN does not have required
   * permissions configured…" or "…set to API Gateway", and "API Gateway could not successfully write to CloudWatch
   * Logs using the ARN specified" (hashicorp/terraform-provider-aws, resource aws_api_gateway_account).
   */
  classify: (error) =>
    error instanceof Error &&
    codeOf(error) === "BadRequestException" &&
    /role ARN does not have required permissions|could not successfully write to CloudWatch Logs|cannot be assumed/.test(
      error.message,
    )
      ? "retry"
      : undefined,
};
