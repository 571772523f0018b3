import {
  CancelRotateSecretCommand,
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  RotateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { type Operation, read, write } from "../model.ts";
import type { Secret, SecretStore } from "./store.ts";

const named = ({ arn: ARN, name: Name }: Secret) => ({ ARN, Name });

/** Policy, rotation and replicas of a secret, each by its page of the Secrets Manager API reference. */
export function besideOperations(store: SecretStore): Operation[] {
  return [
    write(PutResourcePolicyCommand, ["SecretId", "ResourcePolicy"], ({ SecretId, ResourcePolicy }) => {
      const secret = store.inUse(SecretId);
      secret.policy = ResourcePolicy;
      return named(secret);
    }),
    // Scheduled for deletion, it tells nothing (GetResourcePolicy, InvalidRequestException).
    read(GetResourcePolicyCommand, ["SecretId"], ({ SecretId }) => {
      const secret = store.inUse(SecretId);
      return { ...named(secret), ...(secret.policy !== undefined && { ResourcePolicy: secret.policy }) };
    }),
    write(DeleteResourcePolicyCommand, ["SecretId"], ({ SecretId }) => {
      const secret = store.inUse(SecretId);
      secret.policy = undefined;
      return named(secret);
    }),

    write(RotateSecretCommand, ["SecretId", "RotationLambdaARN"], ({ SecretId, RotationLambdaARN }) => {
      const secret = store.unmanaged(SecretId);
      secret.rotationLambda = RotationLambdaARN ?? secret.rotationLambda;
      secret.rotates = true;
      return named(secret);
    }),
    // The function stays named (CancelRotateSecret).
    write(CancelRotateSecretCommand, ["SecretId"], ({ SecretId }) => {
      const secret = store.unmanaged(SecretId);
      secret.rotates = false;
      return named(secret);
    }),

    write(
      ReplicateSecretToRegionsCommand,
      ["SecretId", "AddReplicaRegions"],
      ({ SecretId, AddReplicaRegions = [] }) => {
        const secret = store.unmanaged(SecretId);
        secret.replicas = [...(secret.replicas ?? []), ...AddReplicaRegions.flatMap(({ Region }) => Region ?? [])];
        return { ARN: secret.arn };
      },
    ),
    write(
      RemoveRegionsFromReplicationCommand,
      ["SecretId", "RemoveReplicaRegions"],
      ({ SecretId, RemoveReplicaRegions = [] }) => {
        const secret = store.unmanaged(SecretId);
        const left = secret.replicas?.filter((region) => !RemoveReplicaRegions.includes(region)) ?? [];
        secret.replicas = left.length === 0 ? undefined : left;
        return { ARN: secret.arn };
      },
    ),
  ];
}
