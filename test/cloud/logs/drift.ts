import {
  DeleteRetentionPolicyCommand,
  DisassociateKmsKeyCommand,
  PutLogGroupDeletionProtectionCommand,
  PutMetricFilterCommand,
  PutSubscriptionFilterCommand,
} from "@aws-sdk/client-cloudwatch-logs";
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
    {
      what: "somebody who is sent what a function logs",
      node: "logs/query",
      path: /^subscription\.theirs$/,
      weight: "access",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new PutSubscriptionFilterCommand({
            logGroupName: id("logs/query"),
            filterName: "theirs",
            filterPattern: "",
            destinationArn: "arn:aws:logs:us-east-1:999999999999:destination:theirs",
          }),
        ),
    },
    {
      what: "a metric of what a function logs",
      node: "logs/query",
      path: /^metricFilterCount$/,
      weight: "stranger",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new PutMetricFilterCommand({
            logGroupName: id("logs/query"),
            filterName: "theirs",
            filterPattern: "",
            metricTransformations: [{ metricName: "theirs", metricNamespace: "theirs", metricValue: "1" }],
          }),
        ),
    },
    {
      what: "a log group that cannot be deleted",
      node: "logs/query",
      path: /^deletionProtectionEnabled$/,
      weight: "outage",
      up: "lifts it when it is named",
      by: (cloud, id) =>
        cloud.call(
          new PutLogGroupDeletionProtectionCommand({
            logGroupIdentifier: id("logs/query"),
            deletionProtectionEnabled: true,
          }),
        ),
    },
  ],
};
