import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { AddPermissionCommand, CreateFunctionCommand, GetPolicyCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterEach, expect, test } from "vitest";
import { VirtualClock } from "./clock.ts";
import { Cloud, type CloudOptions } from "./cloud.ts";
import type { Lateness } from "./visibility.ts";
import { world, zip } from "./world.ts";

let connected: Cloud | undefined;
afterEach(() => connected?.disconnect());

/** A connected cloud whose calls take no time, so that only `sleep` passes it. */
function setUp(options: CloudOptions) {
  const base = world({ latency: 0, ...options });
  base.later(60_000);
  connected = base.cloud.connect();
  return { ...base, sleep: (ms: number) => base.cloud.clock.sleep(ms) };
}
const late = (late: Lateness) => setUp({ late });

/** The error's code and message, or "nothing". */
async function refused(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "nothing";
}

const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const RoleName = "late";

// KMS Developer Guide, "AWS KMS eventual consistency"; terraform-provider-aws waits for 15 reads in a row that agree.
test("each part of a key is seen late by itself, after a create and after a change", async () => {
  const { sleep } = late({ "kms.policy": 1000, "kms.state": 500 });
  const kms = new KMSClient({});
  const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
  const state = async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
  expect(await refused(state())).toMatch(/^NotFoundException/);
  await expect(kms.send(new GetKeyRotationStatusCommand({ KeyId }))).resolves.toBeDefined();
  await sleep(500);
  expect(await state()).toBe("Enabled");
  expect(await refused(kms.send(new GetKeyPolicyCommand({ KeyId })))).toMatch(/^NotFoundException/);
  await sleep(500);
  await expect(kms.send(new GetKeyPolicyCommand({ KeyId }))).resolves.toBeDefined();
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
  expect(await state()).toBe("Enabled");
  await sleep(500);
  expect(await state()).toBe("PendingDeletion");
});

test("whatever a direct call does, it sees at once, and clients late", async () => {
  const { cloud, keyId: KeyId } = late({ "kms.state": 1000 });
  cloud.call(new ScheduleKeyDeletionCommand({ KeyId }));
  const describe = new DescribeKeyCommand({ KeyId });
  expect(cloud.call(describe).KeyMetadata?.KeyState).toBe("PendingDeletion");
  expect((await new KMSClient({}).send(describe)).KeyMetadata?.KeyState).toBe("Enabled");
});

// aws-notes, KMS row: CreateAlias KMSInvalidStateException or NotFoundException, EnableKeyRotation DisabledException.
test("another host of KMS may not know yet that a key is there, nor that it was brought back", async () => {
  const { sleep, keyId: old } = late({ "kms@kms": 1000 });
  const kms = new KMSClient({});
  const alias = (AliasName: string, TargetKeyId: string | undefined) =>
    refused(kms.send(new CreateAliasCommand({ AliasName, TargetKeyId })));
  const fresh = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
  expect(await alias("alias/fresh", fresh)).toMatch(/^NotFoundException/);
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: old }));
  await sleep(1000);
  await kms.send(new CancelKeyDeletionCommand({ KeyId: old }));
  expect(await alias("alias/old", old)).toMatch(/^KMSInvalidStateException: .* is pending deletion/);
  await kms.send(new EnableKeyCommand({ KeyId: old }));
  await sleep(1000);
  expect(await refused(kms.send(new EnableKeyRotationCommand({ KeyId: old })))).toBe("nothing");
  expect(await alias("alias/old", old)).toBe("nothing");
});

