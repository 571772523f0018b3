import { executionLogGroup, LOG_ROLE, name } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node, within } from "../src/engine/node.ts";
import { ApiGatewayAccount } from "../src/resources/apigateway/account.ts";
import { ApiDeployment, deploymentHash } from "../src/resources/apigateway/deployment.ts";
import { ApiMethod } from "../src/resources/apigateway/method.ts";
import { ApiResource } from "../src/resources/apigateway/resource.ts";
import { RestApi } from "../src/resources/apigateway/rest-api.ts";
import { ApiStage } from "../src/resources/apigateway/stage.ts";
import { pushToLogs } from "../src/resources/iam/permissions.ts";
import { SharedRole } from "../src/resources/iam/role.ts";
import { LambdaPermission } from "../src/resources/lambda/permission.ts";
import { LogGroup } from "../src/resources/logs/log-group.ts";
import type { encryption } from "./encryption.ts";
import { type functions, statementOf } from "./functions.ts";
import type { logs } from "./logs.ts";
import { type Place, protection } from "./place.ts";
import { trust } from "./policies.ts";

/** A regional REST API in front of the functions: POST /trade, GET /trade, GET /trade/{id}. */
export function api(
  settings: Settings,
  place: Place,
  { key }: ReturnType<typeof encryption>,
  { access }: ReturnType<typeof logs>,
  { processor, query }: ReturnType<typeof functions>,
) {
  const { environment } = settings;
  const named = (type: string) => name(type, environment);
  const stageName = environment;

  const restApi = node(RestApi, "api/rest-api", {
    name: named("api"),
    want: () => ({
      description: `Trading platform, environment ${environment}`,
      disableExecuteApiEndpoint: false,
      routes: { "/trade": ["GET", "POST"], "/trade/{id}": ["GET"] },
    }),
  });

  const trade = node(ApiResource, "api/trade", {
    name: "/trade",
    key: within(restApi, ({ restApiId }) => ({ restApiId, path: "/trade" })),
    needs: { restApi },
    want: ({ restApi }) => ({ parentId: restApi.rootResourceId, pathPart: "trade" }),
  });
  const tradeById = node(ApiResource, "api/trade-by-id", {
    name: "/trade/{id}",
    key: within(restApi, ({ restApiId }) => ({ restApiId, path: "/trade/{id}" })),
    needs: { trade },
    want: ({ trade }) => ({ parentId: trade.resourceId, pathPart: "{id}" }),
  });

  const route = (
    id: string,
    httpMethod: "GET" | "POST",
    resource: typeof trade,
    path: string,
    lambda: typeof processor,
    requestParameters: Readonly<Record<string, boolean>> = {},
  ) => {
    const settled = {
      authorization: settings.api.authorization,
      operationName: id,
      requestParameters,
      timeoutMs: 29_000,
    };
    const method = node(ApiMethod, `api/${id}`, {
      name: `${httpMethod} ${path}`,
      key: within(restApi, ({ restApiId }) => ({ restApiId, path, httpMethod })),
      needs: { resource, lambda },
      want: ({ resource, lambda }) => ({
        ...settled,
        resourceId: resource.resourceId,
        functionArn: lambda.functionArn,
      }),
    });
    // Only this route may call the function, from no other API; `*` stands for what is in braces.
    const permission = node(LambdaPermission, `api/${id}-permission`, {
      name: `${id}-permission`,
      key: within(lambda, ({ functionName }) => ({ functionName, statementId: statementOf(id) })),
      needs: { restApi, lambda },
      want: ({ restApi, lambda }) => ({
        functionArn: lambda.functionArn,
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:aws:execute-api:${place.region}:${place.account}:${restApi.restApiId}/${stageName}/${httpMethod}${path.replace(/{[^}]+}/g, "*")}`,
      }),
    });
    return { method, permission, published: { path, httpMethod, ...settled } };
  };
  const routes = [
    route("create-trade", "POST", trade, "/trade", processor),
    route("list-trades", "GET", trade, "/trade", query),
    route("get-trade", "GET", tradeById, "/trade/{id}", query, { "method.request.path.id": true }),
  ];
  const methods = routes.map(({ method }) => method);
  const permissions = routes.map(({ permission }) => permission);

  // A snapshot of the routes: other routes, or other functions behind them, need another one.
  const deployment = node(ApiDeployment, "api/deployment", {
    name: named("deployment"),
    key: within(restApi, ({ restApiId }) => ({ restApiId })),
    needs: { methods, processor, query },
    want: ({ processor, query }) => ({
      hash: deploymentHash([processor.functionArn, query.functionArn, ...routes.map(({ published }) => published)]),
    }),
  });

  // One role and one setting for all APIs of the account: set when absent, and nobody's to remove.
  const logRole = node(SharedRole, "api/account-role", {
    name: LOG_ROLE,
    tags: { Environment: "shared" },
    want: () => ({
      description: "Lets API Gateway write logs, for all environments of tap",
      trust: trust("apigateway.amazonaws.com"),
      policies: {},
      managed: [pushToLogs],
    }),
  });
  const account = node(ApiGatewayAccount, "api/account", {
    name: "account",
    needs: { logRole },
    want: ({ logRole }) => ({ roleArn: logRole.roleArn }),
  });

  const executionLog = node(LogGroup, "api/execution-log", {
    name: named("api-execution"),
    tags: protection(settings),
    key: within(restApi, ({ restApiId }) => ({ logGroupName: executionLogGroup(restApiId, stageName) })),
    needs: { key },
    want: ({ key }) => ({ retentionDays: settings.logs.retentionDays, kmsKeyArn: key.keyArn }),
  });

  const stage = node(ApiStage, "api/stage", {
    name: named("stage"),
    key: within(restApi, ({ restApiId }) => ({ restApiId, stageName })),
    needs: { deployment, access, executionLog, account },
    want: ({ deployment, access }) => ({
      deploymentId: deployment.deploymentId,
      description: `Trading platform, environment ${environment}`,
      tracing: true,
      accessLogArn: access.arn,
      accessLogFormat,
      throttleRate: settings.api.throttle.rate,
      throttleBurst: settings.api.throttle.burst,
      loggingLevel: "ERROR" as const,
      dataTrace: false,
      metrics: true,
    }),
  });

  return {
    nodes: [restApi, trade, tradeById, ...methods, ...permissions, deployment, logRole, account, executionLog, stage],
    restApi,
    stage,
  };
}

/** No bodies and no headers: neither trades nor credentials belong in a log. */
const accessLogFormat = JSON.stringify({
  requestId: "$context.requestId",
  requestTime: "$context.requestTime",
  httpMethod: "$context.httpMethod",
  path: "$context.path",
  status: "$context.status",
  responseLatency: "$context.responseLatency",
  integrationStatus: "$context.integrationStatus",
  sourceIp: "$context.identity.sourceIp",
  error: "$context.error.message",
});
