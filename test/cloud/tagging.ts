import {
  GetResourcesCommand,
  type GetResourcesInput,
  ResourceGroupsTaggingAPIClient,
  type TagFilter,
} from "@aws-sdk/client-resource-groups-tagging-api";
import type { Cloud } from "./cloud.ts";
import { awsError } from "./errors.ts";
import type { ServiceFacts } from "./facts.ts";
import { read, type ServiceModel } from "./model.ts";
import { page } from "./paging.ts";
import type { Tags } from "./tags.ts";

/** How long what was deleted is still listed: "for hours" (aws-notes trap 21; boto3#3341). */
const memory = 4 * 3_600_000;

/** Services that the tagging API leaves out (aws-notes trap 21). */
const unlisted = new Set(["iam", "route53"]);

/** Resource Groups Tagging API: resources by tag, over all services, late to forget. */
export class TaggingModel implements ServiceModel {
  readonly name = "tagging";
  readonly client = ResourceGroupsTaggingAPIClient;
  readonly throttled = () => awsError("ThrottledException", "Rate exceeded");
  readonly limits = [{ operations: "all", perSecond: 15, burst: 15 }] as const;
  readonly operations;
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.operations = [
      read(GetResourcesCommand, ["PaginationToken", "TagFilters", "ResourcesPerPage", "ResourceTypeFilters"], (input) =>
        this.#list(input),
      ),
    ];
  }

  resources() {
    return [];
  }

  #list({ PaginationToken, TagFilters = [], ResourcesPerPage, ResourceTypeFilters = [] }: GetResourcesInput) {
    if (ResourcesPerPage !== undefined && (ResourcesPerPage < 1 || ResourcesPerPage > 100)) {
      throw awsError("InvalidParameterException", "ResourcesPerPage must be between 1 and 100");
    }
    for (const filter of ResourceTypeFilters) {
      if (!/^[a-z0-9-]+(:[a-zA-Z0-9-/]+)?$/.test(filter))
        throw awsError("InvalidParameterException", `Invalid resource type ${filter}`);
    }
    const matching = [...this.#known()].filter(
      ([arn, tags]) =>
        Object.keys(tags).length > 0 &&
        TagFilters.every((filter) => matches(tags, filter)) &&
        (ResourceTypeFilters.length === 0 || ResourceTypeFilters.some((type) => isOfType(arn, type))),
    );
    const size = Math.min(ResourcesPerPage ?? this.#cloud.pageSize, this.#cloud.pageSize);
    // The token of the last page is an empty string, and so is that of the first request (GetResources).
    const { items, next } = page(
      matching,
      ([arn]) => arn,
      size,
      PaginationToken || undefined,
      () => awsError("PaginationTokenExpiredException", "The PaginationToken is not valid"),
    );
    return {
      ResourceTagMappingList: items.map(([ResourceARN, tags]) => ({
        ResourceARN,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
      PaginationToken: next ?? "",
    };
  }

  #known(): Map<string, Tags> {
    const known = new Map<string, Tags>();
    for (const [arn, { tags, at }] of this.#cloud.graveyard) {
      if (this.#cloud.now() < at + memory && !unlisted.has(serviceOf(arn))) known.set(arn, tags);
    }
    for (const { service, arn, tags, indexedTags } of this.#cloud.resources()) {
      if (arn !== undefined && !unlisted.has(service)) known.set(arn, indexedTags ?? tags);
    }
    return known;
  }
}

/** See {@link ServiceFacts}. */
export const tagging: ServiceFacts<TaggingModel> = {
  model: TaggingModel,
  sdkPackage: "resource-groups-tagging-api",
  authorization: { prefix: "tag", actions: { "tag:GetResources": { on: {}, keys: [] } } },
};

function serviceOf(arn: string): string {
  return arn.split(":")[2] ?? "";
}

/** `ec2` or `ec2:natgateway`: the type is the ARN's resource prefix. */
function isOfType(arn: string, filter: string): boolean {
  const [service, type] = filter.split(":");
  const resource = arn.split(":").slice(5).join(":").replace(/^\//, "");
  return serviceOf(arn) === service && (type === undefined || resource.split(/[:/]/)[0] === type);
}

/** No values: the key alone; several: any of them. */
function matches(tags: Tags, { Key, Values = [] }: TagFilter): boolean {
  const value = tags[Key ?? ""];
  return value !== undefined && (Values.length === 0 || Values.includes(value));
}
