import { createHash } from "node:crypto";
import type { BlueGreenDeployment, Filter, ResourcePendingMaintenanceActions, Tag } from "@aws-sdk/client-rds";
import type { Cloud } from "../cloud.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { page } from "../paging.ts";
import { fromList, TagSet } from "../tags.ts";
import {
  type Cluster,
  dataOf,
  type Instance,
  type ParameterGroup,
  type RdsRecord,
  type RetainedBackup,
  type Snapshot,
  type SubnetGroup,
} from "./records.ts";

/** The state of Amazon RDS: everything by lower-case name; retained backups by the cluster's resource id. */
export class RdsStore {
  readonly cloud: Cloud;
  readonly subnetGroups = new Map<string, SubnetGroup>();
  readonly parameterGroups = new Map<string, ParameterGroup>();
  readonly clusters = new Map<string, Cluster>();
  readonly instances = new Map<string, Instance>();
  readonly snapshots = new Map<string, Snapshot>();
  readonly retained = new Map<string, RetainedBackup>();
  /** By name. */
  readonly blueGreen = new Map<string, BlueGreenDeployment>();
  readonly maintenance: ResourcePendingMaintenanceActions[] = [];
  /** How many of the next CreateDBInstance calls find no capacity. */
  capacityFailures = 0;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  now(): Date {
    return new Date(this.cloud.now());
  }

  /** The time `ms` after a date, now when none is given. */
  later(ms: number, from: Date = this.now()): Date {
    return new Date(from.getTime() + ms);
  }

  past(at: Date): boolean {
    return this.cloud.now() >= at.getTime();
  }

  /** Removes what has finished deleting by now. Called before every operation. */
  settle(): void {
    for (const instance of this.instances.values()) {
      if (!instance.deleting || !this.past(instance.deleting.until)) continue;
      this.cloud.bury(instance.arn, instance.tags);
      this.instances.delete(instance.name);
    }
    for (const cluster of this.clusters.values()) {
      if (!cluster.deleting || !this.past(cluster.deleting.until)) continue;
      this.cloud.bury(cluster.arn, cluster.tags);
      this.clusters.delete(cluster.name);
      if (cluster.deleting.keepBackups) this.#retain(cluster, cluster.deleting.until);
    }
    for (const backup of this.retained.values()) {
      if (this.past(backup.expiresAt)) this.retained.delete(backup.clusterResourceId);
    }
  }

  /** Members of a cluster, in the order of their making. */
  members(cluster: string): Instance[] {
    return [...this.instances.values()].filter((i) => i.cluster === cluster);
  }

  arn(kind: string, name: string): string {
    return this.cloud.arn("rds", `${kind}:${name}`);
  }

  /** The part of an endpoint that is the same for all databases of an account in a region. */
  get endpointSuffix(): string {
    const { account, region } = this.cloud;
    const hash = createHash("sha256").update(`${account} ${region}`).digest("hex").slice(0, 11);
    return `c${hash}.${region}.rds.amazonaws.com`;
  }

  /** What a new resource of this name has, with the tags of its create call. */
  record(kind: string, name: string, tags: readonly Tag[] | undefined): RdsRecord {
    const all = fromList(tags);
    if (Object.keys(all).some((key) => key.startsWith("aws:") || key === "")) {
      throw invalidValue("Tag keys must not be empty or begin with aws:");
    }
    return { name, arn: this.arn(kind, name), createdAt: this.now(), tags: new TagSet(all, this.cloud.now()) };
  }

  /** The ARN of a key that RDS can use now. @throws KMSKeyNotAccessibleFault */
  key(reference: string): string {
    const arn = this.cloud.services.kms.usableArn(reference, "kms@rds");
    if (arn === undefined) {
      throw awsError(
        "KMSKeyNotAccessibleFault",
        `The specified KMS key [${reference}] does not exist, is not enabled or you do not have permissions to access it.`,
      );
    }
    return arn;
  }

  /**
   * The answer of a Describe call: filtered, without what is too new to be seen, one page of it.
   *
   * @param filters the filters of the operation and what they compare
   */
  describe<T extends RdsRecord>(
    items: Iterable<T>,
    input: {
      readonly Filters?: readonly Filter[] | undefined;
      readonly MaxRecords?: number | undefined;
      readonly Marker?: string | undefined;
    },
    filters: { readonly [name: string]: (item: T) => readonly (string | undefined)[] },
  ): { items: T[]; Marker: string | undefined } {
    const seen = [...items].filter(
      (item) => this.cloud.visible(item.createdAt.getTime()) && matchesAll(item, input.Filters, filters),
    );
    return this.page(seen, (item) => item.name, input);
  }

  page<T>(
    items: readonly T[],
    key: (item: T) => string,
    input: { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined },
  ) {
    const { MaxRecords, Marker } = input;
    if (MaxRecords !== undefined && (MaxRecords < 20 || MaxRecords > 100)) {
      throw invalidValue(`Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`);
    }
    const size = Math.min(MaxRecords ?? 100, this.cloud.pageSize);
    const { items: cut, next } = page(items, key, size, Marker, () =>
      invalidValue("The request token is invalid: Marker"),
    );
    return { items: cut, Marker: next };
  }

  #retain(cluster: Cluster, from: Date): void {
    const { name, resourceId, arn, createdAt, vpcId } = cluster;
    this.retained.set(resourceId, {
      ...dataOf(cluster),
      name: resourceId,
      arn: this.arn("cluster-auto-backup", `ab-${resourceId.slice("cluster-".length).toLowerCase()}`),
      createdAt,
      tags: new TagSet(cluster.tags.all(), from.getTime()),
      cluster: name,
      clusterArn: arn,
      clusterResourceId: resourceId,
      clusterCreatedAt: createdAt,
      vpcId,
      endedAt: cluster.deleting?.at ?? from,
      expiresAt: this.later(cluster.backupRetention * 86_400_000, from),
    });
  }
}

/** @throws UnmodelledError for a filter that the operation does not have here */
export function matchesAll<T>(
  item: T,
  filters: readonly Filter[] | undefined,
  known: { readonly [name: string]: (item: T) => readonly (string | undefined)[] },
): boolean {
  return (filters ?? []).every(({ Name = "", Values = [] }) => {
    const values = known[Name];
    if (!values) throw new UnmodelledError(`RDS filter ${Name}`);
    return values(item).some((value) => value !== undefined && Values.includes(value));
  });
}

/** The identifier in an identifier or ARN, lower case as RDS stores it. */
export function nameOf(reference: string | undefined): string {
  return (reference ?? "").split(":").at(-1)?.toLowerCase() ?? "";
}

/** @throws InvalidParameterValue (RDS User Guide, "Naming constraints in Amazon RDS") */
export function identifier(value: string | undefined, parameter: string, longest = 63): string {
  const text = value ?? "";
  if (!/^[a-z](-?[a-z0-9])*$/i.test(text) || text.length > longest) {
    throw invalidValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  }
  return text.toLowerCase();
}

export function invalidValue(message: string) {
  return awsError("InvalidParameterValue", message);
}

export function invalidCombination(message: string) {
  return awsError("InvalidParameterCombination", message);
}

export function clusterState(message: string) {
  return awsError("InvalidDBClusterStateFault", message);
}
