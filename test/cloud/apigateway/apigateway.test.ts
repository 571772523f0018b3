import { DeleteCertificateCommand, DescribeCertificateCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  APIGatewayClient,
  CreateBasePathMappingCommand,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  DeleteBasePathMappingCommand,
  DeleteDeploymentCommand,
  DeleteDomainNameCommand,
  DeleteRestApiCommand,
  GetBasePathMappingsCommand,
  GetDomainNameCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetTagsCommand,
  type PatchOperation,
  PutIntegrationCommand,
  PutMethodCommand,
  TagResourceCommand,
  UpdateAccountCommand,
  UpdateIntegrationCommand,
  UpdateMethodCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { AddPermissionCommand, CreateFunctionCommand } from "@aws-sdk/client-lambda";
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { expect, onTestFinished, test } from "vitest";
import { refusal, world, zip } from "../world.ts";

const minute = 60_000;
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:processor";
const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
const logArn = "arn:aws:logs:us-east-1:123456789012:log-group:access";

function setUp() {
  const base = world({ delegated: "all" });
  const { cloud } = base;
  const tags = { Environment: "dev" };
  const restApiId = cloud.call(
    new CreateRestApiCommand({ name: "api", endpointConfiguration: { types: ["REGIONAL"] }, tags }),
  ).id;
  const resources = () => cloud.call(new GetResourcesCommand({ restApiId, embed: ["methods"] })).items ?? [];
  const rootId = resources()[0]?.id;
  const addResource = (pathPart: string, parentId = rootId) =>
    cloud.call(new CreateResourceCommand({ restApiId, parentId, pathPart })).id;
  const putMethod = (resourceId: string | undefined, httpMethod: string) =>
    cloud.call(new PutMethodCommand({ restApiId, resourceId, httpMethod, authorizationType: "NONE" }));
  const putIntegration = (resourceId: string | undefined, httpMethod: string, more = {}) =>
    cloud.call(
      new PutIntegrationCommand({
        restApiId,
        resourceId,
        httpMethod,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri,
        ...more,
      }),
    );
  const deploy = () => cloud.call(new CreateDeploymentCommand({ restApiId })).id ?? "";
  /** A route, deployed to the stage `dev`. */
  const ready = () => {
    const resourceId = addResource("trade");
    putMethod(resourceId, "POST");
    putIntegration(resourceId, "POST");
    const deploymentId = deploy();
    cloud.call(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId, tags }));
    return { resourceId, deploymentId };
  };
  const patchStage = (...patchOperations: PatchOperation[]) =>
    cloud.call(new UpdateStageCommand({ restApiId, stageName: "dev", patchOperations }));
  return { ...base, restApiId, rootId, resources, addResource, putMethod, putIntegration, deploy, ready, patchStage };
}

const replace = (path: string, value?: string): PatchOperation => ({ op: "replace", path, value });

test("names of APIs are not unique, and lists come page by page", () => {
  const { cloud } = setUp();
  for (let i = 0; i < 6; i++) cloud.call(new CreateRestApiCommand({ name: "api" }));
  const first = cloud.call(new GetRestApisCommand({}));
  const second = cloud.call(new GetRestApisCommand({ position: first.position }));
  expect([first.items?.length, second.items?.length, second.position]).toEqual([5, 2, undefined]);
  expect(first.items?.[0]).toMatchObject({
    name: "api",
    tags: { Environment: "dev" },
    endpointConfiguration: { types: ["REGIONAL"] },
  });
});

