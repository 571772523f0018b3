import { failed, leaving, type Phase, pending, ready, unfamiliar } from "../../engine/kind.ts";

/** What the status words of a resource type mean. */
interface Statuses {
  readonly ready: readonly string[];
  readonly pending: readonly string[];
  /** Terminal ones, with what they mean. */
  readonly failed: Readonly<Record<string, string>>;
}

/** The terminal statuses that clusters and instances share (Aurora User Guide, "Viewing cluster status"). */
const keyLost = {
  "inaccessible-encryption-credentials": "its KMS key cannot be used, and the data cannot be recovered without it",
  upgrade_failed: "the upgrade failed; AWS has made a snapshot named rds-final…",
};

/** The phase behind a status word. One that AWS has added since is waited for and named. */
function phaseOf(word: string | undefined, statuses: Statuses): Phase {
  if (word === undefined) return unfamiliar(word);
  if (statuses.ready.includes(word)) return ready;
  if (word === "deleting" || word === "delete-precheck") return leaving(word);
  if (statuses.pending.includes(word)) return pending(word);
  const why = statuses.failed[word];
  return why === undefined ? unfamiliar(word) : failed(`${word}: ${why}`);
}

/** For want of its KMS key, which can still be had back: for 7 days the cluster can be started again. */
const keyAway = "inaccessible-encryption-credentials-recoverable";

/**
 * Source: Aurora User Guide, "Viewing DB cluster status", and what hashicorp/terraform-provider-aws waits for
 * (internal/service/rds/cluster.go). A stopped one is repaired by starting it; while its storage is optimised it works.
 */
const clusterStatuses: Statuses = {
  ready: ["available", "storage-optimization", "stopped", keyAway],
  pending: [
    "creating",
    "backing-up",
    "backtracking",
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "configuring-performance-insights",
    "failing-over",
    "maintenance",
    "migrating",
    "modifying",
    "preparing-data-migration",
    "promoting",
    "rebooting",
    "renaming",
    "resetting-master-credentials",
    "scaling-capacity",
    "scaling-compute",
    "scaling-storage",
    "starting",
    "stopping",
    "storage-config-upgrade",
    "update-iam-db-auth",
    "upgrading",
  ],
  failed: {
    ...keyLost,
    "cloning-failed": "cloning it failed",
    failed: "AWS cannot recover it",
    "incompatible-network": "its network does not let AWS recover it",
    "incompatible-parameters": "its parameter group does not fit the engine",
    "incompatible-restore": "it cannot be restored",
    "migration-failed": "restoring it from a snapshot failed",
  },
};

/** Source: Aurora User Guide, "Viewing DB instance status in an Aurora cluster"; internal/service/rds/instance.go there. */
const instanceStatuses: Statuses = {
  ready: ["available", "storage-initialization", "storage-optimization"],
  pending: [
    "creating",
    "backing-up",
    "backtracking",
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "configuring-performance-insights",
    "converting-to-vpc",
    "failing-over",
    "maintenance",
    "modifying",
    "moving-to-vpc",
    "rebooting",
    "renaming",
    "resetting-master-credentials",
    "scaling-compute",
    "scaling-storage",
    "starting",
    "stopping",
    "storage-config-upgrade",
    "upgrading",
  ],
  failed: {
    ...keyLost,
    failed: "AWS cannot recover it",
    "incompatible-create": "AWS cannot make it with the resources it is given",
    "incompatible-network": "its network does not let AWS recover it, perhaps for want of free addresses",
    "incompatible-option-group": "its option group does not fit",
    "incompatible-parameters": "its parameters do not fit the instance class",
    "incompatible-restore": "it cannot be restored",
    "insufficient-capacity": "AWS has no such instance to give in this zone at present",
    "restore-error": "it cannot be restored",
    "storage-full": "its storage is used up",
  },
};

/** Where a cluster is in its life. */
export const clusterPhase = (status: string | undefined): Phase => phaseOf(status, clusterStatuses);

/** Where an instance is in its life. */
export const instancePhase = (status: string | undefined): Phase =>
  status === "stopped" || status === keyAway
    ? pending(`${status}: it starts with its cluster`)
    : phaseOf(status, instanceStatuses);
