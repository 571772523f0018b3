import { DeleteBucketPolicyCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { another, type DriftFacts, noProperty, oneElement, refused } from "../drift.ts";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [
    { fields: /EncryptionConfiguration\.Rules\[[+-]\]/, reason: oneElement, expect: noProperty },
    {
      fields: /PutObject/,
      reason: "the code's way into the function, which reports the code's hash; the bucket expires the ZIP",
      expect: noProperty,
    },
    { fields: /Bucket @/, reason: another, expect: noProperty },
    {
      fields: /PutBucketPolicy Policy\.Statement\[-\]/,
      reason: "the list is as short as AWS takes it, or holds all that there is",
      expect: refused,
    },
    {
      fields: /Rules\[\]\.ID/,
      reason: "a name is what it is known by: one is missing, another is one too many",
      expect: { is: "repaired", changes: 2, told: "by the path" },
    },
  ],
  choices: [
    [
      /PutBucketPolicy Policy\.Statement\[\]\.Resource/,
      ["arn:aws:s3:::trading-artifacts-dev-us-east-1-123456789012/x"],
    ],
    [/SSEAlgorithm$/, ["AES256", "aws:kms:dsse"]],
    [/VersioningConfiguration\.Status$/, ["Suspended"]],
    [/Rules\[\]\.Status$/, ["Disabled"]],
    [/Rules\[\+\]$/, [{ ID: "by hand", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 7 } }]],
    [/Filter\.Prefix$/, ["logs/"]],
  ],
  again: /^PutBucket\w+$/,
  additions: [
    {
      what: "public access to the bucket",
      node: "artifacts/bucket",
      path: /^publicAccess\.BlockPublicPolicy$/,
      by: (cloud, id) => {
        const blocks = { BlockPublicAcls: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
        const PublicAccessBlockConfiguration = { ...blocks, BlockPublicPolicy: false };
        const Bucket = id("artifacts/bucket");
        cloud.call(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      },
    },
    {
      what: "a bucket without a policy",
      node: "artifacts/bucket",
      path: /^policy$/,
      by: (cloud, id) => cloud.call(new DeleteBucketPolicyCommand({ Bucket: id("artifacts/bucket") })),
    },
  ],
};
