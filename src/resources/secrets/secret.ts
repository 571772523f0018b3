import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse as Description,
  GetResourcePolicyCommand,
  RemoveRegionsFromReplicationCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { each, permissions, reference } from "../../aws/permissions.ts";
import { month, monthly, monthText } from "../../cost/prices.ts";
import { type Change, ready, type Watch } from "../../engine/kind.ts";
import { compare, none, parseDocument } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { byDefault, ignored, nothing, reads, reply, tags, wanted } from "../fields.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { ownedByTag } from "../tagging.ts";
import { compareTags, fromList, isProtected, requireOurs, toList, touches } from "../tags.ts";

interface Wanted {
  readonly description: string;
  readonly kmsKeyArn: string;
}

interface Live extends Description {
  /** Who else may use it, as it is written; undefined where nobody has looked, empty where there is none. */
  readonly policy?: string;
}

const id = (secret: Description) => required(secret.ARN, "ARN");

/** AWS Secrets Manager: the secret of the functions' database user. */
const secrets = permissions({
  source: reference("awssecretsmanager"),
  scopes: ({ named, arn, asOurs }) => {
    // Secrets Manager adds a hyphen and six characters.
    const resources = [arn("secretsmanager", `secret:${named("database-user")}-??????`)];
    return { NewSecret: { resources, condition: asOurs }, Secret: { resources } };
  },
  operations: {
    // By name, before there is one: a secret that is not there has no ARN that a pattern could match.
    DescribeSecret: { "secretsmanager:DescribeSecret": "Look" },
    ...each("secretsmanager:*", "Secret", "DeleteSecret", "RestoreSecret", "UpdateSecret"),
    ...each("secretsmanager:*", "Secret", "GetResourcePolicy", "DeleteResourcePolicy", "CancelRotateSecret"),
    ...each("secretsmanager:*", "Secret", "RemoveRegionsFromReplication"),
    TagResource: { "secretsmanager:TagResource": "NewSecret" },
    CreateSecret: { "secretsmanager:CreateSecret": "NewSecret", "secretsmanager:TagResource": "NewSecret" },
  },
  implied: [
    {
      needs: { "kms:Decrypt": "KeyThroughServices", "kms:GenerateDataKey": "KeyThroughServices" },
      because: ["CreateSecret", "UpdateSecret"],
      through: "secretsmanager",
      source: 'Secrets Manager user guide, "Secret encryption and decryption", permissions for the KMS key',
    },
  ],
});

/** Each field of the reply; what DescribeSecret leaves out is not set (Secrets Manager API reference). */
const fields = reads<Live>(
  reply({ operation: "DescribeSecret", shape: "DescribeSecretResponse" }, (live): Description => live, {
    ARN: ignored("identifier"),
    Name: ignored("identifier"),
    // Of secrets that a partner's service holds.
    Type: nothing("leave"),
    Description: wanted,
    KmsKeyId: wanted,
    RotationEnabled: byDefault(false, "update", "outage"),
    // Both stay when the rotation is switched off, and mean nothing then (CancelRotateSecret).
    RotationLambdaARN: ignored("compared elsewhere"),
    RotationRules: ignored("compared elsewhere"),
    ExternalSecretRotationMetadata: nothing("leave"),
    ExternalSecretRotationRoleArn: nothing("leave", "access"),
    LastRotatedDate: ignored("time"),
    LastChangedDate: ignored("time"),
    LastAccessedDate: ignored("time"),
    DeletedDate: wanted,
    NextRotationDate: ignored("time"),
    Tags: tags,
    VersionIdsToStages: ignored("state"),
    OwningService: nothing("leave"),
    CreatedDate: ignored("time"),
    PrimaryRegion: nothing("leave", "access"),
    ReplicationStatus: nothing("update", "access"),
  }),
);