test("only the paths of the patch table may be patched, and a refused patch changes nothing", () => {
  const { cloud, restApiId } = setUp();
  const patch = (...patchOperations: PatchOperation[]) =>
    cloud.call(new UpdateRestApiCommand({ restApiId, patchOperations }));
  expect(patch(replace("/minimumCompressionSize", "1024"))).toMatchObject({ minimumCompressionSize: 1024 });
  expect(patch(replace("/minimumCompressionSize"))).toMatchObject({ minimumCompressionSize: undefined });
  expect(patch({ op: "add", path: "/binaryMediaTypes/image~1png" }).binaryMediaTypes).toEqual(["image/png"]);
  expect(refusal(() => patch(replace("/name", "other"), replace("/id", "x")))).toBe("BadRequestException");
  expect(refusal(() => patch({ op: "remove", path: "/name" }))).toBe("BadRequestException");
  expect(cloud.call(new GetRestApisCommand({})).items?.[0]?.name).toBe("api");
});

test("resources, methods and integrations refuse doubles and what AWS refuses", () => {
  const { cloud, restApiId, resources, addResource, putMethod, putIntegration } = setUp();
  const trade = addResource("trade");
  const one = addResource("{id}", trade);
  expect(refusal(() => addResource("trade"))).toBe("ConflictException");
  expect(refusal(() => addResource("{other}", trade))).toBe("BadRequestException");
  expect(refusal(() => putMethod("none", "GET"))).toBe("NotFoundException");
  putMethod(one, "GET");
  expect(refusal(() => putMethod(one, "GET"))).toBe("ConflictException");
  expect(refusal(() => putIntegration(one, "GET", { uri: functionArn }))).toBe("BadRequestException");
  expect(refusal(() => putIntegration(one, "GET", { integrationHttpMethod: undefined }))).toBe("BadRequestException");
  expect(refusal(() => putIntegration(one, "GET", { timeoutInMillis: 30_000 }))).toBe("BadRequestException");
  putIntegration(one, "GET");
  putIntegration(one, "GET");
  const target = { restApiId, resourceId: one, httpMethod: "GET" };
  cloud.call(new UpdateMethodCommand({ ...target, patchOperations: [replace("/authorizationType", "AWS_IAM")] }));
  cloud.call(new UpdateIntegrationCommand({ ...target, patchOperations: [replace("/timeoutInMillis", "5000")] }));
  expect(resources().find((r) => r.path === "/trade/{id}")?.resourceMethods?.["GET"]).toMatchObject({
    authorizationType: "AWS_IAM",
    methodIntegration: { type: "AWS_PROXY", uri, httpMethod: "POST", timeoutInMillis: 5000, cacheNamespace: one },
  });
});

test("a deployment needs integrations, is a snapshot, and stays while a stage uses it", () => {
  const { cloud, later, roleArn, restApiId, addResource, putMethod, putIntegration, deploy, ready, patchStage } =
    setUp();
  expect(deploy).toThrow("doesn't contain any methods");
  const { deploymentId, resourceId } = ready();
  const query = addResource("query");
  putMethod(query, "GET");
  expect(deploy).toThrow("No integration defined for method");
  putIntegration(query, "GET");

  const { apigateway } = cloud.services;
  const route = (method: string, path: string) => apigateway.route(restApiId ?? "", "dev", method, path);
  expect([route("POST", "/trade"), route("GET", "/query")]).toEqual([500, 403]);
  later(minute);
  const code = {
    FunctionName: "processor",
    Role: roleArn,
    Runtime: "nodejs24.x" as const,
    Handler: "i.h",
    Code: { ZipFile: zip() },
  };
  cloud.call(new CreateFunctionCommand(code));
  const SourceArn = `arn:aws:execute-api:us-east-1:123456789012:${restApiId}/*/POST/trade`;
  const permission = {
    FunctionName: "processor",
    Action: "lambda:InvokeFunction",
    Principal: "apigateway.amazonaws.com",
  };
  cloud.call(new AddPermissionCommand({ ...permission, StatementId: "api", SourceArn }));
  patchStage(replace("/deploymentId", deploy()));
  expect([route("POST", "/trade"), route("GET", "/query")]).toEqual([functionArn, 500]);

  cloud.call(new DeleteDeploymentCommand({ restApiId, deploymentId }));
  putIntegration(resourceId, "POST", { uri: uri.replace("processor", "other") });
  expect(route("POST", "/trade")).toBe(functionArn);
  const current = cloud.call(new GetStageCommand({ restApiId, stageName: "dev" })).deploymentId;
  const remove = () => cloud.call(new DeleteDeploymentCommand({ restApiId, deploymentId: current }));
  expect(remove).toThrow("Active stages pointing to this deployment must be moved or deleted");
});

