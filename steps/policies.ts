import type { Place } from "./place.ts";

/** The trust policy of a role for one AWS service, for example "lambda.amazonaws.com". */
export const trust = (service: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
});

const policy = (
  ...Statement: readonly { Effect: string; Action: readonly string[]; Resource: string | readonly string[] }[]
) => ({
  Version: "2012-10-17",
  Statement,
});

const allow = (Action: readonly string[], Resource: string | readonly string[]) => ({
  Effect: "Allow",
  Action,
  Resource,
});

/** What a function in the VPC needs whatever it does. */
export const baseOfFunction = (place: Place, logGroupName: string, keyArn: string) => ({
  // EC2 cannot scope these by resource for Lambda (Lambda developer guide, "Required IAM permissions" for VPCs).
  network: policy(
    allow(
      [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      "*",
    ),
  ),
  // Without logs:CreateLogGroup, so that no function brings its deleted group back.
  logs: policy(
    allow(
      ["logs:CreateLogStream", "logs:PutLogEvents"],
      `arn:aws:logs:${place.region}:${place.account}:log-group:${logGroupName}:*`,
    ),
  ),
  // X-Ray has no resources to name (service authorization reference).
  tracing: policy(allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")),
  key: policy(allow(["kms:Decrypt"], keyArn)),
});

/** Reading one secret. */
export const readSecret = (arn: string) => policy(allow(["secretsmanager:GetSecretValue"], arn));

/** Filling one secret, which needs the key for writing, too. */
export const writeSecret = (arn: string, keyArn: string) =>
  policy(
    allow(["secretsmanager:PutSecretValue", "secretsmanager:DescribeSecret"], arn),
    allow(["kms:GenerateDataKey"], keyArn),
  );