/** Without a policy the answer has none (GetResourcePolicy, ResourcePolicy). */
const watch: readonly Watch<Aws, undefined, Live>[] = [
  {
    what: "policies of secrets",
    read: async (aws, SecretId) => {
      try {
        return { policy: (await aws.secrets(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy ?? "" };
      } catch (error) {
        // Scheduled for deletion, it tells nothing (GetResourcePolicy), and opens nothing.
        if (codeOf(error) === "InvalidRequestException") return {};
        throw error;
      }
    },
  },
];

/** The policy that somebody has put on it. One that only denies opens nothing, and may be meant. */
function policyChanges({ policy = "" }: Live): Change[] {
  if (policy === "") return [];
  const live = parseDocument(policy);
  const opens = /"Effect"\s*:\s*"Allow"/.test(policy);
  return [
    {
      path: "policy",
      want: undefined,
      live,
      ...(opens ? { fix: "update", weight: "access" } : { fix: "lift", weight: "outage" }),
    },
  ];
}

/**
 * A secret without a value: whoever uses it first puts one there. tap never reads or writes the value.
 *
 * It is kept with the data that it opens; otherwise it is removed at once, without a recovery window.
 */
export const Secret: AwsKind<Wanted, Live, { secretArn: string; name: string }> = {
  type: "secrets:secret",
  recover: "fixed-name",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 10 },
  seconds: { create: 1, remove: 2 },
  permissions: secrets,
  price: monthly("secret", month.secret),
  card: "Secrets Manager",
  holdsData: true,
  ...fields,
  watch,
  parseKey: noKey,

  async find(aws, me) {
    const secret = await ifThere(aws.secrets(new DescribeSecretCommand({ SecretId: me.name })));
    return (
      secret &&
      requireOurs(me, `secret ${me.name}`, secret, fromList(secret.Tags), tagCommand("secrets")(me, id(secret)))
    );
  },
  id,
  phase: () => ready,
  outputs: (live) => ({ secretArn: id(live), name: required(live.Name, "Name") }),

  changes: (want, live, me) => [
    ...compare(
      { deletionDate: undefined, description: want.description, kmsKeyArn: want.kmsKeyArn },
      // Left out: the deletion of one that is not scheduled for it, a text that was never set, and the key aws/secretsmanager
      // (DescribeSecret).
      {
        deletionDate: live.DeletedDate?.toISOString(),
        description: live.Description ?? none,
        kmsKeyArn: live.KmsKeyId ?? none,
      },
    ),
    ...policyChanges(live),
    ...compareTags(me, fromList(live.Tags)),
  ],

  async create(aws, me, _key, want) {
    const made = await aws.secrets(
      new CreateSecretCommand({
        Name: me.name,
        Description: want.description,
        KmsKeyId: want.kmsKeyArn,
        Tags: toList(me.tags),
      }),
    );
    return required(made.ARN, "ARN");
  },

  async update(aws, live, want, changes, me) {
    const SecretId = id(live);
    // Scheduled for deletion, it refuses every other change (Secrets Manager API, InvalidRequestException).
    if (touches(changes, "deletionDate")) await aws.secrets(new RestoreSecretCommand({ SecretId }));
    if (touches(changes, "description", "kmsKeyArn")) {
      await aws.secrets(new UpdateSecretCommand({ SecretId, Description: want.description, KmsKeyId: want.kmsKeyArn }));
    }
    if (touches(changes, "policy")) await aws.secrets(new DeleteResourcePolicyCommand({ SecretId }));
    if (touches(changes, "RotationEnabled")) await aws.secrets(new CancelRotateSecretCommand({ SecretId }));
    if (touches(changes, "ReplicationStatus")) {
      const RemoveReplicaRegions = (live.ReplicationStatus ?? []).flatMap(({ Region }) => Region ?? []);
      await aws.secrets(new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions }));
    }
    if (touches(changes, "tags")) await aws.secrets(new TagResourceCommand({ SecretId, Tags: toList(me.tags) }));
  },

  retainReason: async (_aws, live, how) =>
    isProtected(fromList(live.Tags), how) ? `it opens the kept data; ${monthText("secret")}` : undefined,

  remove: (aws, live) =>
    unlessGone(aws.secrets(new DeleteSecretCommand({ SecretId: id(live), ForceDeleteWithoutRecovery: true }))),

  // Secrets Manager ends the ARN with a hyphen and six characters (DescribeSecret).
  listOwned: ownedByTag("secretsmanager", /^secret:(.+)-.{6}$/, (name, { arn }) => ({ name, id: arn, key: undefined })),

  classify: (error, during) =>
    during !== "remove" &&
    codeOf(error) === "InvalidRequestException" &&
    error instanceof Error &&
    passing[during].test(error.message)
      ? "retry"
      : undefined,
};

/**
 * What Secrets Manager says of a name for a moment after a forced deletion: "You can't create this secret because a
 * secret with this name is already scheduled for deletion", "… because it was deleted" (hashicorp/terraform-provider-aws,
 * resource aws_secretsmanager_secret); and of a restored secret: "… because it was marked for deletion" (LocalStack's
 * recordings).
 */
const passing = {
  create: /scheduled for deletion|because it was (deleted|marked for deletion)/,
  update: /because it was (deleted|marked for deletion)/,
} as const;
