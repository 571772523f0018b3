import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { textIn } from "../authorization.ts";
import { another, type DriftFacts, noProperty, oneElement, onlyOne, refused } from "../drift.ts";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  pairs: [["path", "value"]],
  exceptions: [
    { fields: /\.op @|patchOperations\[\+\]|types\[[+-]\]/, reason: oneElement, expect: noProperty },
    {
      fields:
        /(restApiId|resourceId|parentId|pathPart|httpMethod|stageName|domainName|basePath) @(?<!Mapping restApiId @)/,
      reason: another,
      expect: noProperty,
    },
    {
      fields: /@api\/account =/,
      reason: "of the setting for the whole account, no environment has a row",
      expect: noProperty,
    },
    { fields: /PutIntegration type|CreateDomainName endpointConfiguration/, reason: onlyOne, expect: refused },
    {
      fields: /CreateStage tags\.(ManagedBy|Environment|tap:id)/,
      reason: "a stage is ours when its API is",
      expect: { is: "repaired" },
    },
    {
      fields: /CreateDeployment description/,
      reason: "a deployment cannot be changed: another is made, and the stage follows",
      expect: { is: "repaired", follows: /^api\/stage$/ },
    },
  ],
  choices: [
    [
      /accessLogSettings\/destinationArn$/,
      ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/trading-query-dev"],
    ],
    [/accessLogSettings\/format\.requestId$/, ["$context.extendedRequestId"]],
    // A mapping without a stage leads to all of them.
    [/CreateBasePathMapping stage$/, [undefined]],
    [/authorizationType$/, ["AWS_IAM", "NONE"]],
    [/integrationHttpMethod$/, ["GET"]],
    [/PutIntegration type$/, ["AWS", "HTTP_PROXY"]],
    [/passthroughBehavior$/, ["NEVER"]],
    [/timeoutInMillis$/, [10_000]],
    [/endpointConfiguration\.types/, ["EDGE"]],
    [/securityPolicy$/, ["TLS_1_0"]],
    [/loglevel$/, ["INFO"]],
    [/metrics\/enabled$/, ["false"]],
    [/(rateLimit|burstLimit)$/, ["10"]],
  ],
  alike: [/^(a|r|d)\d{9}$/, /^arn:aws:apigateway:[^:]*:(lambda):/],
  again: /^PutIntegration$/,
  additions: [
    {
      what: "a path of the API",
      node: "api/rest-api",
      path: /^resources\.\/trade\/admin$/,
      by: (cloud, id) =>
        cloud.call(
          new CreateResourceCommand({ restApiId: id("api/rest-api"), parentId: id("api/trade"), pathPart: "admin" }),
        ),
    },
    {
      what: "a method of the API",
      node: "api/rest-api",
      path: /^resources\.\/trade\.DELETE$/,
      by: (cloud, id) =>
        cloud.call(
          new PutMethodCommand({
            restApiId: id("api/rest-api"),
            resourceId: id("api/trade"),
            httpMethod: "DELETE",
            authorizationType: "NONE",
          }),
        ),
    },
    {
      what: "requests in the execution log",
      node: "api/stage",
      path: /^dataTrace$/,
      by: (cloud, id) => {
        const patchOperations = [{ op: "replace" as const, path: "/*/*/logging/dataTrace", value: "true" }];
        cloud.call(new UpdateStageCommand({ restApiId: id("api/rest-api"), stageName: "dev", patchOperations }));
      },
    },
  ],
  strangers: {
    async settle() {
      const gateway = new APIGatewayClient();
      const { id: restApiId = "", rootResourceId: resourceId = "" } = await gateway.send(
        new CreateRestApiCommand({ name: "stranger" }),
      );
      const method = { restApiId, resourceId, httpMethod: "GET" };
      await gateway.send(new PutMethodCommand({ ...method, authorizationType: "NONE" }));
      const uri =
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:stranger/invocations";
      await gateway.send(
        new PutIntegrationCommand({ ...method, type: "AWS_PROXY", integrationHttpMethod: "POST", uri }),
      );
      const { id: deploymentId = "" } = await gateway.send(new CreateDeploymentCommand({ restApiId }));
      await gateway.send(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId }));
    },
    async follow({ operation, input }) {
      if (operation !== "CreateDeployment") return;
      const restApiId = textIn(input, "restApiId");
      await new APIGatewayClient().send(new CreateDeploymentCommand({ restApiId, description: "by hand" }));
    },
  },
};
