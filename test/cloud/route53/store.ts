import type { CreateHostedZoneRequest, HostedZone, ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { onlyFields } from "../model.ts";
import { TagSet } from "../tags.ts";
import { recordKey, type ZoneRecord } from "./changes.ts";
import { inZone, normalName } from "./names.ts";

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly callerReference: string;
  readonly nameServers: string[];
  readonly createdAt: Date;
  readonly tags: TagSet;
  comment: string | undefined;
  records: Map<string, ZoneRecord>;
}

/** Which domains the parent zone delegates, and from when: see `CloudOptions.delegated`. */
type Delegation = { readonly nameServers: readonly string[]; readonly since: number };

declare module "../cloud.ts" {
  interface CloudOptions {
    /**
     * Domains whose parent zone always points at the zone that exists here, or `"all"`. For any other, delegation is
     * set by hand with `services.route53.delegate`, and lost when the zone is made anew (aws-notes trap 18).
     */
    readonly delegated?: "all" | readonly string[];
  }
}

/** The state of Route 53: zones by id, changes, and what the parents of the zones say. */
export class Route53Store {
  readonly cloud: Cloud;
  readonly zones = new Map<string, Zone>();
  readonly usedReferences = new Set<string>();
  readonly changes = new Map<string, { readonly at: Date; readonly comment: string | undefined }>();
  readonly delegations = new Map<string, Delegation>();
  /** Zones on which another change is under way, and until when. */
  readonly busy = new Map<string, number>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  /**
   * Sets the parent's NS records to the name servers of the zone of this name, as a person does at the registrar.
   *
   * @param zoneId which one, when there are several of the name
   */
  delegate(domain: string, zoneId?: string): void {
    const name = normalName(domain);
    const zone = [...this.zones.values()].find(
      (z) => z.name === name && (zoneId === undefined || z.id === bareId(zoneId)),
    );
    if (!zone) throw new Error(`there is no zone ${name} to delegate`);
    this.delegations.set(name, { nameServers: zone.nameServers, since: this.cloud.now() });
  }

  /** What a resolver gets for the name servers of a domain: empty without delegation. */
  resolveNs(domain: string): readonly string[] {
    const name = normalName(domain);
    const { delegated } = this.cloud.options;
    if (delegated === "all" || delegated?.some((d) => normalName(d) === name)) {
      return [...this.zones.values()].filter((z) => z.name === name).at(-1)?.nameServers ?? [];
    }
    return this.delegations.get(name)?.nameServers ?? [];
  }

  /** Since when the internet sees this CNAME (milliseconds): record made and zone delegated; undefined when it does not. */
  resolvesSince(name: string, value: string): number | undefined {
    for (const zone of this.zones.values()) {
      if (!inZone(normalName(name), zone.name) || this.resolveNs(zone.name).join() !== zone.nameServers.join())
        continue;
      const record = zone.records.get(recordKey(name, "CNAME"));
      if (record?.set.ResourceRecords?.some((r) => normalName(r.Value ?? "") === normalName(value))) {
        return Math.max(record.since.getTime(), this.delegations.get(zone.name)?.since ?? 0);
      }
    }
    return undefined;
  }

  /** Makes every change to the zone fail with PriorRequestNotComplete for so many milliseconds. */
  occupy(zoneId: string, ms: number): void {
    this.busy.set(bareId(zoneId), this.cloud.now() + ms);
  }

