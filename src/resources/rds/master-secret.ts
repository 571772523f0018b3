import type { DBCluster } from "@aws-sdk/client-rds";
import * as z from "zod";
import { month, monthly } from "../../cost/prices.ts";
import { TapError } from "../../engine/errors.ts";
import { pending, ready } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required } from "../missing.ts";
import { fromList, isEnvironments } from "../tags.ts";
import { rds } from "./permissions.ts";
import { clusterNamed } from "./shared.ts";

const key = z.object({ clusterIdentifier: z.string() });

/** The cluster is there, but RDS has not yet made its secret. */
class NotYetError extends TapError {}

/**
 * A look-up: the secret that RDS made for a cluster's master password. It comes and goes with the cluster, and has
 * another ARN after a restore. RDS may name it some time after it has answered the cluster's create call.
 */
export const MasterSecret: AwsKind<undefined, DBCluster, { masterSecretArn: string }, z.infer<typeof key>> = {
  type: "rds:master-secret",
  recover: "setting",
  usable: "ready",
  releases: "leaving",
  replace: "refuse",
  role: "lookup",
  minutes: { create: 30, update: 5, remove: 5 },
  seconds: { create: 45, remove: 1 },
  permissions: rds,
  price: monthly("secret", month.secret),
  card: "Secrets Manager",
  parseKey: keyOf(key),

  async find(aws, me, { clusterIdentifier }) {
    const cluster = await clusterNamed(aws, clusterIdentifier);
    return cluster && isEnvironments(fromList(cluster.TagList), me.environment) ? cluster : undefined;
  },
  id: (live) => live.MasterUserSecret?.SecretArn ?? required(live.DBClusterIdentifier, "DBClusterIdentifier"),
  phase: (live) =>
    live.MasterUserSecret?.SecretArn === undefined ? pending("RDS is making the master secret") : ready,
  // "Impaired: the secret can be used to access database credentials, but it can't be rotated" (MasterUserSecret).
  note: ({ MasterUserSecret: secret }) =>
    secret?.SecretStatus === "impaired"
      ? "RDS cannot rotate the master password at present (secret status impaired); it goes on working. See whether its key and the secret's policy let RDS use them"
      : undefined,
  ailments: ({ MasterUserSecret: secret }) =>
    secret?.SecretStatus === "impaired"
      ? [{ what: "rotation impaired", why: "RDS cannot rotate the master password at present" }]
      : [],
  outputs: (live) => ({ masterSecretArn: live.MasterUserSecret?.SecretArn ?? "" }),
  changes: () => [],

  /** There is nothing to create: it appears with the cluster. */
  create: (_aws, _me, { clusterIdentifier }) =>
    Promise.reject(new NotYetError(`the cluster ${clusterIdentifier} is not visible yet`)),
  update: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  classify: (error) => (error instanceof NotYetError ? "dependency" : undefined),
};
