import { keyAlias, name, regionAlias } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { KmsAlias } from "../src/resources/kms/alias.ts";
import { KmsKey } from "../src/resources/kms/key.ts";
import type { Place } from "./place.ts";

/** One key encrypts everything in the environment that can be encrypted. */
export function encryption({ environment, region, encryption }: Settings, place: Place) {
  const ownAlias = keyAlias(environment, region);

  const key = node(KmsKey, "encryption/key", {
    name: name("key", environment),
    key: { alias: ownAlias },
    want: () => ({
      description: `Trading platform, environment ${environment}`,
      policy: keyPolicy(environment, place),
      rotation: true,
      deletionWindowDays: encryption.deletionWindowDays,
    }),
  });

  const alias = node(KmsAlias, "encryption/alias", {
    name: ownAlias,
    key: { shared: false },
    needs: { key },
    want: ({ key }) => ({ keyId: key.keyId }),
  });

  // The region's alias belongs to whichever environment claimed it first.
  const sharedAlias = node(KmsAlias, "encryption/region-alias", {
    name: regionAlias(region),
    key: within(key, () => ({ shared: true })),
    needs: { key },
    want: ({ key }) => ({ keyId: key.keyId }),
  });

  return { nodes: [key, alias, sharedAlias], key };
}

const use = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncrypt*",
  "kms:GenerateDataKey*",
  "kms:CreateGrant",
  "kms:DescribeKey",
];

/**
 * IAM decides for the account; services use the key on behalf of callers of this account. No roles are named: KMS
 * refuses a policy that names a principal it does not know yet (MalformedPolicyDocumentException).
 */
function keyPolicy(environment: string, { account, region }: Place) {
  const logGroups = [
    `arn:aws:logs:${region}:${account}:log-group:/aws/*trading-*-${environment}*`,
    `arn:aws:logs:${region}:${account}:log-group:API-Gateway-Execution-Logs_*/${environment}`,
  ];
  const services = ["rds", "s3", "lambda", "secretsmanager"].map((service) => `${service}.${region}.amazonaws.com`);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "Logs",
        Effect: "Allow",
        Principal: { Service: `logs.${region}.amazonaws.com` },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
      },
      {
        Sid: "Services",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: use,
        Resource: "*",
        Condition: { StringEquals: { "kms:CallerAccount": account, "kms:ViaService": services } },
      },
    ],
  };
}
