import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { another, type DriftFacts, inSync, noProperty } from "../drift.ts";

const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});
const role = "trading-processor-dev";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [
    { fields: /RoleName @/, reason: another, expect: noProperty },
    {
      fields: /(Description|Document\S*|MaxSessionDuration|tags\.(Project|Name)|tags\[-\]) @api\/account-role/,
      reason: "one role for the whole account: made when absent, never changed, no environment's",
      expect: inSync,
    },
    {
      fields: /@api\/account-role =/,
      reason: "of the role for the whole account, no environment has a row",
      expect: noProperty,
    },
    {
      fields: /PutRolePolicy PolicyName/,
      reason: "another name is one policy more",
      expect: { is: "repaired", told: "otherwise" },
    },
  ],
  choices: [
    [/\.Statement\[\]\.Effect$/, ["Deny"]],
    [/MaxSessionDuration$/, [7200]],
    [/PermissionsBoundary$/, ["arn:aws:iam::aws:policy/ReadOnlyAccess"]],
    [/PolicyArn$/, ["arn:aws:iam::aws:policy/ReadOnlyAccess"]],
  ],
  again: /^PutRolePolicy$/,
  afterwards: {
    CreateRole: (input, path) =>
      path[0] === "AssumeRolePolicyDocument"
        ? [
            "UpdateAssumeRolePolicy",
            {
              RoleName: Reflect.get(input, "RoleName"),
              PolicyDocument: Reflect.get(input, "AssumeRolePolicyDocument"),
            },
          ]
        : undefined,
  },
  additions: [
    {
      what: "an inline policy",
      node: "functions/processor-role",
      path: /^policies\.by-hand$/,
      by: (cloud) =>
        cloud.call(new PutRolePolicyCommand({ RoleName: role, PolicyName: "by-hand", PolicyDocument: policy })),
    },
    {
      what: "an attached policy",
      node: "functions/processor-role",
      path: /^managed\./,
      by: (cloud) => {
        const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
        cloud.call(new AttachRolePolicyCommand({ RoleName: role, PolicyArn }));
      },
    },
  ],
  strangers: {
    async settle() {
      const iam = new IAMClient();
      const Statement = [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }];
      const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
      await iam.send(new CreateRoleCommand({ RoleName: "stranger", AssumeRolePolicyDocument }));
      const PolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "ec2:*", Resource: "*" }],
      });
      await iam.send(new PutRolePolicyCommand({ RoleName: "stranger", PolicyName: "network", PolicyDocument }));
    },
  },
};