// aws-notes, KMS row, for the words of each service; seen for 5 and 30 s after a key was brought back (cases/README).
test("a key that was brought back is refused by other services, each in its own words", async () => {
  const { cloud, sleep } = late({ "kms@logs": 5000, "kms@s3": 5000, "kms@secretsmanager": 5000 });
  const Statement = [
    { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "kms:*", Resource: "*" },
    { Effect: "Allow", Principal: { Service: "logs.us-east-1.amazonaws.com" }, Action: "kms:*", Resource: "*" },
  ];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  const { KeyId, Arn = "" } = cloud.call(new CreateKeyCommand({ Policy })).KeyMetadata ?? {};
  cloud.call(new CreateBucketCommand({ Bucket: "bucket" }));
  cloud.call(new ScheduleKeyDeletionCommand({ KeyId }));
  await sleep(5000);
  cloud.call(new CancelKeyDeletionCommand({ KeyId }));
  const answers = async () => [
    await refused(new CloudWatchLogsClient({}).send(new CreateLogGroupCommand({ logGroupName: "g", kmsKeyId: Arn }))),
    await refused(
      new S3Client({}).send(
        new PutObjectCommand({ Bucket: "bucket", Key: "k", ServerSideEncryption: "aws:kms", SSEKMSKeyId: Arn }),
      ),
    ),
    await refused(
      new SecretsManagerClient({}).send(new CreateSecretCommand({ Name: "s", SecretString: "x", KmsKeyId: Arn })),
    ),
  ];
  cloud.call(new EnableKeyCommand({ KeyId }));
  expect(await answers()).toEqual([
    "InvalidParameterException: The specified KMS Key Id could not be found or is disabled.",
    `KMS.KMSInvalidStateException: ${Arn} is pending deletion.`,
    expect.stringMatching(/^EncryptionFailure: /),
  ]);
  await sleep(5000);
  expect(await answers()).toEqual(["nothing", "nothing", "nothing"]);
});

// terraform-provider-aws, internal/service/iam/role.go and wait.go.
test("a fresh role may show no policies yet, and an id that is no ARN", async () => {
  const { sleep } = late({ "iam.arn": 3000, "iam.inline": 1000, "iam.attached": 2000 });
  const iam = new IAMClient({});
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  const arn = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role?.Arn;
  const inline = () => refused(iam.send(new ListRolePoliciesCommand({ RoleName })));
  const attached = () => refused(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })));
  const policy = () => refused(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: "p" })));
  expect(await arn()).toMatch(/^AROA/);
  const noSuchEntity = /^NoSuchEntity/;
  expect(await inline()).toMatch(noSuchEntity);
  expect(await policy()).toMatch(noSuchEntity);
  await sleep(1000);
  expect(await inline()).toBe("nothing");
  expect(await attached()).toMatch(noSuchEntity);
  await sleep(2000);
  expect(await arn()).toBe("arn:aws:iam::123456789012:role/late");
});

// aws-notes, S3 row: NoSuchBucket from any sub-resource after CreateBucket worked; terraform-provider-aws retries.
test("a setting of a fresh bucket has no bucket yet, and an old value after a change", async () => {
  const { sleep } = late({ "s3.versioning": 1000, "s3@s3": 500 });
  const s3 = new S3Client({});
  const Bucket = "bucket";
  await s3.send(new CreateBucketCommand({ Bucket }));
  const versioning = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
  const VersioningConfiguration = { Status: "Enabled" as const };
  const put = () => refused(s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })));
  expect(await refused(versioning())).toMatch(/^NoSuchBucket/);
  expect(await refused(s3.send(new GetBucketPolicyCommand({ Bucket })))).toMatch(/^NoSuchBucketPolicy/);
  expect(await put()).toMatch(/^NoSuchBucket/);
  await sleep(500);
  expect(await put()).toBe("nothing");
  await sleep(500);
  expect(await versioning()).toBeUndefined();
  await sleep(500);
  expect(await versioning()).toBe("Enabled");
});

test("a fresh log group is in no list yet, and PutRetentionPolicy does not find it", async () => {
  const { sleep } = late({ "logs.group": 1000, "logs@logs": 500 });
  const logs = new CloudWatchLogsClient({});
  const logGroupName = "group";
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const retention = async () => (await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.[0]?.retentionInDays;
  const put = () => refused(logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 })));
  expect((await logs.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
  expect(await put()).toMatch(/^ResourceNotFoundException/);
  await sleep(500);
  expect(await put()).toBe("nothing");
  await sleep(500);
  expect(await retention()).toBeUndefined();
  await sleep(500);
  expect(await retention()).toBe(30);
});

