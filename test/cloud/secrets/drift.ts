import {
  DeleteSecretCommand,
  PutResourcePolicyCommand,
  ReplicateSecretToRegionsCommand,
  RotateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { another, type DriftFacts, noProperty } from "../drift.ts";

const policy = (Effect: "Allow" | "Deny"): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect,
        Principal: { AWS: "arn:aws:iam::999999999999:root" },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
      },
    ],
  });

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [{ fields: /Secret Name/, reason: another, expect: noProperty }],
  additions: [
    {
      what: "a secret that is to be deleted",
      node: "database/user-secret",
      path: /^deletionDate$/,
      by: (cloud, id) =>
        cloud.call(new DeleteSecretCommand({ SecretId: id("database/user-secret"), RecoveryWindowInDays: 7 })),
    },
    {
      what: "a policy by which another account reads a secret",
      node: "database/user-secret",
      path: /^policy$/,
      weight: "access",
      by: (cloud, id) =>
        cloud.call(
          new PutResourcePolicyCommand({ SecretId: id("database/user-secret"), ResourcePolicy: policy("Allow") }),
        ),
    },
    {
      what: "a policy by which nobody reads a secret",
      node: "database/user-secret",
      path: /^policy$/,
      weight: "outage",
      up: "lifts it when it is named",
      by: (cloud, id) =>
        cloud.call(
          new PutResourcePolicyCommand({ SecretId: id("database/user-secret"), ResourcePolicy: policy("Deny") }),
        ),
    },
    {
      what: "a function that rotates a secret",
      node: "database/user-secret",
      path: /^RotationEnabled$/,
      weight: "outage",
      by: (cloud, id) =>
        cloud.call(
          new RotateSecretCommand({
            SecretId: id("database/user-secret"),
            RotationLambdaARN: "arn:aws:lambda:us-east-1:123456789012:function:theirs",
          }),
        ),
    },
    {
      what: "a replica of a secret in another region",
      node: "database/user-secret",
      path: /^ReplicationStatus$/,
      weight: "access",
      by: (cloud, id) =>
        cloud.call(
          new ReplicateSecretToRegionsCommand({
            SecretId: id("database/user-secret"),
            AddReplicaRegions: [{ Region: "eu-central-1" }],
          }),
        ),
    },
  ],
};
