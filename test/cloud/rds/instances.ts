import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  type ModifyDBInstanceMessage,
  RebootDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { addInterface, scheduleRelease } from "../ec2/interfaces.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { findCluster, statusOf } from "./cluster-state.ts";
import { certificateAuthorities, instanceClasses } from "./engines.ts";
import { availableInstance, findInstance, showInstance, wrongState } from "./instance-state.ts";
import type { Cluster, Instance } from "./records.ts";
import { clusterState, identifier, invalidCombination, invalidValue, type RdsStore } from "./store.ts";
import { subnetGroup } from "./subnet-groups.ts";

const settings = [
  "DBInstanceIdentifier",
  "DBInstanceClass",
  "PubliclyAccessible",
  "AutoMinorVersionUpgrade",
  "CACertificateIdentifier",
  "PromotionTier",
  "EnablePerformanceInsights",
  "MonitoringInterval",
  "PreferredMaintenanceWindow",
] as const;

/** Cluster statuses in which an instance may be added (aws-notes trap 22: right after CreateDBCluster). */
const open = [
  "creating",
  "available",
  "modifying",
  "backing-up",
  "resetting-master-credentials",
  "configuring-iam-database-auth",
  "configuring-log-exports",
  "storage-optimization",
];

/** DB instances, all of them members of an Aurora cluster. */
export function instanceOperations(store: RdsStore): Operation[] {
  const { cloud } = store;
  const deleteFields = [
    "DBInstanceIdentifier",
    "SkipFinalSnapshot",
    "FinalDBSnapshotIdentifier",
    "DeleteAutomatedBackups",
  ] as const;
  return [
    write(
      CreateDBInstanceCommand,
      [...settings, "Engine", "DBClusterIdentifier", "AvailabilityZone", "Tags"],
      (input) => ({
        DBInstance: showInstance(store, create(store, input)),
      }),
    ),
    read(DescribeDBInstancesCommand, ["DBInstanceIdentifier", "Filters", "MaxRecords", "Marker"], (input) => {
      const wanted =
        input.DBInstanceIdentifier === undefined ? undefined : findInstance(store, input.DBInstanceIdentifier, true);
      const { items, Marker } = store.describe(wanted ? [wanted] : store.instances.values(), input, {
        "db-cluster-id": (i) => [i.cluster, store.arn("cluster", i.cluster)],
        "db-instance-id": (i) => [i.name, i.arn],
        "dbi-resource-id": (i) => [i.resourceId],
        engine: (i) => [store.clusters.get(i.cluster)?.engine],
      });
      return { DBInstances: items.map((i) => showInstance(store, i)), Marker };
    }),
    write(ModifyDBInstanceCommand, [...settings, "ApplyImmediately"], (input) => {
      const instance = availableInstance(store, input.DBInstanceIdentifier);
      modify(store, instance, input);
      // As with ModifyDBCluster, the reply still says available (placebo, 13 of 14 replies; the other was being created).
      return { DBInstance: { ...showInstance(store, instance), DBInstanceStatus: "available" } };
    }),
    write(RebootDBInstanceCommand, ["DBInstanceIdentifier"], ({ DBInstanceIdentifier }) => {
      const instance = availableInstance(store, DBInstanceIdentifier);
      instance.needsReboot = false;
      instance.busy = { status: "rebooting", until: store.later(cloud.durations.instanceModify) };
      return { DBInstance: showInstance(store, instance) };
    }),
    write(DeleteDBInstanceCommand, deleteFields, (input) => {
      const instance = findInstance(store, input.DBInstanceIdentifier);
      if (instance.deleting) throw wrongState(`Instance ${instance.name} is already being deleted.`);
      if (input.FinalDBSnapshotIdentifier !== undefined) {
        throw invalidCombination("FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance");
      }
      // Aurora User Guide, "Stopping and starting an Aurora cluster": a stopped one cannot be changed, only started.
      if (findCluster(store, instance.cluster).stopped)
        throw clusterState(`DB cluster ${instance.cluster} is stopped.`);
      const until = store.later(cloud.durations.instanceDelete);
      instance.deleting = { at: store.now(), until };
      scheduleRelease(cloud.services.ec2.store, instance.interfaceId, { detached: until, deleted: until });
      failOver(store, instance);
      return { DBInstance: showInstance(store, instance) };
    }),
  ];
}

