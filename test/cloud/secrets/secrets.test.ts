import { DisableKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  TagResourceCommand,
} from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import { refusal, world } from "../world.ts";

const SecretId = "application";

test("the token makes creating a secret repeatable, for the same value only", () => {
  const { cloud, keyId } = world();
  const create = (SecretString: string, ClientRequestToken = "token-1") =>
    cloud.call(new CreateSecretCommand({ Name: SecretId, ClientRequestToken, KmsKeyId: keyId, SecretString }));
  const { ARN } = create("a");
  expect(create("a").ARN).toBe(ARN);
  expect(refusal(() => create("b"))).toBe("ResourceExistsException");
  expect(refusal(() => create("a", "token-2"))).toBe("ResourceExistsException");
});

test("values have versions, and the key must be usable to read or write them", () => {
  const { cloud, keyId } = world();
  cloud.call(new CreateSecretCommand({ Name: SecretId, KmsKeyId: keyId }));
  const value = (VersionStage?: string) =>
    cloud.call(new GetSecretValueCommand({ SecretId, VersionStage })).SecretString;
  const put = (SecretString: string) => cloud.call(new PutSecretValueCommand({ SecretId, SecretString }));
  expect(refusal(value)).toBe("ResourceNotFoundException");
  put("a");
  put("b");
  expect([value(), value("AWSPREVIOUS")]).toEqual(["b", "a"]);
  expect(cloud.services.secretsmanager.values()).toEqual(["a", "b"]);
  expect(JSON.stringify(cloud.dump())).not.toContain('"SecretString"');
  cloud.call(new DisableKeyCommand({ KeyId: keyId }));
  expect(refusal(value)).toBe("DecryptionFailure");
  expect(refusal(() => put("c"))).toBe("EncryptionFailure");
});

test("a deleted secret keeps its name for its recovery window, a forced deletion for a moment", () => {
  const { cloud, later } = world();
  const create = () => cloud.call(new CreateSecretCommand({ Name: SecretId, SecretString: "a" }));
  create();
  cloud.call(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  expect(refusal(create)).toBe("InvalidRequestException");
  expect(refusal(() => cloud.call(new GetSecretValueCommand({ SecretId })))).toBe("InvalidRequestException");
  expect(cloud.call(new DescribeSecretCommand({ SecretId })).DeletedDate).toBeInstanceOf(Date);
  expect(cloud.call(new ListSecretsCommand({})).SecretList).toEqual([]);
  cloud.call(new RestoreSecretCommand({ SecretId }));
  expect(cloud.call(new GetSecretValueCommand({ SecretId })).SecretString).toBe("a");
  const force = new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true });
  cloud.call(force);
  expect(refusal(create)).toBe("InvalidRequestException");
  later(2_000);
  expect(refusal(create)).toBe("nothing");
  cloud.call(force);
  expect(refusal(() => cloud.call(force))).toBe("nothing");
});

test("lists filter by prefix, key and value of a tag apart from each other", () => {
  const { cloud } = world();
  for (const Name of ["trading-a", "trading-b", "other"]) cloud.call(new CreateSecretCommand({ Name }));
  cloud.call(
    new TagResourceCommand({
      SecretId: "trading-a",
      Tags: [
        { Key: "Environment", Value: "dev" },
        { Key: "Owner", Value: "prod" },
      ],
    }),
  );
  const names = (...Filters: { Key: "name" | "tag-key" | "tag-value" | "all"; Values: string[] }[]) =>
    cloud.call(new ListSecretsCommand({ Filters })).SecretList?.map((s) => s.Name);
  expect(names({ Key: "name", Values: ["trading-"] })).toEqual(["trading-a", "trading-b"]);
  const both = [
    { Key: "tag-key" as const, Values: ["Environment"] },
    { Key: "tag-value" as const, Values: ["prod"] },
  ];
  expect(names(...both)).toEqual(["trading-a"]);
  expect(() => names({ Key: "all", Values: ["x"] })).toThrow("filter all");
});
