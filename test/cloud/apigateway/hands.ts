import {
  DeleteBasePathMappingCommand,
  DeleteDeploymentCommand,
  DeleteDomainNameCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  DeleteStageCommand,
} from "@aws-sdk/client-api-gateway";
import { objectOf } from "../authorization.ts";
import type { Cloud } from "../cloud.ts";
import type { Hand, Noted } from "../facts.ts";

/** A part of its key. */
const part = ({ key }: Noted, member: string): string => String(objectOf(key)[member]);

const isMapping = ({ type }: Noted) => type === "apigateway:base-path-mapping";

/** A domain first has to lead nowhere. */
function unmap(cloud: Cloud, { of }: Noted): void {
  for (const id of of("apigateway:base-path-mapping")) {
    const [domainName, basePath] = id.split("/");
    cloud.call(new DeleteBasePathMappingCommand({ domainName, basePath }));
  }
}

/** See {@link Hand}. */
export const hands: Readonly<Record<string, Hand>> = {
  "apigateway:rest-api": {
    takes: isMapping,
    remove(cloud, it) {
      unmap(cloud, it);
      cloud.call(new DeleteRestApiCommand({ restApiId: it.id }));
    },
  },
  "apigateway:resource": {
    // Its methods, and the paths under it with theirs.
    takes: (other, it) =>
      (other.type === "apigateway:method" && part(other, "path") === it.name) ||
      (/^apigateway:(resource|method)$/.test(other.type) && part(other, "path").startsWith(`${it.name}/`)),
    remove: (cloud, it) =>
      void cloud.call(new DeleteResourceCommand({ restApiId: part(it, "restApiId"), resourceId: it.id })),
  },
  "apigateway:method": {
    remove(cloud, { id }) {
      const [restApiId, resourceId, httpMethod] = id.split("/");
      cloud.call(new DeleteMethodCommand({ restApiId, resourceId, httpMethod }));
    },
  },
  "apigateway:deployment": {
    refused: "BadRequestException",
    remove: (cloud, it) =>
      void cloud.call(new DeleteDeploymentCommand({ restApiId: part(it, "restApiId"), deploymentId: it.id })),
  },
  "apigateway:stage": {
    takes: isMapping,
    remove(cloud, it) {
      unmap(cloud, it);
      const [restApiId, stageName] = it.id.split("/");
      cloud.call(new DeleteStageCommand({ restApiId, stageName }));
    },
  },
  "apigateway:domain-name": {
    takes: isMapping,
    remove: (cloud, { id }) => void cloud.call(new DeleteDomainNameCommand({ domainName: id })),
  },
  "apigateway:base-path-mapping": { remove: unmap },
};