  /** Makes a zone with its own NS and SOA records. */
  create({ Name, CallerReference, HostedZoneConfig }: CreateHostedZoneRequest): Zone {
    onlyFields(HostedZoneConfig, "HostedZoneConfig", ["Comment", "PrivateZone"]);
    const cloud = this.cloud;
    const name = normalName(Name ?? "");
    if (!/^([a-z0-9_]([a-z0-9-]*[a-z0-9])?\.){2,}$/.test(name))
      throw awsError("InvalidDomainName", `${Name} is not a valid domain name`);
    if (this.usedReferences.has(CallerReference ?? "")) {
      throw awsError(
        "HostedZoneAlreadyExists",
        "A hosted zone has already been created with the specified caller reference.",
        409,
      );
    }
    this.usedReferences.add(CallerReference ?? "");
    const number = cloud.count("hosted zone");
    const id = `Z${number.toString(36).toUpperCase().padStart(19, "0")}`;
    const nameServers = ["com", "net", "org", "co.uk"].map(
      (tld, i) => `ns-${number * 4 + i}.awsdns-${String(number % 64).padStart(2, "0")}.${tld}`,
    );
    const since = new Date(cloud.now());
    const values = (set: ResourceRecordSet): ZoneRecord => ({ name, type: set.Type ?? "", set, since });
    const ns = values({
      Name: name,
      Type: "NS",
      TTL: 172_800,
      ResourceRecords: nameServers.map((n) => ({ Value: `${n}.` })),
    });
    const soa = values({
      Name: name,
      Type: "SOA",
      TTL: 900,
      ResourceRecords: [{ Value: `${nameServers[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` }],
    });
    const zone: Zone = {
      id,
      name,
      callerReference: CallerReference ?? "",
      nameServers,
      createdAt: since,
      tags: new TagSet({}, cloud.now()),
      comment: HostedZoneConfig?.Comment,
      records: new Map([ns, soa].map((r) => [recordKey(r.name, r.type), r])),
    };
    this.zones.set(id, zone);
    return zone;
  }

  change(comment: string | undefined) {
    const id = `C${this.cloud.count("change").toString(36).toUpperCase().padStart(19, "0")}`;
    this.changes.set(id, { at: new Date(this.cloud.now()), comment });
    return this.changeInfo(id);
  }

  changeInfo(id: string) {
    const change = this.changes.get(id);
    if (!change) throw awsError("NoSuchChange", `Could not find resource with ID: ${id}`, 404);
    const done = this.cloud.now() >= change.at.getTime() + this.cloud.durations.zoneChange;
    const Status: "INSYNC" | "PENDING" = done ? "INSYNC" : "PENDING";
    return { Id: `/change/${id}`, Status, SubmittedAt: change.at, Comment: change.comment };
  }

  visible(): Zone[] {
    return [...this.zones.values()].filter((z) => this.cloud.visible(z.createdAt.getTime()));
  }

  zone(id: string | undefined): Zone {
    const zone = this.zones.get(bareId(id));
    if (!zone) throw awsError("NoSuchHostedZone", `No hosted zone found with ID: ${bareId(id)}`, 404);
    return zone;
  }

  read(id: string | undefined): Zone {
    const zone = this.zone(id);
    if (!this.cloud.visible(zone.createdAt.getTime()))
      throw awsError("NoSuchHostedZone", `No hosted zone found with ID: ${zone.id}`, 404);
    return zone;
  }

  free(id: string | undefined): Zone {
    const zone = this.zone(id);
    if (this.cloud.now() < (this.busy.get(zone.id) ?? 0)) {
      throw awsError(
        "PriorRequestNotComplete",
        "The request was rejected because Route 53 was still processing a prior request.",
      );
    }
    return zone;
  }

  tagged(type: string | undefined, id: string | undefined): Zone {
    if (type !== "hostedzone") throw awsError("InvalidInput", `resource type ${type} is not valid`);
    return this.zone(id);
  }

  tagSet(zone: Zone) {
    const Tags = Object.entries(this.cloud.indexed(zone.tags)).map(([Key, Value]) => ({ Key, Value }));
    return { ResourceType: "hostedzone" as const, ResourceId: zone.id, Tags };
  }

  size(maxItems: number | undefined): number {
    return Math.min(maxItems ?? 100, this.cloud.pageSize);
  }
}

/** The id without `/hostedzone/`, with which AWS answers and which it takes either way. */
export function bareId(id: string | undefined): string {
  return (id ?? "").replace(/^\/?hostedzone\//, "");
}

export function zoneArn(id: string): string {
  return `arn:aws:route53:::hostedzone/${id}`;
}

/** What the zone operations show. */
export function describe(zone: Zone): HostedZone {
  return {
    Id: `/hostedzone/${zone.id}`,
    Name: zone.name,
    CallerReference: zone.callerReference,
    Config: { PrivateZone: false, ...(zone.comment !== undefined && { Comment: zone.comment }) },
    ResourceRecordSetCount: zone.records.size,
  };
}
