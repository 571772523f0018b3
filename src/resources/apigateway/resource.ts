import { CreateResourceCommand, DeleteResourceCommand, type Resource } from "@aws-sdk/client-api-gateway";
import * as z from "zod";
import { ready } from "../../engine/kind.ts";
import { compare } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { apigateway } from "./permissions.ts";
import { classifyConflict, resourcesOf } from "./shared.ts";

interface Wanted {
  readonly parentId: string;
  /** The last part of the path, for example "{id}". */
  readonly pathPart: string;
}

type Key = {
  readonly restApiId: string;
  /** The full path, for example "/trade/{id}". */
  readonly path: string;
};

interface Live {
  readonly restApiId: string;
  readonly resource: Resource;
}

const id = (live: Live) => required(live.resource.id, "id");

/** One path of a REST API. A path is unique in its API, and ours since the API is. */
export const ApiResource: AwsKind<Wanted, Live, { restApiId: string; resourceId: string; path: string }, Key> = {
  type: "apigateway:resource",
  recover: "natural-key",
  usable: "created",
  releases: "gone",
  replace: "remake",
  minutes: { create: 2, update: 2, remove: 2 },
  seconds: { create: 1, remove: 1 },
  permissions: apigateway,
  card: "API Gateway",
  parseKey: keyOf(z.object({ restApiId: z.string(), path: z.string() })),

  async find(aws, _me, { restApiId, path }) {
    const resource = (await resourcesOf(aws, restApiId)).find((r) => r.path === path);
    return resource === undefined ? undefined : { restApiId, resource };
  },
  id,
  phase: () => ready,
  outputs: (live) => ({
    restApiId: live.restApiId,
    resourceId: id(live),
    path: required(live.resource.path, "path"),
  }),

  // Both follow from the path, so they only differ when the declaration contradicts itself.
  changes: (want, { resource }) =>
    compare(
      { parentId: want.parentId, pathPart: want.pathPart },
      { parentId: resource.parentId, pathPart: resource.pathPart },
      ["parentId", "pathPart"],
    ),

  async create(aws, _me, { restApiId }, want) {
    const made = await aws.apigateway(
      new CreateResourceCommand({ restApiId, parentId: want.parentId, pathPart: want.pathPart }),
    );
    return required(made.id, "id");
  },

  // Whatever differs has it made anew.
  update: async () => undefined,

  remove: (aws, live) =>
    unlessGone(aws.apigateway(new DeleteResourceCommand({ restApiId: live.restApiId, resourceId: id(live) }))),
  classify: classifyConflict,
};
