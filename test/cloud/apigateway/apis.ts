import {
  CreateRestApiCommand,
  type CreateRestApiRequest,
  DeleteRestApiCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  type RestApi as RestApiView,
  UpdateRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { UnmodelledError } from "../errors.ts";
import { type Operation, onlyFields, read, write } from "../model.ts";
import { TagSet, type Tags } from "../tags.ts";
import { badRequest, flag, number, type Patchable, patched, word } from "./patch.ts";
import { type ApiResource, type ApiStore, type RestApi, tagged } from "./store.ts";

/** API Gateway Developer Guide, "Payload compression": 0 to 10 MB. */
const largest = 10_485_760;

const paths: readonly Patchable<RestApi>[] = [
  { path: "/name", ops: ["replace"], apply: (api, value) => Object.assign(api, { name: value || api.name }) },
  { path: "/description", ops: ["replace"], apply: (api, value) => Object.assign(api, { description: value }) },
  { path: "/policy", ops: ["replace"], apply: (api, value) => Object.assign(api, { policy: value || undefined }) },
  {
    path: "/disableExecuteApiEndpoint",
    ops: ["replace"],
    apply: (api, value) => Object.assign(api, { disableExecuteApiEndpoint: flag(value) }),
  },
  {
    path: "/minimumCompressionSize",
    ops: ["add", "replace", "remove"],
    apply: (api, value) =>
      Object.assign(api, { minimumCompressionSize: value ? number(value, 0, largest) : undefined }),
  },
  {
    path: "/apiKeySource",
    ops: ["replace"],
    apply: (api, value) => Object.assign(api, { apiKeySource: word(value, ["HEADER", "AUTHORIZER"]) }),
  },
  {
    path: "/endpointConfiguration/ipAddressType",
    ops: ["replace"],
    apply: (api, value) => Object.assign(api, { ipAddressType: word(value, ["ipv4", "dualstack"]) }),
  },
  {
    path: /^\/endpointConfiguration\/types\/(?:\d|REGIONAL|EDGE|PRIVATE)$/,
    ops: ["replace"],
    apply: (api, value) => Object.assign(api, { endpointType: word(value, ["REGIONAL", "EDGE"]) }),
  },
  {
    path: /^\/binaryMediaTypes\/([^/]+)$/,
    ops: ["add", "remove"],
    apply: (api, value, [type = ""]) => {
      const others = api.binaryMediaTypes.filter((t) => t !== type);
      Object.assign(api, { binaryMediaTypes: value === undefined ? others : [...others, type] });
    },
  },
];

const createFields = [
  "name",
  "description",
  "version",
  "binaryMediaTypes",
  "minimumCompressionSize",
  "apiKeySource",
  "endpointConfiguration",
  "policy",
  "tags",
  "disableExecuteApiEndpoint",
] as const;

/** REST APIs themselves. Names are not unique: an API is known by its id alone (aws-notes, REST API row). */
export function restApiOperations(store: ApiStore): Operation[] {
  const { cloud } = store;
  return [
    write(CreateRestApiCommand, createFields, (input) => show(create(store, input))),
    read(GetRestApiCommand, ["restApiId"], ({ restApiId }) => show(store.readApi(restApiId))),
    read(GetRestApisCommand, ["position", "limit"], ({ position, limit }) => {
      const { items, position: next } = store.page(store.apis.values(), (a) => a.id, limit, position);
      return { items: items.map((api) => listed(show(api), cloud.indexed(api.tags))), position: next };
    }),
    write(UpdateRestApiCommand, ["restApiId", "patchOperations"], ({ restApiId, patchOperations }) => {
      const api = store.api(restApiId);
      return show(Object.assign(api, patched(api, patchOperations, paths)));
    }),
    write(DeleteRestApiCommand, ["restApiId"], ({ restApiId }) => {
      const api = store.api(restApiId);
      const domains = [...store.domains.values()].filter((d) =>
        [...d.mappings.values()].some((m) => m.restApiId === api.id),
      );
      if (domains.length > 0) {
        // Text: gcdt#373.
        throw badRequest(
          `Please remove all base path mappings related to the RestApi in your domains: ${domains.map((d) => d.domainName).join(", ")}`,
        );
      }
      for (const stage of api.stages.values())
        cloud.bury(store.arn(`/restapis/${api.id}/stages/${stage.stageName}`), stage.tags);
      cloud.bury(store.arn(`/restapis/${api.id}`), api.tags);
      store.apis.delete(api.id);
      return {};
    }),
  ];
}

function create(store: ApiStore, input: CreateRestApiRequest): RestApi {
  const { endpointConfiguration, minimumCompressionSize } = input;
  onlyFields(endpointConfiguration, "endpointConfiguration", ["types", "ipAddressType"]);
  const [endpointType = "EDGE", ...more] = endpointConfiguration?.types ?? [];
  if (endpointType === "PRIVATE" || more.length > 0)
    throw new UnmodelledError("a private API, or one of several endpoint types");
  // LocalStack test_create_rest_api_with_optional_params.
  if (input.description === "") throw badRequest("Description cannot be an empty string");
  if (!input.name) throw badRequest("Name must not be null");
  if (minimumCompressionSize !== undefined) number(String(minimumCompressionSize), 0, largest);
  const createdAt = store.now();
  const root: ApiResource = {
    id: store.id("r"),
    parentId: undefined,
    pathPart: undefined,
    path: "/",
    createdAt,
    methods: new Map(),
  };
  const api: RestApi = {
    id: store.id("a"),
    createdAt,
    tags: new TagSet(input.tags ?? {}, store.cloud.now()),
    rootId: root.id,
    name: input.name,
    description: input.description,
    version: input.version,
    minimumCompressionSize,
    binaryMediaTypes: input.binaryMediaTypes ?? [],
    apiKeySource: input.apiKeySource ?? "HEADER",
    endpointType,
    ipAddressType: endpointConfiguration?.ipAddressType ?? "ipv4",
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? false,
    policy: input.policy,
    resources: new Map([[root.id, root]]),
    deployments: new Map(),
    stages: new Map(),
  };
  store.apis.set(api.id, api);
  return api;
}

/** As a list shows it, whose tags may lag. */
function listed({ tags: _, ...view }: RestApiView, tags: Tags): RestApiView {
  return Object.keys(tags).length > 0 ? { ...view, tags: { ...tags } } : view;
}

function show(api: RestApi): RestApiView {
  return {
    id: api.id,
    name: api.name,
    description: api.description,
    createdDate: api.createdAt,
    version: api.version,
    ...(api.binaryMediaTypes.length > 0 && { binaryMediaTypes: [...api.binaryMediaTypes] }),
    minimumCompressionSize: api.minimumCompressionSize,
    apiKeySource: api.apiKeySource,
    endpointConfiguration: { types: [api.endpointType], ipAddressType: api.ipAddressType },
    // Its quotation marks come escaped, as in a string literal (placebo test_rest_api_*: 3 policies).
    policy: api.policy === undefined ? undefined : JSON.stringify(api.policy).slice(1, -1),
    ...tagged(api.tags),
    disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
    rootResourceId: api.rootId,
  };
}
