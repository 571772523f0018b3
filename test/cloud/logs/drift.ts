import { DeleteRetentionPolicyCommand, DisassociateKmsKeyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { another, type DriftFacts, noProperty } from "../drift.ts";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [{ fields: /logGroupName @/, reason: another, expect: noProperty }],
  choices: [[/retentionInDays$/, [14]]],
  alike: [/^\/aws\/(?=lambda|apigateway|rds)/],
  additions: [
    {
      what: "a log group that keeps everything",
      node: "logs/query",
      path: /^retentionDays$/,
      by: (cloud, id) => cloud.call(new DeleteRetentionPolicyCommand({ logGroupName: id("logs/query") })),
    },
    {
      what: "a log group in the clear",
      node: "logs/query",
      path: /^kmsKeyArn$/,
      by: (cloud, id) => cloud.call(new DisassociateKmsKeyCommand({ logGroupName: id("logs/query") })),
    },
  ],
};
