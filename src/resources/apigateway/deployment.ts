import { createHash } from "node:crypto";
import { CreateDeploymentCommand, DeleteDeploymentCommand, type Deployment } from "@aws-sdk/client-api-gateway";
import * as z from "zod";
import type { Json } from "../../engine/journal.ts";
import { ready } from "../../engine/kind.ts";
import { canonical, compare, none } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { apigateway } from "./permissions.ts";
import { classifyConflict, deploymentsOf } from "./shared.ts";

interface Wanted {
  /** Of everything that the deployment is a snapshot of: see {@link deploymentHash}. */
  readonly hash: string;
}

type Key = { readonly restApiId: string };

interface Live extends Key {
  readonly deployment: Deployment;
}

const mark = "tap:";

/** Whether tap made this deployment. */
export const isOurDeployment = ({ description }: Deployment): boolean => description?.startsWith(mark) === true;

/**
 * The hash of what a deployment publishes. To be fed with what is *wanted* of the API and of its methods, never with
 * what is live: a method changed by hand is drift of that method, and repairing it makes no new deployment, since the
 * deployment was made before.
 */
export const deploymentHash = (routes: Json): string =>
  createHash("sha256").update(canonical(routes)).digest("hex").slice(0, 16);

const id = (live: Live) => required(live.deployment.id, "id");

/** Milliseconds; AWS gives seconds. */
const madeAt = (deployment: Deployment) => deployment.createdDate?.getTime() ?? 0;

/**
 * A deployment: a snapshot of the API's routes that cannot be changed. Its description says the hash of what it
 * publishes; the newest one that says so is the present one. Another hash is an update that makes another deployment,
 * not a replacement: the old one stays until the stage, which follows, has moved and clears it away.
 */
export const ApiDeployment: AwsKind<Wanted, Live, { restApiId: string; deploymentId: string }, Key> = {
  type: "apigateway:deployment",
  recover: "natural-key",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  // One CreateDeployment in 5 s, for the whole account (Developer Guide, "Amazon API Gateway quotas").
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 1, remove: 1 },
  permissions: apigateway,
  card: "API Gateway",
  parseKey: keyOf(z.object({ restApiId: z.string() })),

  async find(aws, me, { restApiId }) {
    const all = await deploymentsOf(aws, restApiId);
    const newest = all.filter(isOurDeployment).reduce<Deployment | undefined>(
      // Of two that were made in the same second, either will do: a wrong hash only makes a third.
      (best, next) => (best === undefined || madeAt(next) >= madeAt(best) ? next : best),
      undefined,
    );
    const deployment = newest ?? all.find((d) => d.id === me.id);
    return deployment === undefined ? undefined : { restApiId, deployment };
  },
  id,
  phase: () => ready,
  outputs: (live) => ({ restApiId: live.restApiId, deploymentId: id(live) }),

  changes: (want, { deployment }) =>
    compare(
      { hash: want.hash },
      {
        hash: isOurDeployment(deployment)
          ? deployment.description?.slice(mark.length)
          : (deployment.description ?? none),
      },
    ),

  async create(aws, _me, { restApiId }, want) {
    const made = await aws.apigateway(new CreateDeploymentCommand({ restApiId, description: `${mark}${want.hash}` }));
    return required(made.id, "id");
  },

  // Sent twice it makes two of the same hash, of which the newer counts and the older is cleared away.
  async update(aws, { restApiId }, want) {
    await aws.apigateway(new CreateDeploymentCommand({ restApiId, description: `${mark}${want.hash}` }));
  },

  remove: (aws, live) =>
    unlessGone(aws.apigateway(new DeleteDeploymentCommand({ restApiId: live.restApiId, deploymentId: id(live) }))),
  classify: classifyConflict,
};
