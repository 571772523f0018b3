import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import type { Aws } from "../aws/aws.ts";
import { allPages } from "./pages.ts";
import { fromList, isEnvironments, type Tags } from "./tags.ts";

/** What the tagging API says of one resource. It lists deleted ones for hours: to be confirmed with the service. */
export interface TaggedResource {
  readonly arn: string;
  readonly tags: Tags;
}

/** Everything that carries the environment's tags, in all services that the tagging API knows. */
export const taggedResources = (aws: Aws, environment: string): Promise<TaggedResource[]> =>
  aws.shared(`tagging:${environment}`, async () => {
    const TagFilters = [
      { Key: "Environment", Values: [environment] },
      { Key: "ManagedBy", Values: ["tap"] },
    ];
    const all = await allPages(async (PaginationToken) => {
      const page = await aws.tagging(
        new GetResourcesCommand({ TagFilters, ResourcesPerPage: 100, ...(PaginationToken && { PaginationToken }) }),
      );
      return { items: page.ResourceTagMappingList, next: page.PaginationToken };
    });
    return all
      .map((item) => ({ arn: item.ResourceARN ?? "", tags: fromList(item.Tags) }))
      .filter(({ tags }) => isEnvironments(tags, environment));
  });
