import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { NotOursError } from "../../../src/engine/errors.ts";
import { Secret } from "../../../src/resources/secrets/secret.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const secrets = mockClient(SecretsManagerClient);
beforeEach(() => secrets.reset());

const me = identity("database/secret", "trading-database-dev");
const wanted = { description: "Application user", kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };
const live = {
  ARN: "arn:aws:secretsmanager:us-east-1:123456789012:secret:trading-database-dev-AbCdEf",
  Name: me.name,
  Description: "Application user",
  KmsKeyId: wanted.kmsKeyArn,
  Tags: tagList(me),
};
const inputs = () => secrets.calls().map((c) => c.args[0].input);
const changed = (by: object) => Secret.changes(wanted, { ...live, ...by }, me);

test("find: ours, absent, someone else's", async () => {
  secrets
    .on(DescribeSecretCommand, { SecretId: me.name })
    .resolvesOnce(live)
    .rejectsOnce(awsError("ResourceNotFoundException"))
    .resolves({ ...live, Tags: [] });
  const find = () => Secret.find(testAws(), me, undefined);
  expect(await find()).toEqual(live);
  expect(await find()).toBeUndefined();
  await expect(find()).rejects.toThrow(NotOursError);
});

test("create sends no value", async () => {
  secrets.on(CreateSecretCommand).resolves({ ARN: live.ARN });
  expect(await Secret.create(testAws(), me, undefined, wanted, "token-1")).toBe(live.ARN);
  expect(inputs()).toEqual([
    { Name: me.name, Description: "Application user", KmsKeyId: wanted.kmsKeyArn, Tags: tagList(me) },
  ]);
});

test.each([
  ["description", { Description: "x" }],
  ["kmsKeyArn", { KmsKeyId: undefined }],
])("%s is repaired without touching the value", async (path, by) => {
  secrets.on(UpdateSecretCommand).resolves({});
  expect(Secret.changes(wanted, live, me)).toEqual([]);
  expect(changed(by).map((c) => [c.path, c.fix])).toEqual([[path, "update"]]);
  await Secret.update(testAws(), live, wanted, changed(by), me);
  expect(inputs()).toEqual([{ SecretId: live.ARN, Description: "Application user", KmsKeyId: wanted.kmsKeyArn }]);
});

test("one that is scheduled for deletion is restored before anything else", async () => {
  secrets.on(RestoreSecretCommand).resolves({}).on(TagResourceCommand).resolves({});
  const changes = changed({ DeletedDate: new Date(0), Tags: tagList(me).slice(0, -1) });
  expect(changes.map((c) => [c.path, c.live])).toEqual([
    ["deletionDate", "1970-01-01T00:00:00.000Z"],
    ["tags.tap:id", undefined],
  ]);
  await Secret.update(testAws(), live, wanted, changes, me);
  expect(inputs()).toEqual([{ SecretId: live.ARN }, { SecretId: live.ARN, Tags: tagList(me) }]);
});

test("a name that a forced deletion still holds is waited for", () => {
  const held = awsError(
    "InvalidRequestException",
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  );
  expect(Secret.classify?.(held, "create")).toBe("retry");
  expect(Secret.classify?.(held, "update")).toBeUndefined();
  expect(Secret.classify?.(awsError("InvalidRequestException", "other"), "create")).toBeUndefined();
});

test("is removed at once; one that is gone is success", async () => {
  secrets.on(DeleteSecretCommand).rejects(awsError("ResourceNotFoundException"));
  await Secret.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(inputs()).toEqual([{ SecretId: live.ARN, ForceDeleteWithoutRecovery: true }]);
});
