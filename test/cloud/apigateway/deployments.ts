import {
  CreateDeploymentCommand,
  DeleteDeploymentCommand,
  type Deployment as DeploymentView,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  UpdateDeploymentCommand,
} from "@aws-sdk/client-api-gateway";
import { copy } from "../canonical.ts";
import { type Operation, read, write } from "../model.ts";
import { badRequest, notFound, type Patchable, patched } from "./patch.ts";
import type { ApiStore, Deployment, Method, RestApi } from "./store.ts";

const paths: readonly Patchable<Deployment>[] = [
  {
    path: "/description",
    ops: ["replace"],
    apply: (deployment, value) => Object.assign(deployment, { description: value }),
  },
];

/** Deployments: snapshots of an API's methods (aws-notes trap 12). They have no tags and no name. */
export function deploymentOperations(store: ApiStore): Operation[] {
  const find = (restApiId: string | undefined, deploymentId: string | undefined): Deployment => {
    const deployment = store.api(restApiId).deployments.get(deploymentId ?? "");
    if (!deployment) throw notFound("Invalid Deployment identifier specified");
    return deployment;
  };
  const show = ({ id, description, createdAt }: Deployment): DeploymentView => ({
    id,
    description,
    createdDate: createdAt,
  });
  return [
    write(CreateDeploymentCommand, ["restApiId", "description"], ({ restApiId, description }) => {
      const api = store.api(restApiId);
      const snapshot = snapshotOf(api);
      const deployment: Deployment = { id: store.id("d"), createdAt: store.now(), description, snapshot };
      api.deployments.set(deployment.id, deployment);
      return show(deployment);
    }),
    read(GetDeploymentCommand, ["restApiId", "deploymentId"], ({ restApiId, deploymentId }) => {
      const deployment = find(restApiId, deploymentId);
      if (!store.cloud.visible(deployment.createdAt.getTime()))
        throw notFound("Invalid Deployment identifier specified");
      return show(deployment);
    }),
    read(GetDeploymentsCommand, ["restApiId", "position", "limit"], ({ restApiId, position, limit }) => {
      const { items, position: next } = store.page(
        store.readApi(restApiId).deployments.values(),
        (d) => d.id,
        limit,
        position,
      );
      return { items: items.map(show), position: next };
    }),
    write(UpdateDeploymentCommand, ["restApiId", "deploymentId", "patchOperations"], (input) => {
      const deployment = find(input.restApiId, input.deploymentId);
      return show(Object.assign(deployment, patched(deployment, input.patchOperations, paths)));
    }),
    write(DeleteDeploymentCommand, ["restApiId", "deploymentId"], ({ restApiId, deploymentId }) => {
      const { deployments, stages } = store.api(restApiId);
      const deployment = find(restApiId, deploymentId);
      // Text: terraform-provider-aws#19805.
      if ([...stages.values()].some((stage) => stage.deploymentId === deployment.id)) {
        throw badRequest("Active stages pointing to this deployment must be moved or deleted");
      }
      deployments.delete(deployment.id);
      return {};
    }),
  ];
}

/** @throws BadRequestException for an API without methods, or with a method that goes nowhere (CreateDeployment) */
function snapshotOf(api: RestApi): Map<string, Method> {
  const methods = [...api.resources.values()].flatMap(({ path, methods }) =>
    [...methods.values()].map((method) => [`${method.httpMethod} ${path}`, copy(method)] as const),
  );
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some(([, method]) => !method.integration)) throw badRequest("No integration defined for method");
  return new Map(methods);
}
