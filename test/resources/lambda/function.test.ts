import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { expect, test } from "vitest";
import { LambdaFunction } from "../../../src/resources/lambda/function.ts";
import { code } from "../../lifecycle/world.ts";
import { identity } from "../support.ts";

const me = identity("functions/query", "trading-query-dev");
const want = {
  description: "answers",
  roleArn: "arn:aws:iam::123456789012:role/trading-query-role-dev",
  runtime: "nodejs24.x",
  handler: "query.handler",
  memoryMb: 512,
  timeoutSeconds: 30,
  subnetIds: ["subnet-1"],
  securityGroupIds: ["sg-1"],
  kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1",
  environment: { DATABASE_HOST: "reader.example.com", DATABASE_NAME: "trading" },
  logGroupName: "/aws/lambda/trading-query-dev",
  statementIds: [],
  code,
  bucketName: "trading-artifacts-dev",
};
const live = (environment: Record<string, string>) =>
  ({
    FunctionName: me.name,
    Description: want.description,
    Role: want.roleArn,
    Runtime: "nodejs24.x" as const,
    Handler: want.handler,
    MemorySize: 512,
    Timeout: 30,
    VpcConfig: { SubnetIds: ["subnet-1"], SecurityGroupIds: ["sg-1"] },
    KMSKeyArn: want.kmsKeyArn,
    Environment: { Variables: environment },
    TracingConfig: { Mode: "Active" as const },
    LoggingConfig: { LogFormat: "Text" as const, LogGroup: want.logGroupName },
    CodeSha256: code.sha256,
    Architectures: ["x86_64" as const],
    PackageType: "Zip" as const,
    answer: {},
    tags: { ...me.tags },
    policy: [],
  }) satisfies FunctionConfiguration & { answer: object; tags: object; policy: object[] };

test("a variable that tap does not set is a difference whose value is not shown", () => {
  expect(LambdaFunction.changes(want, live(want.environment), me)).toEqual([]);
  const byHand = { DATABASE_HOST: "writer.example.com", DATABASE_NAME: "trading", API_PASSWORD: "hunter2" };
  expect(LambdaFunction.changes(want, live(byHand), me)).toEqual([
    {
      path: "environment",
      want: want.environment,
      live: { DATABASE_HOST: "writer.example.com", DATABASE_NAME: "trading", API_PASSWORD: "(not shown)" },
      fix: "update",
    },
  ]);
});
