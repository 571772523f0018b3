import type { Filter, SecretListEntry } from "@aws-sdk/client-secrets-manager";
import { UnmodelledError } from "../errors.ts";
import type { Tags } from "../tags.ts";
import type { Secret } from "./store.ts";

/** What DescribeSecret and ListSecrets show alike. */
export function describe(secret: Secret): SecretListEntry {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    Tags: secret.tags.list(),
    OwningService: secret.owner,
    RotationEnabled: secret.owner === undefined ? secret.rotates : true,
    RotationLambdaARN: secret.rotationLambda,
    CreatedDate: secret.createdAt,
    LastChangedDate: secret.changedAt,
    LastAccessedDate: secret.accessedOn,
    DeletedDate: secret.deletion?.at,
  };
}

/** Values are alternatives; `!` negates; all are prefixes (ListSecrets, Filter). Key and value need not be one tag. */
export function matches(secret: Secret, tags: Tags, { Key, Values = [] }: Filter): boolean {
  const haystack = (): string[] => {
    switch (Key) {
      case "name":
        return [secret.name];
      case "tag-key":
        return Object.keys(tags);
      case "tag-value":
        return Object.values(tags);
      case "owning-service":
        return secret.owner === undefined ? [] : [secret.owner];
      default:
        throw new UnmodelledError(`ListSecrets filter ${Key}`);
    }
  };
  const texts = haystack();
  return Values.some((value) =>
    value.startsWith("!") ? !texts.some((t) => t.startsWith(value.slice(1))) : texts.some((t) => t.startsWith(value)),
  );
}

/** The labels of each version, by version id. */
export function stages(secret: Secret): Record<string, string[]> {
  return Object.fromEntries(secret.versions.map((v) => [v.id, v.stages]));
}
