import {
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourcesCommand,
  type Resource as ResourceView,
} from "@aws-sdk/client-api-gateway";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { showMethod } from "./methods.ts";
import { badRequest, conflict, notFound } from "./patch.ts";
import type { ApiResource, ApiStore } from "./store.ts";

/** The tree of an API's paths. */
export function resourceOperations(store: ApiStore): Operation[] {
  const show = (resource: ApiResource, embed: readonly string[] = []): ResourceView => {
    for (const word of embed) if (word !== "methods") throw new UnmodelledError(`embed=${word}`);
    const methods = [...resource.methods].map(
      ([verb, method]) => [verb, embed.length > 0 ? showMethod(method) : {}] as const,
    );
    return {
      id: resource.id,
      parentId: resource.parentId,
      pathPart: resource.pathPart,
      path: resource.path,
      ...(methods.length > 0 && { resourceMethods: Object.fromEntries(methods) }),
    };
  };
  return [
    read(GetResourcesCommand, ["restApiId", "position", "limit", "embed"], ({ restApiId, position, limit, embed }) => {
      const { items, position: next } = store.page(
        store.readApi(restApiId).resources.values(),
        (r) => r.id,
        limit,
        position,
      );
      return { items: items.map((r) => show(r, embed)), position: next };
    }),
    read(GetResourceCommand, ["restApiId", "resourceId", "embed"], ({ restApiId, resourceId, embed }) => {
      const resource = store.resource(restApiId, resourceId);
      if (!store.cloud.visible(resource.createdAt.getTime())) throw notFound("Invalid Resource identifier specified");
      return show(resource, embed);
    }),
    write(CreateResourceCommand, ["restApiId", "parentId", "pathPart"], ({ restApiId, parentId, pathPart = "" }) => {
      const parent = store.resource(restApiId, parentId);
      if (!/^([a-zA-Z0-9._\-:]+|\{[a-zA-Z0-9._\-:]+\+?\})$/.test(pathPart)) {
        throw badRequest(
          "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
        );
      }
      // "Amazon API Gateway quotas": 300. A quota is a 429 like a rate, told by code and text (boto3#1296).
      if (store.api(restApiId).resources.size > (store.cloud.options.quotas?.apiResources ?? 300)) {
        throw awsError(
          "LimitExceededException",
          "Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional Resources.",
          429,
        );
      }
      const siblings = [...store.api(restApiId).resources.values()].filter((r) => r.parentId === parent.id);
      if (siblings.some((r) => r.pathPart === pathPart)) {
        throw conflict(`Another resource with the same parent already has this name: ${pathPart}`);
      }
      const variable = siblings.find((r) => r.pathPart?.startsWith("{"));
      if (variable && pathPart.startsWith("{")) {
        throw badRequest(
          `A sibling (${variable.pathPart}) of this resource already has a variable path part -- only one is allowed`,
        );
      }
      const resource: ApiResource = {
        id: store.id("r"),
        parentId: parent.id,
        pathPart,
        path: `${parent.path === "/" ? "" : parent.path}/${pathPart}`,
        createdAt: store.now(),
        methods: new Map(),
      };
      store.api(restApiId).resources.set(resource.id, resource);
      return show(resource);
    }),
    write(DeleteResourceCommand, ["restApiId", "resourceId"], ({ restApiId, resourceId }) => {
      const { resources, rootId } = store.api(restApiId);
      const gone = store.resource(restApiId, resourceId);
      if (gone.id === rootId) throw badRequest("Root resource cannot be deleted");
      for (const resource of resources.values()) {
        if (resource === gone || resource.path.startsWith(`${gone.path}/`)) resources.delete(resource.id);
      }
      return {};
    }),
  ];
}