function create(store: RdsStore, input: CreateDBInstanceMessage): Instance {
  const { cloud } = store;
  const name = identifier(input.DBInstanceIdentifier, "DBInstanceIdentifier");
  if (input.DBClusterIdentifier === undefined) throw new UnmodelledError("a DB instance outside a cluster");
  if (store.instances.has(name)) throw awsError("DBInstanceAlreadyExistsFault", "DB instance already exists");
  const cluster = findCluster(store, input.DBClusterIdentifier);
  const status = statusOf(store, cluster);
  if (!open.includes(status))
    throw clusterState(`DB cluster ${cluster.name} is not in a state to add an instance: ${status}`);
  if (input.Engine !== cluster.engine) {
    throw invalidCombination(
      `The engine name requested for your DB instance (${input.Engine}) doesn't match the engine name of your DB cluster (${cluster.engine}).`,
    );
  }
  const instanceClass = checkClass(input.DBInstanceClass, cluster);
  const caCertificate = checkAuthority(input.CACertificateIdentifier ?? certificateAuthorities[0]);
  const promotionTier = checkTier(input.PromotionTier ?? 1);
  const { subnet } = place(store, cluster, input.AvailabilityZone);
  if (store.capacityFailures > 0) {
    store.capacityFailures -= 1;
    throw awsError(
      "InsufficientDBInstanceCapacityFault",
      `Insufficient capacity for ${instanceClass} in ${subnet.zone}.`,
    );
  }
  const ready = Math.max(cloud.now() + cloud.durations.instanceCreate, cluster.readyAt.getTime());
  const instance: Instance = {
    ...store.record("db", name, input.Tags),
    cluster: cluster.name,
    resourceId: `db-${cloud.count("db instance").toString(36).toUpperCase().padStart(26, "0")}`,
    zone: subnet.zone,
    interfaceId: addInterface(cloud.services.ec2.store, {
      subnetId: subnet.id,
      groupIds: cluster.securityGroupIds,
      type: "interface",
      description: "RDSNetworkInterface",
      requesterId: "amazon-rds",
    }),
    readyAt: new Date(ready),
    instanceClass,
    publiclyAccessible: input.PubliclyAccessible ?? false,
    autoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    caCertificate,
    promotionTier,
    performanceInsights: input.EnablePerformanceInsights ?? false,
    monitoringInterval: checkMonitoring(input.MonitoringInterval),
    maintenanceWindow: (input.PreferredMaintenanceWindow ?? "mon:06:00-mon:06:30").toLowerCase(),
    needsReboot: false,
    busy: undefined,
    pending: {},
    deleting: undefined,
  };
  store.instances.set(name, instance);
  cluster.writer ??= name;
  return instance;
}

function modify(store: RdsStore, instance: Instance, input: ModifyDBInstanceMessage): void {
  const cluster = findCluster(store, instance.cluster);
  const instanceClass = input.DBInstanceClass === undefined ? undefined : checkClass(input.DBInstanceClass, cluster);
  const caCertificate =
    input.CACertificateIdentifier === undefined ? undefined : checkAuthority(input.CACertificateIdentifier);
  const promotionTier = checkTier(input.PromotionTier ?? instance.promotionTier);
  const monitoringInterval = checkMonitoring(input.MonitoringInterval ?? instance.monitoringInterval);
  instance.promotionTier = promotionTier;
  instance.monitoringInterval = monitoringInterval;
  instance.publiclyAccessible = input.PubliclyAccessible ?? instance.publiclyAccessible;
  instance.autoMinorVersionUpgrade = input.AutoMinorVersionUpgrade ?? instance.autoMinorVersionUpgrade;
  instance.performanceInsights = input.EnablePerformanceInsights ?? instance.performanceInsights;
  instance.maintenanceWindow = (input.PreferredMaintenanceWindow ?? instance.maintenanceWindow).toLowerCase();
  if (input.ApplyImmediately) {
    instance.instanceClass = instanceClass ?? instance.pending.instanceClass ?? instance.instanceClass;
    instance.caCertificate = caCertificate ?? instance.pending.caCertificate ?? instance.caCertificate;
    instance.pending = {};
  } else {
    // These two wait for the maintenance window (RDS User Guide, "Settings for DB instances"); the others do not.
    instance.pending = {
      ...instance.pending,
      ...(instanceClass !== undefined && instanceClass !== instance.instanceClass && { instanceClass }),
      ...(caCertificate !== undefined && caCertificate !== instance.caCertificate && { caCertificate }),
    };
  }
  instance.busy = { status: "modifying", until: store.later(store.cloud.durations.instanceModify) };
}

/** The first instance is the writer; when it goes, the reader of the lowest tier takes over. */
function failOver(store: RdsStore, gone: Instance): void {
  const cluster = findCluster(store, gone.cluster);
  if (cluster.writer !== gone.name) return;
  const heirs = store.members(cluster.name).filter((m) => !m.deleting && store.past(m.readyAt));
  const [heir] = heirs.sort((a, b) => a.promotionTier - b.promotionTier || (a.name < b.name ? -1 : 1));
  if (heir) cluster.writer = heir.name;
}

/** The zone asked for, or that of the group's with the fewest members. */
function place(store: RdsStore, cluster: Cluster, zone: string | undefined) {
  const { subnets } = store.cloud.services.ec2.store;
  const group = subnetGroup(store, cluster.subnetGroup);
  const candidates = group.subnetIds
    .flatMap((id) => subnets.get(id) ?? [])
    .filter((s) => zone === undefined || s.zone === zone);
  const used = (name: string) => store.members(cluster.name).filter((m) => m.zone === name).length;
  const [subnet] = candidates.sort((a, b) => used(a.zone) - used(b.zone) || (a.zone < b.zone ? -1 : 1));
  if (!subnet) throw invalidCombination(`The DB subnet group ${group.name} has no subnet in ${zone ?? "any zone"}`);
  return { subnet };
}

function checkClass(name: string | undefined, cluster: Cluster): string {
  const found = instanceClasses.find((c) => c === name);
  if (!found) {
    throw invalidCombination(
      `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${name}, Engine=${cluster.engine}, EngineVersion=${cluster.engineVersion}.`,
    );
  }
  return found;
}

function checkAuthority(name: string): string {
  const found = certificateAuthorities.find((c) => c === name);
  if (!found) throw awsError("CertificateNotFoundFault", `Certificate ${name} not found.`, 404);
  return found;
}

/** CreateDBInstance, PromotionTier: 0 to 15. */
function checkTier(tier: number): number {
  if (!Number.isInteger(tier) || tier < 0 || tier > 15)
    throw invalidValue(`Invalid promotion tier: ${tier}. Must be between 0 and 15`);
  return tier;
}

function checkMonitoring(interval = 0): number {
  if (interval !== 0) throw new UnmodelledError("enhanced monitoring");
  return interval;
}