test("a stage logs only with the account's role, and limits and traces by patch", () => {
  const { cloud, later, logsRoleArn, restApiId, ready, patchStage } = setUp();
  ready();
  const access = [
    replace("/accessLogSettings/destinationArn", logArn),
    replace("/accessLogSettings/format", "$context.requestId"),
  ];
  expect(() => patchStage(...access)).toThrow("CloudWatch Logs role ARN must be set");
  const setRole = () =>
    cloud.call(new UpdateAccountCommand({ patchOperations: [replace("/cloudwatchRoleArn", logsRoleArn)] }));
  expect(setRole).toThrow("does not have required permissions");
  later(10_000);
  setRole();
  expect(() => patchStage(replace("/accessLogSettings/format", "$context.status"))).toThrow(
    "at least $context.requestId",
  );
  expect(() => patchStage(replace("/*/*/throttling/burst", "1"))).toThrow("Invalid method setting path");
  expect(() => patchStage(replace("/deploymentId", "none"))).toThrow("Deployment id does not exist");
  const groups = () => cloud.call(new DescribeLogGroupsCommand({})).logGroups?.map((g) => g.logGroupName);
  expect(groups()).toEqual([]);
  patchStage(
    ...access,
    replace("/tracingEnabled", "true"),
    replace("/*/*/throttling/rateLimit", "50"),
    replace("/*/*/throttling/burstLimit", "100"),
    replace("/*/*/logging/loglevel", "INFO"),
    replace("/*/*/metrics/enabled", "true"),
  );
  expect(cloud.call(new GetStageCommand({ restApiId, stageName: "dev" }))).toMatchObject({
    tracingEnabled: true,
    accessLogSettings: { destinationArn: logArn, format: "$context.requestId" },
    methodSettings: {
      "*/*": {
        throttlingRateLimit: 50,
        throttlingBurstLimit: 100,
        loggingLevel: "INFO",
        metricsEnabled: true,
        dataTraceEnabled: false,
      },
    },
    tags: { Environment: "dev" },
  });
  expect(groups()).toEqual([`API-Gateway-Execution-Logs_${restApiId}/dev`]);
});

test("settings of one method stand beside those of all, and can be removed", () => {
  const { ready, patchStage } = setUp();
  ready();
  const { methodSettings } = patchStage(replace("/~1trade/POST/throttling/rateLimit", "5"));
  expect(Object.keys(methodSettings ?? {})).toEqual(["trade/POST"]);
  expect(patchStage({ op: "remove", path: "/trade/POST" }).methodSettings).toEqual({});
});

