import {
  APIGatewayClient,
  GetAccountCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccountCommand,
} from "@aws-sdk/client-api-gateway";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { type Operation, type Resource, read, type ServiceModel, write } from "../model.ts";
import type { TagSet } from "../tags.ts";
import { restApiOperations } from "./apis.ts";
import { deploymentOperations } from "./deployments.ts";
import { domainOperations, regionalZone } from "./domains.ts";
import { functionOf, methodOperations } from "./methods.ts";
import { badRequest, notFound, type Patchable, patched } from "./patch.ts";
import { resourceOperations } from "./resources.ts";
import { stageOperations } from "./stages.ts";
import { ApiStore } from "./store.ts";

const accountPaths: readonly Patchable<{ cloudwatchRoleArn: string | undefined }>[] = [
  {
    path: "/cloudwatchRoleArn",
    ops: ["replace"],
    apply: (account, value) => Object.assign(account, { cloudwatchRoleArn: value || undefined }),
  },
];

/** Amazon API Gateway, REST APIs. Source of the rules: its API Reference and Developer Guide. */
export class ApiGatewayModel implements ServiceModel {
  readonly name = "apigateway";
  readonly client = APIGatewayClient;
  readonly throttled = () => awsError("TooManyRequestsException", "Too Many Requests", 429, { retryAfterSeconds: "1" });
  // API Gateway Developer Guide, "Amazon API Gateway quotas", creating, deploying and managing an API.
  readonly limits = [
    { operations: "all", perSecond: 10, burst: 40 },
    ...["CreateDomainName", "UpdateDomainName", "DeleteDomainName", "DeleteRestApi"].map((operation) =>
      every(30, operation),
    ),
    every(20, "UpdateAccount"),
    every(5, "CreateDeployment"),
    every(3, "CreateRestApi"),
    { operations: ["GetResources"], perSecond: 2.5, burst: 5 },
    { operations: ["CreateResource"], perSecond: 5, burst: 5 },
    { operations: ["DeleteResource"], perSecond: 5, burst: 5 },
    // 5 in 2 s.
    { operations: ["GetResources"], perSecond: 2.5, burst: 5 },
  ] as const;
  readonly operations: readonly Operation[];
  readonly #store: ApiStore;

