import type { Aws } from "../../aws/aws.ts";
import { restApis } from "../apigateway/shared.ts";
import { readFunction } from "../lambda/function.ts";
import { clusterNamed } from "../rds/shared.ts";
import { fromList, fromMap, isEnvironments, type Tags } from "../tags.ts";

/** The services that make log groups by themselves, by the names that they choose, and how their resource is found. */
const writers: readonly { readonly name: RegExp; tags(aws: Aws, id: string): Promise<Tags | undefined> }[] = [
  {
    name: /^\/aws\/lambda\/([^/]+)$/,
    tags: async (aws, id) => (await readFunction(aws, id))?.tags,
  },
  {
    name: /^\/aws\/rds\/cluster\/([^/]+)\/[^/]+$/,
    tags: async (aws, id) => {
      const cluster = await clusterNamed(aws, id);
      return cluster && fromList(cluster.TagList);
    },
  },
  {
    name: /^API-Gateway-Execution-Logs_([^/]+)\/[^/]+$/,
    tags: async (aws, id) => {
      const api = (await restApis(aws)).find((a) => a.id === id);
      return api && fromMap(api.tags);
    },
  },
];

/**
 * Whether an untagged log group under a name of ours was made by a service for a resource of ours: the name is the one
 * that the service gives it, and no stranger's resource bears the name that it holds. One that is gone may have written
 * last: RDS makes its groups again while its cluster goes (hashicorp/terraform-provider-aws#42858).
 */
export async function isWrittenForUs(aws: Aws, environment: string, logGroupName: string): Promise<boolean> {
  for (const writer of writers) {
    const [, id] = writer.name.exec(logGroupName) ?? [];
    if (id === undefined) continue;
    const tags = await writer.tags(aws, id);
    return tags === undefined || isEnvironments(tags, environment);
  }
  return false;
}
