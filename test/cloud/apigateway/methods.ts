import {
  DeleteIntegrationCommand,
  DeleteMethodCommand,
  GetIntegrationCommand,
  GetMethodCommand,
  type Integration,
  type Method as MethodView,
  PutIntegrationCommand,
  type PutIntegrationRequest,
  PutMethodCommand,
  UpdateIntegrationCommand,
  UpdateMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { UnmodelledError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { badRequest, conflict, flag, notFound, number, type Patchable, patched, word } from "./patch.ts";
import type { ApiStore, Method } from "./store.ts";

const authorizations = ["NONE", "AWS_IAM"] as const;
const verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"] as const;

const methodPaths: readonly Patchable<Method>[] = [
  {
    path: "/authorizationType",
    ops: ["replace"],
    apply: (method, value) => Object.assign(method, { authorizationType: word(value, authorizations) }),
  },
  {
    path: "/apiKeyRequired",
    ops: ["replace"],
    apply: (method, value) => Object.assign(method, { apiKeyRequired: flag(value) }),
  },
  {
    path: "/operationName",
    ops: ["replace"],
    apply: (method, value) => Object.assign(method, { operationName: value }),
  },
  {
    path: /^\/requestParameters\/([^/]+)$/,
    ops: ["add", "replace", "remove"],
    apply: (method, value, [name = ""]) => {
      const { [name]: _, ...others } = method.requestParameters ?? {};
      Object.assign(method, { requestParameters: value === undefined ? others : { ...others, [name]: flag(value) } });
    },
  },
];

/** The type is not in the table: another type takes another PutIntegration. */
const integrationPaths: readonly Patchable<Integration>[] = [
  {
    path: "/uri",
    ops: ["replace"],
    apply: (integration, value) => Object.assign(integration, { uri: lambdaUri(value) }),
  },
  {
    path: "/httpMethod",
    ops: ["replace"],
    apply: (integration, value) => Object.assign(integration, { httpMethod: word(value, verbs) }),
  },
  {
    path: "/credentials",
    ops: ["replace"],
    apply: (integration, value) => Object.assign(integration, { credentials: value || undefined }),
  },
  {
    path: "/timeoutInMillis",
    ops: ["replace"],
    apply: (integration, value) => Object.assign(integration, { timeoutInMillis: timeoutOf(Number(value)) }),
  },
  {
    path: "/passthroughBehavior",
    ops: ["replace"],
    apply: (integration, value) =>
      Object.assign(integration, { passthroughBehavior: word(value, ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]) }),
  },
  {
    path: "/contentHandling",
    ops: ["replace"],
    apply: (integration, value) =>
      Object.assign(integration, { contentHandling: word(value, ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]) }),
  },
];

const integrationFields = [
  "restApiId",
  "resourceId",
  "httpMethod",
  "type",
  "integrationHttpMethod",
  "uri",
  "credentials",
  "timeoutInMillis",
  "passthroughBehavior",
  "contentHandling",
] as const;

/** What GetMethod and GetResources with embed=methods show. */
export function showMethod(method: Method): MethodView {
  const { integration, requestParameters, operationName, ...rest } = method;
  return {
    ...rest,
    ...(operationName !== undefined && { operationName }),
    ...(requestParameters && { requestParameters: { ...requestParameters } }),
    ...(integration && { methodIntegration: integration }),
  };
}

/** Methods and their Lambda proxy integrations. */
export function methodOperations(store: ApiStore): Operation[] {
  const key = ["restApiId", "resourceId", "httpMethod"] as const;
  const find = (input: {
    restApiId?: string | undefined;
    resourceId?: string | undefined;
    httpMethod?: string | undefined;
  }) => store.method(input.restApiId, input.resourceId, input.httpMethod);
  const integrationOf = (method: Method): Integration => {
    if (!method.integration) throw notFound("Invalid Integration identifier specified");
    return method.integration;
  };
  return [
    write(
      PutMethodCommand,
      [...key, "authorizationType", "apiKeyRequired", "operationName", "requestParameters"],
      (input) => {
        const { methods } = store.resource(input.restApiId, input.resourceId);
        const httpMethod = word(input.httpMethod, verbs);
        if (input.authorizationType === "CUSTOM" || input.authorizationType === "COGNITO_USER_POOLS")
          throw new UnmodelledError("authorizers");
        const authorizationType = word(input.authorizationType, authorizations);
        if (methods.has(httpMethod)) throw conflict("Method already exists for this resource");
        const method: Method = {
          httpMethod,
          authorizationType,
          apiKeyRequired: input.apiKeyRequired ?? false,
          operationName: input.operationName,
          requestParameters: input.requestParameters,
          integration: undefined,
        };
        methods.set(httpMethod, method);
        return showMethod(method);
      },
    ),
    read(GetMethodCommand, key, (input) => showMethod(find(input))),
    write(UpdateMethodCommand, [...key, "patchOperations"], (input) => {
      const method = find(input);
      return showMethod(Object.assign(method, patched(method, input.patchOperations, methodPaths)));
    }),
    write(DeleteMethodCommand, key, (input) => {
      const method = find(input);
      store.resource(input.restApiId, input.resourceId).methods.delete(method.httpMethod);
      return {};
    }),
    // A put: it replaces what was there.
    write(PutIntegrationCommand, integrationFields, (input) => {
      const method = find(input);
      const integration = integrationFrom(input);
      method.integration = integration;
      return integration;
    }),
    read(GetIntegrationCommand, key, (input) => integrationOf(find(input))),
    write(UpdateIntegrationCommand, [...key, "patchOperations"], (input) => {
      const method = find(input);
      const integration = patched(integrationOf(method), input.patchOperations, integrationPaths);
      method.integration = integration;
      return integration;
    }),
    write(DeleteIntegrationCommand, key, (input) => {
      const method = find(input);
      integrationOf(method);
      method.integration = undefined;
      return {};
    }),
  ];
}

function integrationFrom(input: PutIntegrationRequest): Integration {
  if (input.type !== "AWS_PROXY") throw new UnmodelledError(`integration type ${input.type}`);
  // Text: PutIntegration without integrationHttpMethod.
  if (!input.integrationHttpMethod) throw badRequest("Enumeration value for HttpMethod must be non-empty");
  return {
    type: "AWS_PROXY",
    httpMethod: word(input.integrationHttpMethod, verbs),
    uri: lambdaUri(input.uri),
    ...(input.credentials !== undefined && { credentials: input.credentials }),
    passthroughBehavior: word(input.passthroughBehavior ?? "WHEN_NO_MATCH", [
      "WHEN_NO_MATCH",
      "WHEN_NO_TEMPLATES",
      "NEVER",
    ]),
    ...(input.contentHandling !== undefined && { contentHandling: input.contentHandling }),
    timeoutInMillis: timeoutOf(input.timeoutInMillis ?? 29_000),
    cacheNamespace: input.resourceId,
    cacheKeyParameters: [],
  };
}

/** The function's ARN inside an integration URI. */
export function functionOf(uri: string | undefined): string | undefined {
  return /^arn:aws:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[^/]+)\/invocations$/.exec(
    uri ?? "",
  )?.[1];
}

function lambdaUri(uri: string | undefined): string {
  if (uri === undefined || !functionOf(uri)) throw badRequest("Invalid ARN specified in the request");
  return uri;
}

/** aws-notes trap 13: API Gateway gives up at 29 s. */
function timeoutOf(ms: number): number {
  if (!(ms >= 50 && ms <= 29_000)) throw badRequest("Timeout should be between 50 ms and 29000 ms");
  return number(String(ms), 50, 29_000);
}