// aws-notes, Lambda row: the messages of CreateFunction are LocalStack's snapshots of AWS.
test.each([
  ["ec2.subnet@lambda", /Error occurred while DescribeSubnets\. EC2 Error Code: InvalidSubnetID\.NotFound/],
  ["ec2.group@lambda", /Error occurred while DescribeSecurityGroups\. EC2 Error Code: InvalidGroup\.NotFound/],
  ["iam@lambda", /cannot be assumed by Lambda/],
  ["kms@lambda", /KMS key is invalid for CreateGrant/],
  ["s3@lambda", /S3 Error Code: NoSuchKey/],
] as const)("what %s is late for, CreateFunction does not find", async (part, message) => {
  const { cloud, keyId, roleArn: Role, subnetIds: SubnetIds, groupId, sleep } = late({ [part]: 120_000 });
  const Bucket = "bucket";
  cloud.call(new CreateBucketCommand({ Bucket }));
  cloud.call(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  cloud.call(new PutObjectCommand({ Bucket, Key: "code", Body: zip() }));
  const create = () =>
    refused(
      new LambdaClient({}).send(
        new CreateFunctionCommand({
          FunctionName: "f",
          Role,
          Handler: "index.handler",
          Runtime: "nodejs24.x",
          Code: { S3Bucket: Bucket, S3Key: "code" },
          VpcConfig: { SubnetIds, SecurityGroupIds: [groupId] },
          KMSKeyArn: cloud.arn("kms", `key/${keyId}`),
        }),
      ),
    );
  expect(await create()).toMatch(message);
  await sleep(120_000);
  expect(await create()).toBe("nothing");
});

// terraform-provider-aws, internal/service/lambda/permission.go (a mutex), serverless#1995.
test.each([
  ["lost", 1, 0],
  ["refused", 1, 1],
] as const)("of two writes to a function's policy that overlap, one may be %s", async (answer, kept, refusals) => {
  const { cloud, roleArn: Role } = setUp({ latency: 100, overlap: { ms: 100, answer } });
  const FunctionName = "f";
  cloud.call(
    new CreateFunctionCommand({
      FunctionName,
      Role,
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Code: { ZipFile: zip() },
    }),
  );
  const lambda = new LambdaClient({});
  const Principal = "apigateway.amazonaws.com";
  const add = (StatementId: string) =>
    refused(
      lambda.send(new AddPermissionCommand({ FunctionName, StatementId, Action: "lambda:InvokeFunction", Principal })),
    );
  const statements = () => {
    const document: unknown = JSON.parse(cloud.call(new GetPolicyCommand({ FunctionName })).Policy ?? "{}");
    return document !== null && typeof document === "object" && "Statement" in document ? document.Statement : [];
  };
  const answers = await Promise.all([add("one"), add("two")]);
  expect(answers.filter((text) => text.startsWith("ResourceConflictException"))).toHaveLength(refusals);
  expect(statements()).toHaveLength(kept);
  // One after the other, nothing is lost.
  await add("three");
  await add("four");
  expect(statements()).toHaveLength(kept + 2);
});

// Requirement R3: AWS adds states and members without notice.
test("a state that nobody knows shows for a while, and a member that nobody knows beside it", async () => {
  const { keyId: KeyId, sleep } = setUp({ unknown: { seed: 1, perMille: 1000, ms: 1000 } });
  const key = async () => (await new KMSClient({}).send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
  expect(await key()).toMatchObject({ KeyState: "reticulating", AddedByAws: "yesterday" });
  await sleep(1000);
  expect(await key()).toMatchObject({ KeyState: "Enabled" });
});

test("what was there when parts begin to be late is not late", async () => {
  const { cloud, keyId: KeyId } = setUp({});
  cloud.change({ late: { "kms.policy": 1000 } });
  const kms = new KMSClient({});
  await kms.send(new CreateKeyCommand({}));
  await expect(kms.send(new GetKeyPolicyCommand({ KeyId }))).resolves.toBeDefined();
});

test("what was refused because it was seen late is refused again when the log is replayed", async () => {
  const cloud = new Cloud({ clock: new VirtualClock(), options: { latency: 0, late: { "kms@kms": 1000 } } });
  connected = cloud.connect();
  const kms = new KMSClient({});
  const TargetKeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId;
  const alias = () => refused(kms.send(new CreateAliasCommand({ AliasName: "alias/a", TargetKeyId })));
  expect(await alias()).toMatch(/^NotFoundException/);
  await cloud.clock.sleep(1000);
  expect(await alias()).toBe("nothing");
  expect(cloud.replay().dump()).toEqual(cloud.dump());
});
