import type { Place } from "./place.ts";

/** The trust policy of a role for one AWS service, for example "lambda.amazonaws.com". */
export const trust = (service: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
});

type Statement = ReturnType<typeof allow>;

const allow = (Action: readonly string[], Resource: string) => ({ Effect: "Allow", Action, Resource });

/** One inline policy with everything that a role may do: one document to read, for people and for `status`. */
export const policies = (Statement: readonly Statement[]) => ({ trading: { Version: "2012-10-17", Statement } });

/** What a function in the VPC needs, whatever it does. */
export const baseOfFunction = (place: Place, logGroupName: string, keyArn: string) => [
  // EC2 cannot scope these by resource for Lambda (Lambda developer guide, "Required IAM permissions" for VPCs).
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
  // Without logs:CreateLogGroup, so that no function brings its deleted group back.
  allow(
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    `arn:aws:logs:${place.region}:${place.account}:log-group:${logGroupName}:*`,
  ),
  // X-Ray has no resources to name (service authorization reference).
  allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*"),
  allow(["kms:Decrypt"], keyArn),
];

/** Reading one secret. */
export const readSecret = (arn: string) => allow(["secretsmanager:GetSecretValue"], arn);

/** Filling one secret, which takes the key for writing, too. */
export const fillSecret = (arn: string, keyArn: string) => [
  allow(["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"], arn),
  allow(["kms:GenerateDataKey"], keyArn),
];