test("tags of APIs, stages and domains are set by ARN", () => {
  const { cloud, restApiId, ready } = setUp();
  ready();
  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}/stages/dev`;
  cloud.call(new TagResourceCommand({ resourceArn, tags: { Name: "stage" } }));
  expect(cloud.call(new GetTagsCommand({ resourceArn })).tags).toEqual({ Environment: "dev", Name: "stage" });
  expect(refusal(() => cloud.call(new GetTagsCommand({ resourceArn: `${resourceArn}x` })))).toBe("NotFoundException");
});

test("a domain needs an issued certificate, and an API with a mapping cannot go", () => {
  const { cloud, later, restApiId, ready } = setUp();
  ready();
  const domainName = "api.example.com";
  const HostedZoneId = cloud.call(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" })).HostedZone
    ?.Id;
  const { CertificateArn } = cloud.call(
    new RequestCertificateCommand({ DomainName: domainName, ValidationMethod: "DNS" }),
  );
  const create = () =>
    cloud.call(
      new CreateDomainNameCommand({
        domainName,
        regionalCertificateArn: CertificateArn,
        endpointConfiguration: { types: ["REGIONAL"] },
        securityPolicy: "TLS_1_2",
      }),
    );
  expect(refusal(create)).toBe("BadRequestException");
  later(5_000);
  const certificate = () => cloud.call(new DescribeCertificateCommand({ CertificateArn })).Certificate;
  const { Name, Value } = certificate()?.DomainValidationOptions?.[0]?.ResourceRecord ?? {};
  const record = { Name, Type: "CNAME" as const, TTL: 60, ResourceRecords: [{ Value }] };
  const change = (ResourceRecordSet: object) =>
    cloud.call(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId,
        ChangeBatch: {
          Changes: [
            { Action: "UPSERT", ResourceRecordSet: Object.assign({ Name: "", Type: "A" as const }, ResourceRecordSet) },
          ],
        },
      }),
    );
  change(record);
  later(3 * minute);
  const domain = create();
  expect(domain.domainNameStatus).toBe("PENDING");
  expect(refusal(create)).toBe("BadRequestException");
  later(30_000);
  expect(cloud.call(new GetDomainNameCommand({ domainName })).domainNameStatus).toBe("AVAILABLE");
  const AliasTarget = {
    HostedZoneId: domain.regionalHostedZoneId,
    DNSName: domain.regionalDomainName,
    EvaluateTargetHealth: false,
  };
  change({ Name: domainName, AliasTarget });

  later(5_000);
  const map = (stage: string, basePath?: string) =>
    cloud.call(new CreateBasePathMappingCommand({ domainName, restApiId, stage, basePath }));
  expect(refusal(() => map("prod"))).toBe("BadRequestException");
  map("dev");
  expect(refusal(() => map("dev"))).toBe("ConflictException");
  expect(() => map("dev", "v1")).toThrow("Only one base path mapping is allowed");
  expect(cloud.call(new GetBasePathMappingsCommand({ domainName })).items).toEqual([
    { basePath: "(none)", restApiId, stage: "dev" },
  ]);

  const removeApi = () => cloud.call(new DeleteRestApiCommand({ restApiId }));
  expect(removeApi).toThrow("Please remove all base path mappings");
  const removeCertificate = () => cloud.call(new DeleteCertificateCommand({ CertificateArn }));
  expect(refusal(removeCertificate)).toBe("ResourceInUseException");
  cloud.call(new DeleteBasePathMappingCommand({ domainName, basePath: "(none)" }));
  cloud.call(new DeleteDomainNameCommand({ domainName }));
  removeApi();
  expect(refusal(removeCertificate)).toBe("ResourceInUseException");
  later(5 * minute);
  expect(refusal(removeCertificate)).toBe("nothing");
});

test("DeleteRestApi comes once in 30 seconds, and forty calls come at once", async () => {
  const { cloud } = setUp();
  const ids = [1, 2].map(() => cloud.call(new CreateRestApiCommand({ name: "api" })).id);
  cloud.connect();
  onTestFinished(() => cloud.disconnect());
  const client = new APIGatewayClient({ region: "us-east-1" });
  const remove = (restApiId: string | undefined) => client.send(new DeleteRestApiCommand({ restApiId }));
  await remove(ids[0]);
  await expect(remove(ids[1])).rejects.toMatchObject({
    name: "TooManyRequestsException",
    $metadata: { httpStatusCode: 429 },
  });
  await cloud.clock.sleep(30_000);
  await remove(ids[1]);
  const burst = await Promise.allSettled(Array.from({ length: 50 }, () => client.send(new GetRestApisCommand({}))));
  expect(burst.filter((r) => r.status === "rejected").length).toBeGreaterThanOrEqual(10);
});
