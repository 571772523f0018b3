import {
  CreateSecretCommand,
  type CreateSecretRequest,
  type CreateSecretResponse,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretListEntry,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { type Operation, type Resource, read, type ServiceModel, write } from "../model.ts";
import { page } from "../paging.ts";
import { fromList } from "../tags.ts";
import { besideOperations } from "./beside.ts";
import { describe, matches, stages } from "./show.ts";
import {
  day,
  deleted,
  encryptionFailure,
  forcedDeletionTail,
  hasValue,
  managed,
  marked,
  type Secret,
  SecretStore,
  sameValue,
  secretValue,
} from "./store.ts";

/** Secrets Manager. Source of the rules: its API Reference, page by operation. */
export class SecretsModel implements ServiceModel {
  readonly name = "secretsmanager";
  readonly client = SecretsManagerClient;
  readonly throttled = () => awsError("ThrottlingException", "Rate exceeded");
  readonly limits = [];
  readonly operations: readonly Operation[];
  readonly #store: SecretStore;

  constructor(cloud: Cloud) {
    const store = new SecretStore(cloud);
    this.#store = store;
    this.operations = [
      write(
        CreateSecretCommand,
        ["Name", "ClientRequestToken", "Description", "KmsKeyId", "SecretBinary", "SecretString", "Tags"],
        (input) => this.#create(input),
      ),
      read(DescribeSecretCommand, ["SecretId"], ({ SecretId }) => {
        const secret = store.find(SecretId);
        const ReplicationStatus = secret.replicas?.map((Region) => ({ Region, Status: "InSync" as const }));
        return { ...describe(secret), VersionIdsToStages: stages(secret), ReplicationStatus };
      }),
      read(
        GetSecretValueCommand,
        ["SecretId", "VersionId", "VersionStage"],
        ({ SecretId, VersionId, VersionStage }) => {
          const secret = store.inUse(SecretId);
          const stage = VersionStage ?? (VersionId === undefined ? "AWSCURRENT" : undefined);
          const version = secret.versions.find(
            (v) => (VersionId === undefined || v.id === VersionId) && (stage === undefined || v.stages.includes(stage)),
          );
          if (!version) {
            throw awsError(
              "ResourceNotFoundException",
              `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
            );
          }
          if (!store.keyUsable(secret.kmsKeyId))
            throw awsError(
              "DecryptionFailure",
              "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
            );
          secret.accessedOn = new Date(cloud.now() - (cloud.now() % day));
          return {
            ARN: secret.arn,
            Name: secret.name,
            VersionId: version.id,
            VersionStages: version.stages,
            CreatedDate: version.createdAt,
            ...version.value,
          };
        },
      ),
      write(
        PutSecretValueCommand,
        ["SecretId", "ClientRequestToken", "SecretBinary", "SecretString", "VersionStages"],
        (input) => {
          const secret = store.unmanaged(input.SecretId);
          const wanted = input.VersionStages ?? ["AWSCURRENT"];
          const version = store.putVersion(secret, input.ClientRequestToken, secretValue(input), wanted);
          return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: version.stages };
        },
      ),
      write(
        UpdateSecretCommand,
        ["SecretId", "ClientRequestToken", "Description", "KmsKeyId", "SecretBinary", "SecretString"],
        (input) => {
          const secret = store.unmanaged(input.SecretId);
          const value = secretValue(input);
          if (!store.keyUsable(input.KmsKeyId)) throw encryptionFailure();
          secret.description = input.Description ?? secret.description;
          secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
          secret.changedAt = store.date();
          const version = hasValue(value)
            ? store.putVersion(secret, input.ClientRequestToken, value, ["AWSCURRENT"])
            : undefined;
          return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
        },
      ),
      write(DeleteSecretCommand, ["SecretId", "RecoveryWindowInDays", "ForceDeleteWithoutRecovery"], (input) =>
        this.#delete(input.SecretId, input),
      ),
      write(RestoreSecretCommand, ["SecretId"], ({ SecretId }) => {
        const secret = store.find(SecretId);
        secret.deletion = undefined;
        return { ARN: secret.arn, Name: secret.name };
      }),
      write(TagResourceCommand, ["SecretId", "Tags"], ({ SecretId, Tags }) => {
        store.inUse(SecretId).tags.set(fromList(Tags), cloud.now());
        return {};
      }),
      write(UntagResourceCommand, ["SecretId", "TagKeys"], ({ SecretId, TagKeys }) => {
        store.inUse(SecretId).tags.delete(TagKeys ?? []);
        return {};
      }),
      ...besideOperations(store),
      read(ListSecretsCommand, ["IncludePlannedDeletion", "MaxResults", "NextToken", "Filters"], (input) => {
        const seen = store
          .live()
          .filter(
            (s) => cloud.visible(s.createdAt.getTime()) && (input.IncludePlannedDeletion === true || !s.deletion),
          );
        const matching = seen.filter((s) =>
          (input.Filters ?? []).every((filter) => matches(s, cloud.indexed(s.tags), filter)),
        );
        const { items, next } = page(
          matching,
          (s) => s.arn,
          Math.min(input.MaxResults ?? 100, cloud.pageSize),
          input.NextToken,
          () => awsError("InvalidNextTokenException", "The NextToken value is invalid."),
        );
        const SecretList = items.map((s): SecretListEntry => ({ ...describe(s), SecretVersionsToStages: stages(s) }));
        return { SecretList, NextToken: next };
      }),
    ];
  }

  *resources(): Iterable<Resource> {
    for (const secret of this.#store.live()) {
      yield {
        key: `secret/${secret.name}`,
        arn: secret.arn,
        tags: secret.tags.all(),
        indexedTags: this.#store.cloud.indexed(secret.tags),
        state: {
          ...secret,
          accessedOn: undefined,
          // Of a rotation that is off its function is left, and means nothing.
          rotates: secret.rotates || undefined,
          rotationLambda: secret.rotates ? secret.rotationLambda : undefined,
          versions: secret.versions.map(({ value: _, ...version }) => version),
        },
      };
    }
  }

  /** Every secret string that exists, managed ones included: what must never turn up in state, logs or errors. */
  values(): string[] {
    return this.#store.live().flatMap((s) => s.versions.flatMap((v) => v.value.SecretString ?? []));
  }

  /**
   * Makes the secret that RDS manages for a cluster (RDS User Guide, "Password management with RDS and Secrets
   * Manager"): named `rds!cluster-<id>`, owned by `rds`, tagged as RDS tags it.
   */
  createManaged(
    kind: "cluster",
    owner: { resourceId: string; arn: string; username: string; kmsKeyId: string | undefined },
  ): Secret {
    const secret = this.#store.new(`rds!${kind}-${this.#store.cloud.uuid("managed secret")}`, {
      description: `The secret associated with the primary RDS DB cluster: ${owner.arn}`,
      kmsKeyId: owner.kmsKeyId,
      owner: "rds",
      tags: { "aws:rds:primaryDBClusterArn": owner.arn, "aws:secretsmanager:owningService": "rds" },
    });
    this.#rotate(secret, owner.username);
    return secret;
  }

  /** Gives a managed secret a new password, as its rotation does every seven days. */
  rotateManaged(arn: string): void {
    const secret = this.#store.find(arn);
    const current = secret.versions.find((v) => v.stages.includes("AWSCURRENT"))?.value.SecretString;
    const parsed: unknown = JSON.parse(current ?? "{}");
    const username = typeof parsed === "object" && parsed && "username" in parsed ? String(parsed.username) : "";
    this.#rotate(secret, username);
  }

  /** Removes a managed secret, as its owner does when the cluster goes or no longer wants it. */
  deleteManaged(arn: string): void {
    const secret = this.#store.find(arn);
    this.#store.cloud.bury(secret.arn, secret.tags);
    this.#store.secrets.delete(secret.name);
  }

  #rotate(secret: Secret, username: string): void {
    const password = `managed-password-${this.#store.cloud.count("managed password")}-${secret.versions.length}`;
    const SecretString = JSON.stringify({ username, password });
    this.#store.putVersion(secret, undefined, { SecretString }, ["AWSCURRENT"]);
  }

  #create(input: CreateSecretRequest): CreateSecretResponse {
    const { Name: name = "" } = input;
    const value = secretValue(input);
    const existing = this.#store.live().find((s) => s.name === name);
    const forced = this.#store.forced.get(name);
    if (forced !== undefined && this.#store.cloud.now() < forced - forcedDeletionTail / 2) throw deleted();
    if (existing?.deletion || (forced !== undefined && this.#store.cloud.now() < forced)) {
      throw awsError(
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (existing) {
      const same = existing.versions.find((v) => v.id === input.ClientRequestToken);
      if (same && sameValue(same.value, value)) return { ARN: existing.arn, Name: existing.name, VersionId: same.id };
      throw awsError("ResourceExistsException", `The operation failed because the secret ${name} already exists.`);
    }
    if (!/^[\w/+=.@!-]{1,512}$/.test(name)) {
      throw awsError(
        "ValidationException",
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
      );
    }
    if (hasValue(value) && !this.#store.keyUsable(input.KmsKeyId)) throw encryptionFailure();
    const secret = this.#store.new(name, {
      description: input.Description,
      kmsKeyId: input.KmsKeyId,
      tags: fromList(input.Tags),
    });
    const version = hasValue(value)
      ? this.#store.putVersion(secret, input.ClientRequestToken, value, ["AWSCURRENT"])
      : undefined;
    return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
  }

  #delete(
    id: string | undefined,
    input: { RecoveryWindowInDays?: number | undefined; ForceDeleteWithoutRecovery?: boolean | undefined },
  ) {
    const force = input.ForceDeleteWithoutRecovery === true;
    const days = input.RecoveryWindowInDays;
    if (force && days !== undefined) {
      throw awsError(
        "InvalidParameterException",
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    if (days !== undefined && (days < 7 || days > 30)) {
      throw awsError(
        "InvalidParameterException",
        "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
      );
    }
    const found = this.#store.lookUp(id);
    // So that a retry does not fail: a forced deletion of nothing succeeds (DeleteSecret, ForceDeleteWithoutRecovery).
    if (!found && force) return { Name: id, DeletionDate: this.#store.date() };
    const secret = this.#store.find(id);
    if (secret.owner) throw managed(secret);
    if (force) {
      this.#store.cloud.bury(secret.arn, secret.tags);
      this.#store.secrets.delete(secret.name);
      this.#store.forced.set(secret.name, this.#store.cloud.now() + forcedDeletionTail);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: this.#store.date() };
    }
    if (secret.deletion) throw marked();
    secret.deletion = { at: this.#store.date(), until: new Date(this.#store.cloud.now() + (days ?? 30) * day) };
    return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletion.until };
  }
}
