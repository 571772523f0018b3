import type { AccessLogSettings, Integration, MethodSetting } from "@aws-sdk/client-api-gateway";
import type { Cloud } from "../cloud.ts";
import { page } from "../paging.ts";
import type { TagSet } from "../tags.ts";
import { badRequest, notFound } from "./patch.ts";

export interface Method {
  readonly httpMethod: string;
  authorizationType: "NONE" | "AWS_IAM";
  apiKeyRequired: boolean;
  operationName: string | undefined;
  requestParameters: Readonly<Record<string, boolean>> | undefined;
  integration: Integration | undefined;
}

export interface ApiResource {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly pathPart: string | undefined;
  readonly path: string;
  readonly createdAt: Date;
  readonly methods: Map<string, Method>;
}

export interface Deployment {
  readonly id: string;
  readonly createdAt: Date;
  description: string | undefined;
  /** The API's methods as they were: `GET /trade` and its method. A later change of the API does not reach it. */
  readonly snapshot: ReadonlyMap<string, Method>;
}

export interface Stage {
  readonly stageName: string;
  readonly createdAt: Date;
  readonly tags: TagSet;
  updatedAt: Date;
  deploymentId: string;
  description: string | undefined;
  tracingEnabled: boolean;
  variables: Readonly<Record<string, string>>;
  accessLogSettings: AccessLogSettings | undefined;
  methodSettings: Readonly<Record<string, MethodSetting>>;
}

export interface RestApi {
  readonly id: string;
  readonly createdAt: Date;
  readonly tags: TagSet;
  readonly rootId: string;
  name: string;
  description: string | undefined;
  version: string | undefined;
  minimumCompressionSize: number | undefined;
  binaryMediaTypes: readonly string[];
  apiKeySource: "HEADER" | "AUTHORIZER";
  endpointType: "REGIONAL" | "EDGE";
  ipAddressType: "ipv4" | "dualstack";
  disableExecuteApiEndpoint: boolean;
  policy: string | undefined;
  readonly resources: Map<string, ApiResource>;
  readonly deployments: Map<string, Deployment>;
  readonly stages: Map<string, Stage>;
}

export interface Domain {
  readonly domainName: string;
  readonly createdAt: Date;
  readonly tags: TagSet;
  readonly regionalDomainName: string;
  certificateArn: string;
  /** When that certificate was given. */
  certifiedAt: Date;
  securityPolicy: "TLS_1_0" | "TLS_1_2";
  /** When the last change of it was asked for. */
  changedAt: Date;
  /** By base path; `(none)` for the empty one. */
  readonly mappings: Map<string, Mapping>;
}

export interface Mapping {
  readonly createdAt: Date;
  basePath: string;
  restApiId: string;
  stage: string | undefined;
}

/** The member `tags` of a reply: absent where there is none (LocalStack test_create_rest_api_with_optional_params). */
export function tagged(tags: TagSet): { tags?: Record<string, string> } {
  const all = tags.all();
  return Object.keys(all).length > 0 ? { tags: { ...all } } : {};
}

/** The state of API Gateway (REST APIs). */
export class ApiStore {
  readonly cloud: Cloud;
  readonly apis = new Map<string, RestApi>();
  readonly domains = new Map<string, Domain>();
  /** The account's role for CloudWatch Logs: one per account and region (aws-notes trap 10). */
  cloudwatchRoleArn: string | undefined;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  now(): Date {
    return new Date(this.cloud.now());
  }

  /** Ids are ten lower-case letters and digits. */
  id(kind: string): string {
    return `${kind}${this.cloud
      .count(`api gateway ${kind}`)
      .toString(36)
      .padStart(10 - kind.length, "0")}`;
  }

  /** API Gateway's ARNs carry no account. */
  arn(path: string): string {
    return this.cloud.arn("apigateway", path, this.cloud.region, "");
  }

  api(id: string | undefined): RestApi {
    const api = this.apis.get(id ?? "");
    if (!api) throw notFound(`Invalid API identifier specified ${this.cloud.account}:${id}`);
    return api;
  }

  readApi(id: string | undefined): RestApi {
    const api = this.api(id);
    if (!this.cloud.visible(api.createdAt.getTime()))
      throw notFound(`Invalid API identifier specified ${this.cloud.account}:${id}`);
    return api;
  }

  resource(apiId: string | undefined, resourceId: string | undefined): ApiResource {
    const resource = this.api(apiId).resources.get(resourceId ?? "");
    if (!resource) throw notFound("Invalid Resource identifier specified");
    return resource;
  }

  method(apiId: string | undefined, resourceId: string | undefined, httpMethod: string | undefined): Method {
    const method = this.resource(apiId, resourceId).methods.get(httpMethod ?? "");
    if (!method) throw notFound("Invalid Method identifier specified");
    return method;
  }

  stage(apiId: string | undefined, name: string | undefined): Stage {
    const stage = this.api(apiId).stages.get(name ?? "");
    if (!stage) throw notFound("Invalid stage identifier specified");
    return stage;
  }

  domain(name: string | undefined): Domain {
    const domain = this.domains.get(name ?? "");
    if (!domain) throw notFound("Invalid domain name identifier specified");
    return domain;
  }

  /** One page by `limit` and `position`; what is too new to be seen is left out. */
  page<T extends { readonly createdAt: Date }>(
    items: Iterable<T>,
    key: (item: T) => string,
    limit: number | undefined,
    position: string | undefined,
  ) {
    if (limit !== undefined && (limit < 1 || limit > 500)) throw badRequest("limit must be between 1 and 500");
    const seen = [...items].filter((item) => this.cloud.visible(item.createdAt.getTime()));
    const size = Math.min(limit ?? 25, this.cloud.pageSize);
    const { items: cut, next } = page(seen, key, size, position, () =>
      badRequest("Invalid position parameter specified"),
    );
    return { items: cut, position: next };
  }
}
