import {
  CreateAliasCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import { expect } from "vitest";
import { world } from "../world.ts";
import { holds, refused } from "./facts.ts";

const prefix = "arn:aws:kms:us-east-1:123456789012";

holds([
  {
    operation: "CreateKey, DescribeKey",
    fact: "tells the key's spec by its older name, too, and which material it uses now",
    source: "58 and 3 of 91 placebo recordings; LocalStack test_create_key",
    check: () => {
      const { cloud, keyId } = world();
      expect(cloud.call(new DescribeKeyCommand({ KeyId: keyId })).KeyMetadata).toMatchObject({
        CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
        CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    },
  },
  {
    operation: "DescribeKey",
    fact: "words it in three ways that there is no such key: alias, key, and what is no id at all",
    source: "placebo, 3 answers of 400; LocalStack test_get_key_does_not_exist, test_get_key_invalid_uuid",
    check: () => {
      const { cloud } = world();
      const describe = (KeyId: string) => refused(() => cloud.call(new DescribeKeyCommand({ KeyId })));
      const id = "00000000-0000-4000-8000-000000000009";
      expect(describe("alias/no")).toBe(`NotFoundException: Alias ${prefix}:alias/no is not found.`);
      expect(describe(id)).toBe(`NotFoundException: Key '${prefix}:key/${id}' does not exist`);
      expect(describe("auto")).toBe("NotFoundException: Invalid keyId 'auto'");
    },
  },
  {
    operation: "GetKeyRotationStatus",
    fact: "names the key by its id, and period and next date only while rotation is on",
    source: "LocalStack test_key_enable_rotation_status, test_rotate_key_on_demand_with_symmetric_key_…",
    check: () => {
      const { cloud, keyId } = world();
      const read = () => {
        const { $metadata, ...status } = cloud.call(new GetKeyRotationStatusCommand({ KeyId: keyId }));
        return status;
      };
      expect(read()).toEqual({ KeyId: keyId, KeyRotationEnabled: false });
      cloud.call(new EnableKeyRotationCommand({ KeyId: keyId, RotationPeriodInDays: 90 }));
      const NextRotationDate = expect.any(Date);
      expect(read()).toEqual({ KeyId: keyId, KeyRotationEnabled: true, RotationPeriodInDays: 90, NextRotationDate });
    },
  },
  {
    operation: "ScheduleKeyDeletion",
    fact: "names the key by its ARN, with state and window; a second time the key is pending deletion",
    source: "8 placebo recordings; aws-notes, KMS row; the wording also LocalStack test_s3 (pending-deletion-key)",
    check: () => {
      const { cloud, keyId } = world();
      const schedule = () => cloud.call(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 7 }));
      const KeyId = `${prefix}:key/${keyId}`;
      expect(schedule()).toMatchObject({ KeyId, KeyState: "PendingDeletion", PendingWindowInDays: 7 });
      expect(refused(schedule)).toBe(`KMSInvalidStateException: ${KeyId} is pending deletion.`);
    },
  },
  {
    operation: "CreateAlias",
    fact: "a name without alias/ before it is no name",
    source: "LocalStack test_create_alias",
    check: () => {
      const { cloud, keyId } = world();
      const create = () => cloud.call(new CreateAliasCommand({ AliasName: "no", TargetKeyId: keyId }));
      expect(refused(create)).toMatch(/^ValidationException: Alias must start with the prefix "alias\/"/);
    },
  },
  {
    operation: "TagResource",
    fact: "aws: is reserved",
    source: "LocalStack test_tag_existing_key_with_invalid_tag_key",
    check: () => {
      const { cloud, keyId } = world();
      const Tags = [{ TagKey: "aws:a", TagValue: "b" }];
      expect(refused(() => cloud.call(new TagResourceCommand({ KeyId: keyId, Tags })))).toBe(
        "TagException: Tags beginning with aws: are reserved",
      );
    },
  },
]);
