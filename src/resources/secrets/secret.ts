import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretResponse as Description,
  RestoreSecretCommand,
  TagResourceCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import { codeOf } from "../../aws/errors.ts";
import { each, permissions, reference } from "../../aws/permissions.ts";
import { month, monthly, monthText } from "../../cost/prices.ts";
import { ready } from "../../engine/kind.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { ownedByTag } from "../tagging.ts";
import { compareTags, fromList, isProtected, requireOurs, toList, touches } from "../tags.ts";

interface Wanted {
  readonly description: string;
  readonly kmsKeyArn: string;
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

/**
 * A secret without a value: whoever uses it first puts one there. tap never reads or writes the value.
 *
 * It is kept with the data that it opens; otherwise it is removed at once, without a recovery window.
 */
export const Secret: AwsKind<Wanted, Description, { secretArn: string; name: string }> = {
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
