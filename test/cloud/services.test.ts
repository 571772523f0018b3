import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
} from "@aws-sdk/client-kms";
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { VirtualClock } from "./clock.ts";
import { Cloud } from "./cloud.ts";

const day = 86_400_000;

function setUp(region = "us-east-1") {
  return new Cloud({ clock: new VirtualClock(), region });
}

/** What a direct call is refused with. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.name;
  }
  return "nothing";
}

test("kms: a key pending deletion refuses changes, comes back disabled, and takes its aliases along", () => {
  const cloud = setUp();
  const KeyId = cloud.call(new CreateKeyCommand({})).KeyMetadata?.KeyId;
  cloud.call(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: KeyId }));
  expect(refusal(() => cloud.call(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId: KeyId })))).toBe(
    "AlreadyExistsException",
  );
  cloud.call(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  cloud.call(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  const state = () => cloud.call(new DescribeKeyCommand({ KeyId: "alias/a" })).KeyMetadata?.KeyState;
  expect(state()).toBe("PendingDeletion");
  expect(cloud.call(new GetKeyRotationStatusCommand({ KeyId })).KeyRotationEnabled).toBe(false);
  const tag = new TagResourceCommand({ KeyId, Tags: [] });
  expect(refusal(() => cloud.call(tag))).toBe("KMSInvalidStateException");
  cloud.call(new CancelKeyDeletionCommand({ KeyId }));
  expect(state()).toBe("Disabled");
  expect(refusal(() => cloud.call(new EnableKeyRotationCommand({ KeyId })))).toBe("DisabledException");
  cloud.call(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  cloud.clock.jump(cloud.now() + 7 * day);
  expect(refusal(state)).toBe("NotFoundException");
  expect(cloud.call(new ListAliasesCommand({})).Aliases).toEqual([]);
});

test("s3: creating one's own bucket again is accepted in us-east-1 only; another account's name never", () => {
  const east = setUp();
  east.services.s3.takeName("taken");
  const create = (Bucket: string) => refusal(() => east.call(new CreateBucketCommand({ Bucket })));
  expect([create("mine"), create("mine"), create("taken"), create("No")]).toEqual([
    "nothing",
    "nothing",
    "BucketAlreadyExists",
    "InvalidBucketName",
  ]);
  expect(refusal(() => east.call(new HeadBucketCommand({ Bucket: "none" })))).toBe("NotFound");
  const west = setUp("us-west-2");
  const CreateBucketConfiguration = { LocationConstraint: "us-west-2" as const };
  const again = () => refusal(() => west.call(new CreateBucketCommand({ Bucket: "mine", CreateBucketConfiguration })));
  expect([again(), again()]).toEqual(["nothing", "BucketAlreadyOwnedByYou"]);
  expect(refusal(() => west.call(new CreateBucketCommand({ Bucket: "other" })))).toBe(
    "IllegalLocationConstraintException",
  );
});

test("s3: settings that were never made answer as S3 does", () => {
  const cloud = setUp();
  const Bucket = "bucket";
  cloud.call(new CreateBucketCommand({ Bucket }));
  expect(cloud.call(new GetBucketEncryptionCommand({ Bucket })).ServerSideEncryptionConfiguration?.Rules).toEqual([
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
  ]);
  expect(refusal(() => cloud.call(new GetBucketPolicyCommand({ Bucket })))).toBe("NoSuchBucketPolicy");
  const Expiration = { Days: 90, ExpiredObjectDeleteMarker: true };
  const LifecycleConfiguration = { Rules: [{ Status: "Enabled" as const, Filter: { Prefix: "" }, Expiration }] };
  const both = new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration });
  expect(refusal(() => cloud.call(both))).toBe("MalformedXML");
});

test("s3: a bucket is deleted only when versions, markers and uploads are gone, and their lists come in pages", () => {
  const cloud = setUp();
  const Bucket = "bucket";
  cloud.call(new CreateBucketCommand({ Bucket }));
  cloud.call(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  for (let i = 0; i < 6; i++) cloud.call(new PutObjectCommand({ Bucket, Key: `k${i % 3}`, Body: "text" }));
  cloud.call(new DeleteObjectCommand({ Bucket, Key: "k0" }));
  cloud.call(new CreateMultipartUploadCommand({ Bucket, Key: "big" }));
  expect(refusal(() => cloud.call(new GetObjectCommand({ Bucket, Key: "k0" })))).toBe("NoSuchKey");
  const drop = () => refusal(() => cloud.call(new DeleteBucketCommand({ Bucket })));
  let seen = 0;
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (marker) {
    expect(drop()).toBe("BucketNotEmpty");
    const page: ListObjectVersionsCommandOutput = cloud.call(new ListObjectVersionsCommand({ Bucket, ...marker }));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    seen += found.length;
    const Objects = found.map(({ Key, VersionId }) => ({ Key, VersionId }));
    cloud.call(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  expect(seen).toBe(7);
  expect(drop()).toBe("BucketNotEmpty");
  const [upload] = cloud.call(new ListMultipartUploadsCommand({ Bucket })).Uploads ?? [];
  cloud.call(new AbortMultipartUploadCommand({ Bucket, Key: "big", UploadId: upload?.UploadId }));
  expect(drop()).toBe("nothing");
});

test("s3: conditional writes let one of two win, and bodies read back", async () => {
  const cloud = setUp();
  const Bucket = "bucket";
  cloud.call(new CreateBucketCommand({ Bucket }));
  const { ETag } = cloud.call(new PutObjectCommand({ Bucket, Key: "lock", Body: "one", IfNoneMatch: "*" }));
  const second = new PutObjectCommand({ Bucket, Key: "lock", Body: "two", IfNoneMatch: "*" });
  expect(refusal(() => cloud.call(second))).toBe("PreconditionFailed");
  cloud.call(new PutObjectCommand({ Bucket, Key: "lock", Body: "three", IfMatch: ETag }));
  expect(refusal(() => cloud.call(new DeleteObjectCommand({ Bucket, Key: "lock", IfMatch: ETag })))).toBe(
    "PreconditionFailed",
  );
  const { Body } = cloud.call(new GetObjectCommand({ Bucket, Key: "lock" }));
  expect(await Body?.transformToString()).toBe("three");
});

test("s3: an object cannot be encrypted with a key that is on its way out", () => {
  const cloud = setUp();
  const Bucket = "bucket";
  const { KeyId, Arn } = cloud.call(new CreateKeyCommand({})).KeyMetadata ?? {};
  cloud.call(new CreateBucketCommand({ Bucket }));
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: Arn };
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: true }] };
  cloud.call(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  expect(cloud.call(new PutObjectCommand({ Bucket, Key: "a", Body: "b" })).SSEKMSKeyId).toBe(Arn);
  cloud.call(new ScheduleKeyDeletionCommand({ KeyId }));
  expect(refusal(() => cloud.call(new PutObjectCommand({ Bucket, Key: "a", Body: "b" })))).toBe(
    "KMS.KMSInvalidStateException",
  );
});

test("logs: a key must name the logs service, and late writers bring a group back without anything", () => {
  const cloud = setUp();
  const plain = cloud.call(new CreateKeyCommand({})).KeyMetadata?.Arn ?? "";
  const Policy = JSON.stringify({
    Statement: [
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" },
      { Effect: "Allow", Principal: { Service: "logs.us-east-1.amazonaws.com" }, Action: "kms:*", Resource: "*" },
    ],
  });
  const named = cloud.call(new CreateKeyCommand({ Policy })).KeyMetadata?.Arn ?? "";
  const create = (logGroupName: string, kmsKeyId: string) =>
    refusal(() => cloud.call(new CreateLogGroupCommand({ logGroupName, kmsKeyId, tags: { a: "b" } })));
  expect(create("/one", plain)).toBe("InvalidParameterException");
  expect(create("/one", named)).toBe("nothing");
  expect(create("/one", named)).toBe("ResourceAlreadyExistsException");
  expect(refusal(() => cloud.call(new AssociateKmsKeyCommand({ logGroupName: "/one", kmsKeyId: plain })))).toBe(
    "InvalidParameterException",
  );
  cloud.services.logs.write("/late", 10, cloud.now() + 1000);
  const groups = () => cloud.call(new DescribeLogGroupsCommand({})).logGroups ?? [];
  expect(groups().map((group) => group.logGroupName)).toEqual(["/one"]);
  cloud.clock.jump(cloud.now() + 1000);
  expect(groups()[0]).toEqual({
    logGroupName: "/late",
    arn: "arn:aws:logs:us-east-1:123456789012:log-group:/late:*",
    logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:/late",
    creationTime: cloud.now(),
    storedBytes: 10,
    deletionProtectionEnabled: false,
    metricFilterCount: 0,
    logGroupClass: "STANDARD",
  });
  const arns = groups().map((group) => [group.arn, group.logGroupArn]);
  const tags = (resourceArn = "") => cloud.call(new ListTagsForResourceCommand({ resourceArn })).tags;
  expect(tags(arns[1]?.[1])).toEqual({ a: "b" });
  expect(refusal(() => tags(arns[1]?.[0]))).toBe("InvalidParameterException");
});

test("iam: documents come back encoded, roles propagate, and policies hold a role", () => {
  const cloud = setUp();
  const RoleName = "role";
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const arn = cloud.call(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })).Role?.Arn ?? "";
  const shown = cloud.call(new GetRoleCommand({ RoleName })).Role?.AssumeRolePolicyDocument ?? "";
  expect(shown).toContain("%22");
  expect(decodeURIComponent(shown)).toBe(AssumeRolePolicyDocument);
  const { iam } = cloud.services;
  expect(iam.assumable(arn, "lambda.amazonaws.com")).toBe(false);
  cloud.clock.jump(cloud.now() + 10_000);
  expect(iam.assumable(arn, "lambda.amazonaws.com")).toBe(true);
  expect(iam.assumable(arn, "rds.amazonaws.com")).toBe(false);

  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
  cloud.call(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  const Statement = [{ Effect: "Allow", Action: ["s3:Get*"], Resource: "*" }];
  const policy = { RoleName, PolicyName: "inline", PolicyDocument: JSON.stringify({ Statement }) };
  cloud.call(new PutRolePolicyCommand(policy));
  expect(
    ["ec2:CreateNetworkInterface", "s3:GetObject", "s3:PutObject"].map((action) => iam.allows(arn, action)),
  ).toEqual([true, true, false]);
  const drop = () => refusal(() => cloud.call(new DeleteRoleCommand({ RoleName })));
  expect(drop()).toBe("DeleteConflictException");
  cloud.call(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  expect(drop()).toBe("DeleteConflictException");
  cloud.call(new DeleteRolePolicyCommand({ RoleName, PolicyName: "inline" }));
  expect(drop()).toBe("nothing");
});

test("kms: a policy cannot name a role that has not propagated", () => {
  const cloud = setUp();
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Statement: [trust] });
  const arn = cloud.call(new CreateRoleCommand({ RoleName: "role", AssumeRolePolicyDocument })).Role?.Arn;
  const AWS = ["arn:aws:iam::123456789012:root", arn];
  const Policy = JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "kms:*", Resource: "*" }],
  });
  const create = () => refusal(() => cloud.call(new CreateKeyCommand({ Policy })));
  expect(create()).toBe("MalformedPolicyDocumentException");
  cloud.clock.jump(cloud.now() + 10_000);
  expect(create()).toBe("nothing");
});
