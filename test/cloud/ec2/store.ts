import type { Filter, ResourceType, TagSpecification } from "@aws-sdk/client-ec2";
import { canonical } from "../canonical.ts";
import type { Cloud } from "../cloud.ts";
import { awsError, UnmodelledError } from "../errors.ts";
import { page } from "../paging.ts";
import { fromList, TagSet, type Tags } from "../tags.ts";
import type { Past } from "../visibility.ts";
import type { NetworkAcl } from "./acls.ts";
import type { Address } from "./addresses.ts";
import type { EgressOnlyGateway, FlowLog, Peering, VpnGateway } from "./beside.ts";
import type { VpcEndpoint } from "./endpoints.ts";
import type { InternetGateway } from "./gateways.ts";
import type { NetworkInterface } from "./interfaces.ts";
import type { NatGateway } from "./nat.ts";
import type { RouteTable } from "./routes.ts";
import type { Rule } from "./rules.ts";
import type { SecurityGroup } from "./security-groups.ts";
import type { Subnet } from "./subnets.ts";
import type { Vpc } from "./vpc.ts";

/** What all EC2 resources have in common. */
export interface Ec2Record {
  readonly id: string;
  /** When it was asked for. */
  readonly created: Date;
  readonly tags: TagSet;
}

/** What a filter compares: one value, several, or none. */
export type Attributes<T> = { readonly [name: string]: (item: T) => string | readonly string[] | undefined };

/** How one resource type is found: its ids in the input, its filters, its error. */
export interface Query<T extends Ec2Record> {
  readonly items: Iterable<T>;
  readonly ids?: readonly string[] | undefined;
  readonly filters?: readonly Filter[] | undefined;
  readonly attributes: Attributes<T>;
  readonly notFound: (id: string) => Error;
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

/** The state of EC2: every resource type in a Map by id. */
export class Ec2Store {
  readonly cloud: Cloud;
  readonly vpcs = new Map<string, Vpc>();
  readonly subnets = new Map<string, Subnet>();
  readonly internetGateways = new Map<string, InternetGateway>();
  readonly addresses = new Map<string, Address>();
  readonly natGateways = new Map<string, NatGateway>();
  readonly routeTables = new Map<string, RouteTable>();
  readonly endpoints = new Map<string, VpcEndpoint>();
  readonly groups = new Map<string, SecurityGroup>();
  readonly rules = new Map<string, Rule>();
  readonly interfaces = new Map<string, NetworkInterface>();
  readonly networkAcls = new Map<string, NetworkAcl>();
  readonly peerings = new Map<string, Peering>();
  readonly flowLogs = new Map<string, FlowLog>();
  readonly vpnGateways = new Map<string, VpnGateway>();
  readonly egressOnlyGateways = new Map<string, EgressOnlyGateway>();
  readonly dhcpOptions = new Map<string, Ec2Record>();
  /** How the next NAT gateways fail, for tests: a failure per gateway, in order. */
  readonly natFailures: { readonly code: string; readonly message: string }[] = [];
  /** What the next DeleteVpcEndpoints lists as unsuccessful. */
  readonly endpointRefusals: { readonly Code: string; readonly Message: string }[] = [];
  readonly #tokens = new Map<string, { readonly request: string; readonly id: string }>();

  readonly pastSubnets: Past<Subnet>;
  readonly pastGroups: Past<SecurityGroup>;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.pastSubnets = cloud.past(this.subnets);
    this.pastGroups = cloud.past(this.groups);
  }

  now(): Date {
    return new Date(this.cloud.now());
  }

  /** Whether `ms` have gone by since `from`. */
  after(from: Date, ms: number): boolean {
    return this.cloud.now() >= from.getTime() + ms;
  }

  newTags(specifications: readonly TagSpecification[] | undefined, type: ResourceType): TagSet {
    return new TagSet(readTags(specifications, type), this.cloud.now());
  }

  /**
   * The id that an earlier call with this token made.
   *
   * @throws IdempotentParameterMismatch when the earlier call asked for something else (EC2 API, "Ensuring idempotency")
   */
  made(operation: string, token: string | undefined, input: object): string | undefined {
    if (token === undefined) return undefined;
    const earlier = this.#tokens.get(`${operation}/${token}`);
    if (earlier && earlier.request !== JSON.stringify(canonical(input))) {
      const text = "The client token has already been used with a different request.";
      throw awsError("IdempotentParameterMismatch", text);
    }
    return earlier?.id;
  }

  remember(operation: string, token: string | undefined, input: object, id: string): void {
    if (token !== undefined)
      this.#tokens.set(`${operation}/${token}`, { request: JSON.stringify(canonical(input)), id });
  }

