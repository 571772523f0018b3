import {
  DeleteMethodCommand,
  type Method as Description,
  type PatchOperation,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateMethodCommand,
} from "@aws-sdk/client-api-gateway";
import * as z from "zod";
import { type Change, ready } from "../../engine/kind.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { touches } from "../tags.ts";
import { apigateway } from "./permissions.ts";
import { classifyConflict, replaceValue, resourcesOf } from "./shared.ts";

interface Wanted {
  readonly resourceId: string;
  readonly authorization: "NONE" | "AWS_IAM";
  /** For generated clients, for example "createTrade". */
  readonly operationName: string;
  /** Request parameters and whether they are required, for example `{"method.request.path.id": true}`. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  readonly functionArn: string;
  /** 50 to 29,000. */
  readonly timeoutMs: number;
}

type Key = { readonly restApiId: string; readonly path: string; readonly httpMethod: string };

interface Live extends Key {
  readonly resourceId: string;
  readonly method: Description;
}

type Outputs = { restApiId: string; resourceId: string; path: string; httpMethod: string };

const lambdaUri = /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;

/** The integration URI that invokes a function (Developer Guide, "Lambda proxy integrations"). */
const invocationUri = (functionArn: string) =>
  `arn:aws:apigateway:${functionArn.split(":")[3]}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

/** The local AWS reports as text what was patched. */
const flag = (value: boolean | undefined) => String(value) === "true";

/** What a Lambda proxy integration always is; the function is called with POST whatever the route's method. */
const proxy = { type: "AWS_PROXY", httpMethod: "POST", passthroughBehavior: "WHEN_NO_MATCH" } as const;

function integrationChanges(want: Wanted, live: Description["methodIntegration"]): Change[] {
  if (live === undefined) return [{ path: "integration", want: want.functionArn, live: undefined, fix: "update" }];
  return compare(
    {
      functionArn: want.functionArn,
      timeoutMs: want.timeoutMs,
      "integration.type": proxy.type,
      "integration.httpMethod": proxy.httpMethod,
      "integration.passthroughBehavior": proxy.passthroughBehavior,
      "integration.contentHandling": undefined,
      "integration.credentials": undefined,
    },
    {
      functionArn: lambdaUri.exec(live.uri ?? "")?.[1] ?? live.uri,
      timeoutMs: live.timeoutInMillis === undefined ? undefined : Number(live.timeoutInMillis),
      "integration.type": live.type,
      "integration.httpMethod": live.httpMethod,
      "integration.passthroughBehavior": live.passthroughBehavior,
      "integration.contentHandling": live.contentHandling,
      "integration.credentials": live.credentials,
    },
  );
}

function parameterChanges(want: Wanted["requestParameters"], live: Wanted["requestParameters"]): Change[] {
  const names = [...new Set([...Object.keys(want), ...Object.keys(live)])];
  return names
    .filter((name) => want[name] !== live[name])
    .map((name) => ({ path: `requestParameters.${name}`, want: want[name], live: live[name], fix: "update" }));
}

const parametersOf = ({ requestParameters }: Description) =>
  Object.fromEntries(Object.entries(requestParameters ?? {}).map(([name, needed]) => [name, flag(needed)]));

/** One method of a path together with its Lambda proxy integration: a route, to a reader. */
export const ApiMethod: AwsKind<Wanted, Live, Outputs, Key> = {
  type: "apigateway:method",
  recover: "natural-key",
  usable: "ready",
  releases: "gone",
  replace: "remake",
  minutes: { create: 2, update: 2, remove: 2 },
  seconds: { create: 1, remove: 1 },
  permissions: apigateway,
  card: "API Gateway",
  parseKey: keyOf(z.object({ restApiId: z.string(), path: z.string(), httpMethod: z.string() })),

  async find(aws, _me, key) {
    const resource = (await resourcesOf(aws, key.restApiId)).find((r) => r.path === key.path);
    const method = resource?.resourceMethods?.[key.httpMethod];
    return method === undefined ? undefined : { ...key, resourceId: required(resource?.id, "id"), method };
  },
  id: (live) => `${live.restApiId}/${live.resourceId}/${live.httpMethod}`,
  phase: () => ready,
  outputs: ({ restApiId, resourceId, path, httpMethod }) => ({ restApiId, resourceId, path, httpMethod }),

  changes: (want, { resourceId, method }) => [
    ...compare(
      {
        resourceId: want.resourceId,
        authorization: want.authorization,
        apiKeyRequired: false,
        operationName: want.operationName,
      },
      {
        resourceId,
        authorization: method.authorizationType,
        apiKeyRequired: flag(method.apiKeyRequired),
        operationName: method.operationName ?? none,
      },
      ["resourceId"],
    ),
    ...parameterChanges(want.requestParameters, parametersOf(method)),
    ...integrationChanges(want, method.methodIntegration),
  ],

  async create(aws, _me, { restApiId, httpMethod }, want) {
    await aws.apigateway(
      new PutMethodCommand({
        restApiId,
        resourceId: want.resourceId,
        httpMethod,
        authorizationType: want.authorization,
        apiKeyRequired: false,
        operationName: want.operationName,
        requestParameters: { ...want.requestParameters },
      }),
    );
    return `${restApiId}/${want.resourceId}/${httpMethod}`;
  },

  async update(aws, live, want, changes) {
    const { restApiId, resourceId, httpMethod } = live;
    const patchOperations = changes.flatMap(({ path, want: value, live: old }): PatchOperation[] => {
      if (path === "authorization") return [replaceValue("/authorizationType", want.authorization)];
      if (path === "apiKeyRequired") return [replaceValue("/apiKeyRequired", false)];
      if (path === "operationName") return [replaceValue("/operationName", want.operationName)];
      const [, parameter] = /^requestParameters\.(.+)$/.exec(path) ?? [];
      if (parameter === undefined) return [];
      const at = `/requestParameters/${parameter}`;
      if (value === undefined) return [{ op: "remove", path: at }];
      return [{ op: old === undefined ? "add" : "replace", path: at, value: String(value) }];
    });
    if (patchOperations.length > 0) {
      await aws.apigateway(new UpdateMethodCommand({ restApiId, resourceId, httpMethod, patchOperations }));
    }
    if (touches(changes, "integration", "functionArn", "timeoutMs")) {
      // A put sets the whole integration again, with what is left out at its default.
      await aws.apigateway(
        new PutIntegrationCommand({
          restApiId,
          resourceId,
          httpMethod,
          type: proxy.type,
          integrationHttpMethod: proxy.httpMethod,
          uri: invocationUri(want.functionArn),
          timeoutInMillis: want.timeoutMs,
          passthroughBehavior: proxy.passthroughBehavior,
        }),
      );
    }
  },

  remove: (aws, { restApiId, resourceId, httpMethod }) =>
    unlessGone(aws.apigateway(new DeleteMethodCommand({ restApiId, resourceId, httpMethod }))),
  classify: classifyConflict,
};
