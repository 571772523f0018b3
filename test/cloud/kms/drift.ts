import {
  CreateKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  KMSClient,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { another, type DriftFacts, inSync, noProperty, onlyOne, refused } from "../drift.ts";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [
    { fields: /AliasName @| KeyId @/, reason: another, expect: noProperty },
    { fields: /KeySpec|KeyUsage/, reason: onlyOne, expect: refused },
    {
      fields: /TargetKeyId @encryption\/alias/,
      reason: "an alias is ours when its key is",
      expect: { is: "blocked", reason: /points at key/ },
    },
    {
      fields: /TargetKeyId @encryption\/region-alias/,
      reason: "the region's alias is left to whoever holds it",
      expect: inSync,
    },
  ],
  choices: [
    [/^kms CreateKey tags\[\+\]/, [{ TagKey: "owner", TagValue: "someone" }]],
    [/KeySpec$/, ["RSA_2048"]],
    [/KeyUsage$/, ["SIGN_VERIFY"]],
  ],
  additions: [
    {
      what: "a key that is disabled",
      node: "encryption/key",
      path: /^enabled$/,
      also: /^database\//,
      by: (cloud, id) => cloud.call(new DisableKeyCommand({ KeyId: id("encryption/key") })),
    },
    {
      what: "a key that is not rotated any more",
      node: "encryption/key",
      path: /^rotation$/,
      by: (cloud, id) => cloud.call(new DisableKeyRotationCommand({ KeyId: id("encryption/key") })),
    },
  ],
  seldom: [
    // The key is about to be deleted.
    (cloud, id) =>
      void cloud.call(new ScheduleKeyDeletionCommand({ KeyId: id("encryption/key"), PendingWindowInDays: 7 })),
    // The alias leads to another key of ours.
    (cloud, id) => {
      const { Tags = [] } = cloud.call(new ListResourceTagsCommand({ KeyId: id("encryption/key") }));
      const others = Tags.map((tag) => (tag.TagKey === "tap:id" ? { ...tag, TagValue: "encryption/other" } : tag));
      const TargetKeyId = cloud.call(new CreateKeyCommand({ Tags: others })).KeyMetadata?.KeyId;
      cloud.call(new UpdateAliasCommand({ AliasName: id("encryption/alias"), TargetKeyId }));
    },
  ],
  strangers: {
    async settle() {
      const use = { Effect: "Allow", Action: "kms:*", Resource: "*" };
      const account = { ...use, Principal: { AWS: "arn:aws:iam::123456789012:root" } };
      const logs = { ...use, Principal: { Service: "logs.us-east-1.amazonaws.com" } };
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [account, logs] });
      await new KMSClient().send(new CreateKeyCommand({ Policy }));
    },
  },
};
