import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { expect } from "vitest";
import { world } from "../world.ts";
import { holds } from "./facts.ts";

const day = 86_400_000;

function made() {
  const base = world();
  const { cloud } = base;
  const create = () => cloud.call(new CreateSecretCommand({ Name: "s", SecretString: "value" }));
  create();
  const describe = () => cloud.call(new DescribeSecretCommand({ SecretId: "s" }));
  return { ...base, create, describe };
}

holds([
  {
    operation: "DescribeSecret",
    fact: "rotation, description, owner, key and deletion are absent until there is one",
    source:
      "placebo, 29 secrets: RotationEnabled in 4, OwningService in 1, DeletedDate in 1; LocalStack test_force_delete_deleted_secret",
    check: () => {
      const { RotationEnabled, Description, OwningService, KmsKeyId, DeletedDate, LastAccessedDate } =
        made().describe();
      expect([RotationEnabled, Description, OwningService, KmsKeyId, DeletedDate, LastAccessedDate]).toEqual(
        Array(6).fill(undefined),
      );
    },
  },
  {
    operation: "DescribeSecret",
    fact: "the day on which the value was last read is given, at midnight",
    source: "placebo, 15 of 29 secrets",
    check: () => {
      const { cloud, describe } = made();
      cloud.call(new GetSecretValueCommand({ SecretId: "s" }));
      const { LastAccessedDate } = describe();
      expect(Number(LastAccessedDate) % day).toBe(0);
      expect(cloud.now() - Number(LastAccessedDate)).toBeLessThan(day);
    },
  },
  {
    operation: "CreateSecret",
    fact: "after a forced deletion the name is taken: first because the secret was deleted, then because it is scheduled for deletion, then free",
    source:
      "hashicorp/terraform-provider-aws secretsmanager/secret.go repeats both; LocalStack test_exp_raised_on_creation_of_secret_scheduled_for_deletion",
    check: () => {
      const { cloud, later, create, describe } = made();
      cloud.call(new DeleteSecretCommand({ SecretId: "s", ForceDeleteWithoutRecovery: true }));
      expect(create).toThrow("You can't perform this operation on the secret because it was deleted.");
      later(1000);
      expect(create).toThrow(
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
      later(1000);
      create();
      expect(describe().Name).toBe("s");
    },
  },
  {
    operation: "DeleteSecret",
    fact: "by force it takes a secret that is already scheduled for deletion",
    source: "LocalStack test_force_delete_deleted_secret",
    check: () => {
      const { cloud, describe } = made();
      cloud.call(new DeleteSecretCommand({ SecretId: "s", RecoveryWindowInDays: 10 }));
      expect(describe().DeletedDate).toBeInstanceOf(Date);
      cloud.call(new DeleteSecretCommand({ SecretId: "s", ForceDeleteWithoutRecovery: true }));
      expect(describe).toThrow("Secrets Manager can't find the specified secret.");
    },
  },
  {
    operation: "TagResource, UpdateSecret, GetSecretValue",
    fact: "what is scheduled for deletion is read and changed by nobody",
    source: "LocalStack test_tag_untag_resource_on_deleted_secret",
    check: () => {
      const { cloud } = made();
      const SecretId = "s";
      cloud.call(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 10 }));
      const marked = "You can't perform this operation on the secret because it was marked for deletion.";
      expect(() => cloud.call(new TagResourceCommand({ SecretId, Tags: [{ Key: "a", Value: "b" }] }))).toThrow(marked);
      expect(() => cloud.call(new UpdateSecretCommand({ SecretId, Description: "d" }))).toThrow(marked);
      expect(() => cloud.call(new GetSecretValueCommand({ SecretId }))).toThrow(marked);
    },
  },
  {
    operation: "CreateSecret",
    fact: "a name that is taken, and one with a blank, are refused in AWS's words",
    source: "LocalStack test_secret_exists_snapshots, test_invalid_secret_name",
    check: () => {
      const { cloud } = made();
      const other = new CreateSecretCommand({ Name: "s", SecretString: "other" });
      expect(() => cloud.call(other)).toThrow("The operation failed because the secret s already exists.");
      expect(() => cloud.call(new CreateSecretCommand({ Name: "Inv Name" }))).toThrow(
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
      );
    },
  },
]);