  constructor(cloud: Cloud) {
    const store = new ApiStore(cloud);
    this.#store = store;
    const account = () => ({
      cloudwatchRoleArn: store.cloudwatchRoleArn,
      throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
      features: ["UsagePlans"],
      apiKeyVersion: "4",
    });
    this.operations = [
      ...restApiOperations(store),
      ...resourceOperations(store),
      ...methodOperations(store),
      ...deploymentOperations(store),
      ...stageOperations(store),
      ...domainOperations(store),
      read(GetAccountCommand, [], account),
      write(UpdateAccountCommand, ["patchOperations"], ({ patchOperations }) => {
        const { cloudwatchRoleArn } = patched(
          { cloudwatchRoleArn: store.cloudwatchRoleArn },
          patchOperations,
          accountPaths,
        );
        // UpdateAccount refuses a role that API Gateway cannot assume, a fresh one included.
        if (
          cloudwatchRoleArn !== undefined &&
          !cloud.services.iam.assumable(cloudwatchRoleArn, "apigateway.amazonaws.com")
        ) {
          throw badRequest(
            "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
          );
        }
        store.cloudwatchRoleArn = cloudwatchRoleArn;
        return account();
      }),
      read(GetTagsCommand, ["resourceArn"], ({ resourceArn }) => ({ tags: cloud.indexed(this.#tagsOf(resourceArn)) })),
      write(TagResourceCommand, ["resourceArn", "tags"], ({ resourceArn, tags }) => {
        this.#tagsOf(resourceArn).set(tags ?? {}, cloud.now());
        return {};
      }),
      write(UntagResourceCommand, ["resourceArn", "tagKeys"], ({ resourceArn, tagKeys }) => {
        this.#tagsOf(resourceArn).delete(tagKeys ?? []);
        return {};
      }),
    ];
  }

  *resources(): Iterable<Resource> {
    const { apis, domains, cloudwatchRoleArn, cloud } = this.#store;
    if (cloudwatchRoleArn !== undefined) yield { key: "account", tags: {}, state: { cloudwatchRoleArn } };
    for (const api of apis.values()) {
      const { resources, deployments, stages, tags, ...own } = api;
      const key = `restapis/${api.id}`;
      const all = tags.all();
      yield {
        key,
        arn: this.#store.arn(`/${key}`),
        tags: all,
        indexedTags: cloud.indexed(tags),
        state: { ...own, tags },
      };
      for (const resource of resources.values())
        yield { key: `${key}/resources/${resource.id}`, tags: all, state: resource };
      for (const deployment of deployments.values())
        yield { key: `${key}/deployments/${deployment.id}`, tags: all, state: deployment };
      for (const stage of stages.values()) {
        const path = `${key}/stages/${stage.stageName}`;
        yield {
          key: path,
          arn: this.#store.arn(`/${path}`),
          tags: stage.tags.all(),
          indexedTags: cloud.indexed(stage.tags),
          state: stage,
        };
      }
    }
    for (const domain of domains.values()) {
      const { mappings, tags, ...own } = domain;
      const key = `domainnames/${domain.domainName}`;
      yield {
        key,
        arn: this.#store.arn(`/${key}`),
        tags: tags.all(),
        indexedTags: cloud.indexed(tags),
        state: { ...own, tags },
      };
      for (const mapping of mappings.values())
        yield { key: `${key}/basepathmappings/${mapping.basePath}`, tags: tags.all(), state: mapping };
    }
  }

  /** The domain names that use a certificate. */
  domainsUsing(certificateArn: string): string[] {
    return [...this.#store.domains.values()]
      .filter((d) => d.certificateArn === certificateArn)
      .map((d) => d.domainName);
  }

  /** Whether a name in this region's hosted zone of API Gateway is that of a domain. */
  servesAlias(hostedZoneId: string, name: string): boolean {
    const target = name.replace(/\.$/, "");
    return (
      hostedZoneId === regionalZone(this.#store.cloud.region) &&
      [...this.#store.domains.values()].some((d) => d.regionalDomainName === target)
    );
  }

  /**
   * Where a request to a stage would go: to the function of the **deployed** method, if that may be invoked by the API.
   *
   * @returns the function's ARN, or the status that API Gateway answers with: 403 without such a route, 500 without permission
   */
  route(restApiId: string, stageName: string, httpMethod: string, path: string): string | 403 | 500 {
    const { cloud } = this.#store;
    const api = this.#store.apis.get(restApiId);
    const deployment = api?.deployments.get(api.stages.get(stageName)?.deploymentId ?? "");
    const uri = deployment?.snapshot.get(`${httpMethod} ${path}`)?.integration?.uri;
    const functionArn = functionOf(uri);
    if (functionArn === undefined) return 403;
    const source = cloud.arn(
      "execute-api",
      `${restApiId}/${stageName}/${httpMethod}${path.replaceAll(/\{[^}]*\}/g, "1")}`,
    );
    return cloud.services.lambda.permits(functionArn, "apigateway.amazonaws.com", source) ? functionArn : 500;
  }

  #tagsOf(arn: string | undefined): TagSet {
    const path = arn?.startsWith(this.#store.arn("/")) ? arn.slice(this.#store.arn("").length) : "";
    const stage = /^\/restapis\/([^/]+)\/stages\/([^/]+)$/.exec(path);
    if (stage) return this.#store.stage(stage[1], stage[2]).tags;
    const [, kind, id] = /^\/(restapis|domainnames)\/([^/]+)$/.exec(path) ?? [];
    if (kind === "restapis") return this.#store.api(id).tags;
    if (kind === "domainnames") return this.#store.domain(id).tags;
    throw notFound(`Invalid Resource identifier specified: ${arn}`);
  }
}

function every(seconds: number, operation: string) {
  return { operations: [operation], perSecond: 1 / seconds, burst: 1 };
}
