import {
  AddTagsToResourceCommand,
  DescribeAccountAttributesCommand,
  ListTagsForResourceCommand,
  RDSClient,
  RemoveTagsFromResourceCommand,
  type ResourcePendingMaintenanceActions,
} from "@aws-sdk/client-rds";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { type Operation, type Resource, read, type ServiceModel, write } from "../model.ts";
import { fromList } from "../tags.ts";
import { besideOperations } from "./beside.ts";
import { catalogOperations } from "./catalog.ts";
import { clusterChangeOperations } from "./cluster-change.ts";
import { clusterCreateOperations } from "./cluster-create.ts";
import { instanceOperations } from "./instances.ts";
import { parameterGroupOperations } from "./parameter-groups.ts";
import type { Cluster, RdsRecord } from "./records.ts";
import { snapshotOperations } from "./snapshots.ts";
import { invalidValue, nameOf, RdsStore } from "./store.ts";
import { subnetGroupOperations } from "./subnet-groups.ts";

/** Amazon RDS: Aurora MySQL clusters in a VPC, and what belongs to them. Source of the rules: RDS API Reference. */
export class RdsModel implements ServiceModel {
  readonly name = "rds";
  readonly client = RDSClient;
  readonly throttled = () => awsError("Throttling", "Rate exceeded");
  readonly limits = [];
  readonly operations: readonly Operation[];
  readonly #store: RdsStore;

  constructor(cloud: Cloud) {
    const store = new RdsStore(cloud);
    this.#store = store;
    this.operations = [
      ...subnetGroupOperations(store),
      ...parameterGroupOperations(store),
      ...catalogOperations(store),
      ...clusterCreateOperations(store),
      ...clusterChangeOperations(store),
      ...instanceOperations(store),
      ...besideOperations(store),
      ...snapshotOperations(store),
      // AccountQuota data type; RDS user guide, "Quotas and constraints": 40 clusters and 40 instances.
      read(DescribeAccountAttributesCommand, [], () => ({
        AccountQuotas: [
          { AccountQuotaName: "DBInstances", Used: store.instances.size, Max: cloud.options.quotas?.instances ?? 40 },
          { AccountQuotaName: "DBClusters", Used: store.clusters.size, Max: 40 },
        ],
      })),
      write(AddTagsToResourceCommand, ["ResourceName", "Tags"], ({ ResourceName, Tags }) => {
        this.#tagged(ResourceName).tags.set(fromList(Tags), cloud.now());
        return {};
      }),
      write(RemoveTagsFromResourceCommand, ["ResourceName", "TagKeys"], ({ ResourceName, TagKeys }) => {
        this.#tagged(ResourceName).tags.delete(TagKeys ?? []);
        return {};
      }),
      read(ListTagsForResourceCommand, ["ResourceName"], ({ ResourceName }) => {
        const tags = cloud.indexed(this.#tagged(ResourceName).tags);
        return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
      }),
    ].map((operation) => ({
      ...operation,
      handle: (input: object) => {
        store.settle();
        return operation.handle(input);
      },
    }));
  }

  *resources(): Iterable<Resource> {
    this.#store.settle();
    for (const record of this.#records()) {
      const { arn, tags } = record;
      yield {
        key: arn.split(":").slice(5).join("/"),
        arn,
        tags: tags.all(),
        indexedTags: this.#store.cloud.indexed(tags),
        // What it was busy with is over once the time has come, and then no part of what exists.
        state: record.busy && this.#store.past(record.busy.until) ? { ...record, busy: undefined } : record,
      };
    }
  }

  /** The data of a cluster, for a test to write and read. Snapshots carry it on, and restored clusters have it again. */
  rows(cluster: string): unknown[] {
    this.#store.settle();
    const found = this.#store.clusters.get(nameOf(cluster));
    if (!found) throw new Error(`there is no cluster ${cluster}`);
    return found.rows;
  }

  /** Shows a cluster or instance in a status that AWS brings about by itself, for so many milliseconds. */
  show(name: string, status: string, ms: number): void {
    const found = this.#store.clusters.get(nameOf(name)) ?? this.#store.instances.get(nameOf(name));
    if (!found) throw new Error(`there is no database ${name}`);
    found.busy = { status, until: this.#store.later(ms) };
  }

  /** Makes the managed secret of a cluster one that cannot be rotated. */
  impairSecret(name: string): void {
    const cluster = this.#store.clusters.get(nameOf(name));
    if (!cluster?.secret) throw new Error(`cluster ${name} has no managed secret`);
    cluster.secret = { ...cluster.secret, impaired: true };
  }

  /** Announces maintenance of a cluster or an instance: AWS does so by itself. */
  announce(action: ResourcePendingMaintenanceActions): void {
    this.#store.maintenance.push(action);
  }

  /** Makes the next CreateDBInstance calls fail with InsufficientDBInstanceCapacity. */
  exhaustCapacity(calls: number): void {
    this.#store.capacityFailures = calls;
  }

  *#records(): Generator<RdsRecord & Partial<Pick<Cluster, "busy">>> {
    const { subnetGroups, parameterGroups, clusters, instances, snapshots, retained } = this.#store;
    yield* subnetGroups.values();
    yield* parameterGroups.values();
    yield* clusters.values();
    yield* instances.values();
    yield* snapshots.values();
    yield* retained.values();
  }

  /** Errors as AddTagsToResource lists them, by kind of resource. */
  #tagged(arn: string | undefined): RdsRecord {
    const found = [...this.#records()].find((r) => r.arn === arn);
    if (found) return found;
    const [kind = "", name] = (arn ?? "").split(":").slice(5);
    const code = {
      cluster: "DBClusterNotFoundFault",
      db: "DBInstanceNotFoundFault",
      "cluster-snapshot": "DBClusterSnapshotNotFoundFault",
      subgrp: "DBSubnetGroupNotFoundFault",
      "cluster-pg": "DBParameterGroupNotFoundFault",
    }[kind];
    if (code === undefined) throw invalidValue(`Invalid resource name: ${arn}`);
    throw awsError(code, `${kind} ${name} not found.`, 404);
  }
}