  /**
   * Ids, filters and paging of a Describe call. Without MaxResults, EC2 returns everything.
   *
   * @throws UnmodelledError for a filter that is not in `attributes`
   */
  describe<T extends Ec2Record>(query: Query<T>): { items: T[]; next: { NextToken?: string } } {
    const seen = [...query.items].filter((item) => this.cloud.visible(item.created.getTime()));
    for (const id of query.ids ?? []) {
      if (!seen.some((item) => item.id === id)) throw query.notFound(id);
    }
    const asked = query.ids?.length ? seen.filter((item) => query.ids?.includes(item.id)) : seen;
    const found = asked.filter((item) => (query.filters ?? []).every((f) => this.#matches(item, f, query.attributes)));
    const { maxResults, nextToken } = query;
    if (maxResults === undefined && nextToken === undefined) return { items: found, next: {} };
    if (query.ids?.length) {
      throw awsError("InvalidParameterCombination", "The parameter maxResults cannot be used with ids.");
    }
    if (maxResults !== undefined && (maxResults < 5 || maxResults > 1000)) {
      throw invalid(
        `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`,
      );
    }
    // "EC2 may return fewer": pages are as small as the cloud's page size.
    const size = Math.min(maxResults ?? 1000, this.cloud.pageSize);
    const bad = () => invalid(`Invalid value '${nextToken}' for nextToken.`);
    const { items, next } = page(found, (item) => item.id, size, nextToken, bad);
    return { items, next: next === undefined ? {} : { NextToken: next } };
  }

  #matches<T extends Ec2Record>(item: T, { Name = "", Values = [] }: Filter, attributes: Attributes<T>): boolean {
    if (Values.length === 0) throw new UnmodelledError(`ec2 filter ${Name} without values`);
    if (Values.length > 200) {
      throw awsError("FilterLimitExceeded", "The maximum number of filter values specified on a single call is 200.");
    }
    const patterns = Values.map(pattern);
    const own = this.#filterValues(item, Name, attributes);
    return own.some((value) => patterns.some((p) => p.test(value)));
  }

  #filterValues<T extends Ec2Record>(item: T, name: string, attributes: Attributes<T>): readonly string[] {
    const tags = this.cloud.indexed(item.tags);
    if (name === "tag-key") return Object.keys(tags);
    if (name.startsWith("tag:")) {
      const value = tags[name.slice(4)];
      return value === undefined ? [] : [value];
    }
    const attribute = attributes[name];
    if (!attribute) throw new UnmodelledError(`ec2 filter ${name} is not modelled`);
    const value = attribute(item);
    return value === undefined ? [] : typeof value === "string" ? [value] : value;
  }
}

/** Filter values may hold `*` and `?` (EC2 User Guide, "Filtering considerations"). */
function pattern(value: string): RegExp {
  const escaped = value
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s");
}

/**
 * Tags of a create call.
 *
 * @throws InvalidParameterValue when they are meant for another resource type, or reserved
 */
export function readTags(specifications: readonly TagSpecification[] | undefined, type: ResourceType): Tags {
  const tags: Tags = {};
  for (const { ResourceType, Tags: list } of specifications ?? []) {
    if (ResourceType !== type) {
      throw invalid(`'${ResourceType}' is not a valid taggable resource type for this operation.`);
    }
    checkTags(list ?? []);
    Object.assign(tags, fromList(list));
  }
  return tags;
}

/** EC2 User Guide, "Tag restrictions": 50 tags, unique keys of at most 128 characters, `aws:` is reserved. */
export function checkTags(list: readonly { Key?: string | undefined; Value?: string | undefined }[]): void {
  const keys = list.map(({ Key = "" }) => Key);
  if (keys.length > 50)
    throw awsError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
  if (new Set(keys).size < keys.length) throw invalid("Duplicate tag key specified.");
  for (const { Key = "", Value = "" } of list) {
    if (Key === "" || Key.length > 128) throw invalid(`Tag key '${Key}' must have 1 to 128 characters.`);
    if (Value.length > 256) throw invalid(`Tag value exceeds the maximum length of 256 characters.`);
    if (Key.toLowerCase().startsWith("aws:")) {
      throw invalid(
        `Value ( ${Key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    }
  }
}

export function invalid(message: string) {
  return awsError("InvalidParameterValue", message);
}

/** Describe calls leave `Tags` out where there are none (recorded of VPCs, subnets, groups, addresses, NAT gateways). */
export function shownTags({ tags }: Ec2Record): { Tags?: { Key: string; Value: string }[] } {
  return tags.size === 0 ? {} : { Tags: tags.list() };
}

/** A required input member. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw awsError("MissingParameter", `The request must contain the parameter ${name}`);
  return value;
}

export function dependencyViolation(message: string) {
  return awsError("DependencyViolation", message);
}

/** The form of most EC2 not-found errors: `InvalidVpcID.NotFound`, "The vpc ID 'vpc-1' does not exist". */
export function notFound(code: string, kind: string) {
  return (id: string) => awsError(code, `The ${kind} '${id}' does not exist`);
}

/** Takes a record by id from its Map. */
export function get<T>(
  records: ReadonlyMap<string, T>,
  id: string | undefined,
  error: (id: string) => Error,
  name: string,
): T {
  const record = records.get(required(id, name));
  if (record === undefined) throw error(id ?? "");
  return record;
}
