import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import type { Aws } from "../aws/aws.ts";
import { permissions, reference } from "../aws/permissions.ts";
import type { Owned } from "../engine/kind.ts";
import { allPages } from "./pages.ts";
import { fromList, isEnvironments, nodeOf, type Tags } from "./tags.ts";

/** AWS Resource Groups Tagging API. */
export const tagging = permissions({
  source: reference("amazonresourcegrouptaggingapi"),
  operations: { GetResources: { "tag:GetResources": "Look" } },
});

/** What the tagging API says of one resource. It lists deleted ones for hours: to be confirmed with the service. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Tags;
}

const keyOf = (environment: string) => `tagging:${environment}`;

/**
 * The tags of one resource as the search for left-overs in this look has found them; `undefined` when there is no such
 * search, it failed, or it did not find it.
 */
export async function tagsFoundBefore(aws: Aws, environment: string, arn: string): Promise<Tags | undefined> {
  try {
    const found = await aws.sharedBefore<TaggedResource[]>(keyOf(environment));
    return found?.find((resource) => resource.arn === arn)?.tags;
  } catch {
    // Whoever searches says so.
    return undefined;
  }
}

/** Everything that carries the environment's tags, in all services that the tagging API knows. */
export const taggedResources = (aws: Aws, environment: string): Promise<TaggedResource[]> =>
  aws.shared(keyOf(environment), async () => {
    const TagFilters = [
      { Key: "Environment", Values: [environment] },
      { Key: "ManagedBy", Values: ["tap"] },
    ];
    const all = await allPages("ResourceTagMappingList", "PaginationToken", (PaginationToken) =>
      aws.tagging(new GetResourcesCommand({ TagFilters, ResourcesPerPage: 100, PaginationToken })),
    );
    return all
      .map((item) => ({ arn: item.ResourceARN ?? "", tags: fromList(item.Tags) }))
      .filter(({ tags }) => isEnvironments(tags, environment));
  });

/**
 * A kind's `listOwned`, out of the one search that all kinds share.
 *
 * @param service as ARNs name it
 * @param resource matches what follows the account in the ARNs of this kind, and no others; its group goes to `as`
 * @param as what is known of a hit by its ARN and tags
 */
export const ownedByTag =
  <Key>(service: string, resource: RegExp, as: (part: string, hit: TaggedResource) => Omit<Owned<Key>, "node">) =>
  async (aws: Aws, environment: string): Promise<Owned<Key>[]> =>
    (await taggedResources(aws, environment)).flatMap((hit) => {
      const [, , of, , , ...rest] = hit.arn.split(":");
      const part = of === service ? resource.exec(rest.join(":"))?.[1] : undefined;
      return part === undefined ? [] : [{ node: nodeOf(hit.tags), ...as(part, hit) }];
    });

/** What is found by its name alone, which is its id and stands in its ARN. */
export const byName = (name: string): Omit<Owned<undefined>, "node"> => ({ name, id: name, key: undefined });
