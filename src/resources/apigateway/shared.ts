import {
  type Deployment,
  type DomainName,
  GetDeploymentsCommand,
  GetDomainNamesCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStagesCommand,
  type PatchOperation,
  type Resource,
  type RestApi,
  type Stage,
  TagResourceCommand,
} from "@aws-sdk/client-api-gateway";
import type { Aws } from "../../aws/aws.ts";
import { classify, codeOf } from "../../aws/errors.ts";
import type { ErrorClass, Identity } from "../../engine/kind.ts";
import { allPages } from "../pages.ts";

/** The most that a list gives at once (API Reference, `limit` of GetRestApis, GetResources and their like). */
const limit = 500;

const page = (position: string | undefined) => ({ limit, ...(position && { position }) });

/** All REST APIs of the account and region, with their tags. */
export const restApis = (aws: Aws): Promise<RestApi[]> =>
  aws.shared("apigateway:rest-apis", () =>
    allPages("items", "position", (position) => aws.apigateway(new GetRestApisCommand(page(position)))),
  );

/** All paths of an API, with their methods and integrations: one read for the whole tree. */
export const readResources = (aws: Aws, restApiId: string): Promise<Resource[]> =>
  aws.shared(`apigateway:resources ${restApiId}`, () =>
    allPages("items", "position", (position) =>
      aws.apigateway(new GetResourcesCommand({ restApiId, embed: ["methods"], ...page(position) })),
    ),
  );

/** What an API holds, for those who only know its id: nothing where there is no such API. @throws "not found" where there is */
async function heldBy<T>(aws: Aws, restApiId: string, read: Promise<T[]>): Promise<T[]> {
  try {
    return await read;
  } catch (error) {
    if (classify(error) !== "gone" || (await restApis(aws)).some((api) => api.id === restApiId)) throw error;
    return [];
  }
}

/** All paths of an API, none where there is no such API. */
export const resourcesOf = (aws: Aws, restApiId: string): Promise<Resource[]> =>
  heldBy(aws, restApiId, readResources(aws, restApiId));

/** All deployments of an API, none where there is no such API. */
export const deploymentsOf = (aws: Aws, restApiId: string): Promise<Deployment[]> =>
  aws.shared(`apigateway:deployments ${restApiId}`, () => {
    const all = allPages("items", "position", (position) =>
      aws.apigateway(new GetDeploymentsCommand({ restApiId, ...page(position) })),
    );
    return heldBy(aws, restApiId, all);
  });

/** All stages of an API, with their settings and tags; none where there is no such API. AWS does not page them. */
export const stagesOf = (aws: Aws, restApiId: string): Promise<Stage[]> =>
  aws.shared(`apigateway:stages ${restApiId}`, () => {
    const read = aws.apigateway(new GetStagesCommand({ restApiId }));
    return heldBy(
      aws,
      restApiId,
      read.then(({ item }) => item ?? []),
    );
  });

/** All custom domain names of the account and region, with their tags. */
export const domainNames = (aws: Aws): Promise<DomainName[]> =>
  aws.shared("apigateway:domain-names", () =>
    allPages("items", "position", (position) => aws.apigateway(new GetDomainNamesCommand(page(position)))),
  );

/** The ARN under which API Gateway tags something. @param path for example "/restapis/abc" */
export const arnOf = (region: string, path: string): string => `arn:aws:apigateway:${region}::${path}`;

/** Sets our tags again. @param path for example "/restapis/abc" */
export async function retag(aws: Aws, path: string, me: Identity): Promise<void> {
  await aws.apigateway(new TagResourceCommand({ resourceArn: arnOf(aws.region, path), tags: { ...me.tags } }));
}

/** One patch operation that sets a value. */
export const replaceValue = (path: string, value: string | number | boolean): PatchOperation => ({
  op: "replace",
  path,
  value: String(value),
});

/**
 * API Gateway has one ConflictException for names that are taken and for changes that came at the same time; the
 * latter says "Unable to complete operation due to concurrent modification. Please try again later."
 * (hashicorp/terraform-provider-aws#16439). For a domain name that is taken it answers BadRequestException
 * (hashicorp/terraform-provider-aws, resource aws_api_gateway_domain_name).
 */
export function classifyConflict(error: unknown, during: "create" | "update" | "remove"): ErrorClass | undefined {
  const code = codeOf(error);
  if (!(error instanceof Error) || (code !== "ConflictException" && code !== "BadRequestException")) return undefined;
  if (during === "create" && /already (exists|has this name)/i.test(error.message)) return "exists";
  // The stage's move or removal is not seen everywhere yet (hashicorp/terraform-provider-aws#19805).
  if (during !== "create" && /Active stages pointing to this deployment/.test(error.message)) return "dependency";
  return code === "ConflictException" && /concurrent modification|being updated/i.test(error.message)
    ? "retry"
    : undefined;
}
