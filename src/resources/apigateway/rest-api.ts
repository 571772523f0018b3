import {
  CreateRestApiCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  type RestApi as Description,
  GetRestApiCommand,
  type PatchOperation,
  type Resource,
  UpdateRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { type Change, failed, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { compareTags, fromMap, ownedIn, pickOwn, touches } from "../tags.ts";
import { apigateway } from "./permissions.ts";
import { arnOf, classifyConflict, readResources, replaceValue, restApis, retag } from "./shared.ts";

interface Wanted {
  readonly description: string;
  /** Whether the API answers under its custom domain only. */
  readonly disableExecuteApiEndpoint: boolean;
  /** Bytes from which on answers are compressed; absent: never. */
  readonly minimumCompressionSize?: number;
  /** The methods of every path, for example `{"/trade": ["GET", "POST"]}`. Whatever else is there is removed. */
  readonly routes: Readonly<Record<string, readonly string[]>>;
}

interface Live {
  readonly api: Description;
  readonly resources: readonly Resource[];
}

const idOf = (api: Description) => required(api.id, "id");
const id = (live: Live) => idOf(live.api);
const tagsOf = (api: Description) => fromMap(api.tags);

/** A number that the local AWS reports as text once it was patched. Off is absent, null or empty. */
const compressionSize = ({ minimumCompressionSize: size }: Description) =>
  size === undefined || size === null || String(size) === "" ? undefined : Number(size);

/** A route that someone added by hand: a whole path, or one method of a path of ours. */
interface Extra {
  readonly path: string;
  readonly resourceId: string;
  readonly httpMethod?: string;
  readonly methods: readonly string[];
}

/** What is in the API but not in its routes; the deepest paths first. */
function extras(routes: Wanted["routes"], resources: readonly Resource[]): Extra[] {
  const paths = Object.keys(routes);
  const belongs = (path: string) => path === "/" || paths.some((p) => p === path || p.startsWith(`${path}/`));
  return [...resources]
    .sort((a, b) => (b.path ?? "").length - (a.path ?? "").length)
    .flatMap((resource): Extra[] => {
      const path = required(resource.path, "path");
      const resourceId = required(resource.id, "id");
      const methods = Object.keys(resource.resourceMethods ?? {}).sort();
      if (!belongs(path)) return [{ path: `resources.${path}`, resourceId, methods }];
      return methods
        .filter((httpMethod) => !routes[path]?.includes(httpMethod))
        .map((httpMethod) => ({
          path: `resources.${path}.${httpMethod}`,
          resourceId,
          httpMethod,
          methods: [httpMethod],
        }));
    });
}

/**
 * A regional REST API. Names are not unique, so its tags find it. Paths and methods that someone added by hand are
 * ours, since the API is, and are removed here; those that are missing are the business of their own nodes.
 */
export const RestApi: AwsKind<Wanted, Live, { restApiId: string; rootResourceId: string }> = {
  type: "apigateway:rest-api",
  recover: "tagged-create",
  usable: "created",
  releases: "gone",
  // The id is part of the invoke URL.
  replace: "refuse",
  // One DeleteRestApi in 30 s, for the whole account (Developer Guide, "Amazon API Gateway quotas").
  minutes: { create: 5, update: 5, remove: 15 },
  seconds: { create: 1, remove: 1 },
  permissions: apigateway,
  card: "API Gateway",
  parseKey: noKey,

  async find(aws, me) {
    const byId = (restApiId: string) => ifThere(aws.apigateway(new GetRestApiCommand({ restApiId })));
    const giveBack = (_: unknown, restApiId: string) =>
      tagCommand("apigateway")(me, arnOf(aws.region, `/restapis/${restApiId}`));
    const read = { id: idOf, tags: tagsOf, giveBack };
    // Its id is probably the remembered one, so its resources are read meanwhile; whether they can be, the id decides.
    const early = me.id === undefined ? undefined : readResources(aws, me.id).catch(() => undefined);
    const [apis] = await Promise.all([restApis(aws), early]);
    const api = await pickOwn<Description>(me, "REST API", apis, read, byId);
    return api === undefined ? undefined : { api, resources: await readResources(aws, idOf(api)) };
  },
  id,
  phase({ api }) {
    if (api.apiStatus === "FAILED") return failed(`FAILED: ${api.apiStatusMessage ?? "AWS gave no reason"}`);
    if (api.apiStatus === "PENDING" || api.apiStatus === "UPDATING") return pending(api.apiStatus);
    // Left out of APIs that are made at once (LocalStack, recorded on AWS, apigateway snapshots).
    return api.apiStatus === undefined || api.apiStatus === "AVAILABLE" ? ready : unfamiliar(api.apiStatus);
  },
  outputs: (live) => ({
    restApiId: id(live),
    // Emulators leave it out of the API.
    rootResourceId: required(
      live.api.rootResourceId ?? live.resources.find((resource) => resource.path === "/")?.id,
      "rootResourceId",
    ),
  }),

  changes: (want, { api, resources }, me) => [
    ...compare(
      {
        name: me.name,
        description: want.description,
        endpointType: "REGIONAL",
        disableExecuteApiEndpoint: want.disableExecuteApiEndpoint,
        minimumCompressionSize: want.minimumCompressionSize,
      },
      {
        name: api.name,
        // Both are left out when they were never set (RestApi).
        description: api.description ?? none,
        endpointType: api.endpointConfiguration?.types?.[0],
        disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
        minimumCompressionSize: compressionSize(api) ?? none,
      },
    ),
    ...extras(want.routes, resources).map(
      ({ path, methods }): Change => ({ path, want: undefined, live: methods, fix: "update" }),
    ),
    ...compareTags(me, tagsOf(api)),
  ],

  async create(aws, me, _key, want) {
    const made = await aws.apigateway(
      new CreateRestApiCommand({
        name: me.name,
        description: want.description,
        endpointConfiguration: { types: ["REGIONAL"] },
        disableExecuteApiEndpoint: want.disableExecuteApiEndpoint,
        ...(want.minimumCompressionSize !== undefined && { minimumCompressionSize: want.minimumCompressionSize }),
        tags: { ...me.tags },
      }),
    );
    return required(made.id, "id");
  },

  async update(aws, live, want, changes, me) {
    const restApiId = id(live);
    const endpointType = live.api.endpointConfiguration?.types?.[0] ?? "EDGE";
    const patches: Record<string, PatchOperation> = {
      name: replaceValue("/name", me.name),
      description: replaceValue("/description", want.description),
      endpointType: replaceValue(`/endpointConfiguration/types/${endpointType}`, "REGIONAL"),
      disableExecuteApiEndpoint: replaceValue("/disableExecuteApiEndpoint", want.disableExecuteApiEndpoint),
      minimumCompressionSize: replaceValue("/minimumCompressionSize", want.minimumCompressionSize ?? ""),
    };
    const patchOperations = Object.entries(patches).flatMap(([path, patch]) => (touches(changes, path) ? [patch] : []));
    if (patchOperations.length > 0) await aws.apigateway(new UpdateRestApiCommand({ restApiId, patchOperations }));
    for (const { path, resourceId, httpMethod } of extras(want.routes, live.resources)) {
      if (!touches(changes, path)) continue;
      await unlessGone(
        httpMethod === undefined
          ? aws.apigateway(new DeleteResourceCommand({ restApiId, resourceId }))
          : aws.apigateway(new DeleteMethodCommand({ restApiId, resourceId, httpMethod })),
      );
    }
    if (touches(changes, "tags")) await retag(aws, `/restapis/${restApiId}`, me);
  },

  remove: (aws, live) => unlessGone(aws.apigateway(new DeleteRestApiCommand({ restApiId: id(live) }))),

  listOwned: async (aws, environment) => ownedIn(await restApis(aws), environment, { id: idOf, tags: tagsOf }),
  classify: classifyConflict,
};
