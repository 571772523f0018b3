import {
  CreateBasePathMappingCommand,
  type CreateBasePathMappingCommandInput,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  GetAccountCommand,
  GetDomainNamesCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStagesCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { expect } from "vitest";
import type { CloudOptions } from "../cloud.ts";
import { world } from "../world.ts";
import { holds } from "./facts.ts";

/** An API with one method, deployed to the stage `s`. */
function staged(options: CloudOptions = {}) {
  const base = world(options);
  const { cloud } = base;
  // Certificates are another model's business.
  cloud.services.acm.covers = () => true;
  const { id: restApiId = "", rootResourceId: resourceId = "" } = cloud.call(new CreateRestApiCommand({ name: "api" }));
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${cloud.arn("lambda", "function:fn")}/invocations`;
  cloud.call(new PutMethodCommand({ restApiId, resourceId, httpMethod: "GET", authorizationType: "NONE" }));
  cloud.call(
    new PutIntegrationCommand({
      restApiId,
      resourceId,
      httpMethod: "GET",
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri,
    }),
  );
  const { id: deploymentId } = cloud.call(new CreateDeploymentCommand({ restApiId }));
  cloud.call(new CreateStageCommand({ restApiId, stageName: "s", deploymentId }));
  const patch = (op: "replace" | "remove", path: string, value?: string) =>
    cloud.call(new UpdateStageCommand({ restApiId, stageName: "s", patchOperations: [{ op, path, value }] }));
  const stage = () => cloud.call(new GetStagesCommand({ restApiId })).item?.[0] ?? {};
  const domainName = "api.example.com";
  const domain = () =>
    cloud.call(
      new CreateDomainNameCommand({
        domainName,
        regionalCertificateArn: cloud.arn("acm", "certificate/c"),
        endpointConfiguration: { types: ["REGIONAL"] },
      }),
    );
  const map = (more: Partial<CreateBasePathMappingCommandInput> = {}) =>
    cloud.call(new CreateBasePathMappingCommand({ domainName, restApiId, stage: "s", ...more }));
  return { ...base, restApiId, resourceId, patch, stage, domain, map };
}

holds([
  {
    operation: "CreateRestApi, GetRestApi",
    fact: "what was not given is absent: description, version, policy, tags, media types",
    source: "LocalStack test_create_rest_api_with_optional_params",
    check: () => {
      const { cloud, restApiId } = staged();
      const { $metadata: _, createdDate, ...api } = cloud.call(new GetRestApiCommand({ restApiId }));
      expect(JSON.parse(JSON.stringify(api))).toEqual({
        id: restApiId,
        name: "api",
        apiKeySource: "HEADER",
        disableExecuteApiEndpoint: false,
        endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
        rootResourceId: expect.any(String),
      });
      expect(createdDate).toBeInstanceOf(Date);
      expect(() => cloud.call(new CreateRestApiCommand({ name: "api", description: "" }))).toThrow(
        "Description cannot be an empty string",
      );
    },
  },
  {
    operation: "GetRestApi",
    fact: "the quotation marks of a policy come escaped",
    source: "placebo test_rest_api_*, 3 policies",
    check: () => {
      const { cloud } = staged();
      const { id } = cloud.call(new CreateRestApiCommand({ name: "other", policy: '{"Statement":[]}' }));
      expect(cloud.call(new GetRestApiCommand({ restApiId: id })).policy).toBe('{\\"Statement\\":[]}');
    },
  },
  {
    operation: "GetResources",
    fact: "the root has neither parent nor part, and no methods until it has one; without embed a method is empty",
    source: "LocalStack test_resource_lifecycle; placebo, 11 resources",
    check: () => {
      const { cloud, restApiId, resourceId } = staged();
      cloud.call(new CreateResourceCommand({ restApiId, parentId: resourceId, pathPart: "pets" }));
      const { items } = cloud.call(new GetResourcesCommand({ restApiId }));
      expect(JSON.parse(JSON.stringify(items))).toEqual([
        { id: resourceId, path: "/", resourceMethods: { GET: {} } },
        { id: expect.any(String), parentId: resourceId, path: "/pets", pathPart: "pets" },
      ]);
    },
  },
  {
    operation: "CreateResource",
    fact: "a quota is a 429 as a rate is, with another code and the quota's name",
    source: "quotas page: 300 a REST API; text: boto3#1296. A rate: placebo GetAccount, Too Many Requests",
    check: () => {
      const { cloud, restApiId, resourceId } = staged({ quotas: { apiResources: 1 } });
      const add = (pathPart: string) => () =>
        cloud.call(new CreateResourceCommand({ restApiId, parentId: resourceId, pathPart }));
      add("a")();
      expect(add("b")).toThrow(
        expect.objectContaining({
          name: "LimitExceededException",
          message: expect.stringMatching(/^Maximum number of Resources for this API has been reached\./),
          $metadata: expect.objectContaining({ httpStatusCode: 429 }),
        }),
      );
      expect(cloud.services.apigateway.throttled()).toMatchObject({
        name: "TooManyRequestsException",
        message: "Too Many Requests",
        $metadata: { httpStatusCode: 429 },
      });
    },
  },
  {
    operation: "GetResources",
    fact: "five in two seconds",
    source: "quotas page",
    check: () => {
      const { limits } = world().cloud.services.apigateway;
      expect(limits).toContainEqual({ operations: ["GetResources"], perSecond: 2.5, burst: 5 });
    },
  },
  {
    operation: "GetStages",
    fact: "no tags and no settings until there are some",
    source: "LocalStack test_update_stage_remove_wildcard; placebo, 14 of 26 stages without tags",
    check: () => {
      const stage = staged().stage();
      expect(stage).not.toHaveProperty("tags");
      expect(stage).toMatchObject({
        methodSettings: {},
        cacheClusterEnabled: false,
        cacheClusterStatus: "NOT_AVAILABLE",
      });
    },
  },
  {
    operation: "UpdateStage",
    fact: "one setting for all methods brings the account's limits, one for a single method brings -1, neither a logging level",
    source: "LocalStack test_update_stage_remove_wildcard; placebo, 11 settings",
    check: () => {
      const { patch, stage } = staged();
      patch("replace", "/*/*/metrics/enabled", "true");
      patch("replace", "/pets/GET/metrics/enabled", "true");
      const { "*/*": all = {}, "pets/GET": one = {} } = stage().methodSettings ?? {};
      expect(all).toMatchObject({ metricsEnabled: true, throttlingBurstLimit: 5000, throttlingRateLimit: 10_000 });
      expect(one).toMatchObject({ metricsEnabled: true, throttlingBurstLimit: -1, throttlingRateLimit: -1 });
      for (const setting of [all, one]) expect(setting).not.toHaveProperty("loggingLevel");
    },
  },
  {
    operation: "UpdateStage",
    fact: "settings that are not there cannot be removed",
    source: "LocalStack test_update_stage_remove_wildcard",
    check: () => {
      const { patch } = staged();
      expect(() => patch("remove", "/*/*")).toThrow(
        "Cannot remove method setting */* because there is no method setting for this method ",
      );
    },
  },
  {
    operation: "GetAccount",
    fact: "without a role for CloudWatch Logs that member is absent",
    source: "placebo, 1 of 4 replies",
    check: () => {
      const { cloudwatchRoleArn, ...account } = staged().cloud.call(new GetAccountCommand({}));
      expect(cloudwatchRoleArn).toBeUndefined();
      expect(account).toMatchObject({
        apiKeyVersion: "4",
        features: ["UsagePlans"],
        throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
      });
    },
  },
  {
    operation: "GetDomainNames",
    fact: "the day of the certificate's upload is given; tags are absent where there are none",
    source: "placebo test_apigw_domain_name_*, all 4 domains",
    check: () => {
      const { cloud, domain } = staged();
      domain();
      const [shown] = cloud.call(new GetDomainNamesCommand({})).items ?? [];
      expect(shown?.certificateUploadDate).toBeInstanceOf(Date);
      expect(shown).not.toHaveProperty("tags");
    },
  },
  {
    operation: "CreateBasePathMapping",
    fact: "may be refused as a bad request for a while after the domain was made",
    source: "hashicorp/terraform-provider-aws base_path_mapping.go, which repeats it for 30 s",
    check: () => {
      const { later, domain, map } = staged({ durations: { domainMappable: 30_000 } });
      domain();
      later(29_000);
      expect(map).toThrow(expect.objectContaining({ name: "BadRequestException" }));
      later(1000);
      expect(map().stage).toBe("s");
    },
  },
]);
