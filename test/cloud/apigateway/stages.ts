import {
  CreateStageCommand,
  DeleteStageCommand,
  GetStageCommand,
  GetStagesCommand,
  type MethodSetting,
  type Stage as StageView,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import { type Operation, read, write } from "../model.ts";
import { TagSet } from "../tags.ts";
import { badRequest, conflict, flag, notFound, number, type Patchable, patched, word } from "./patch.ts";
import { type ApiStore, type RestApi, type Stage, tagged } from "./store.ts";

/**
 * What settings of methods are once any of them is set: no logging level until it is given, the account's limits for all
 * methods together, -1 for those of one method alone (LocalStack test_update_stage_remove_wildcard; placebo
 * test_apigateway_stage_*: 10 and 1 of them).
 */
const defaultSetting = (key: string): MethodSetting => ({
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: key === "*/*" ? 5000 : -1,
  throttlingRateLimit: key === "*/*" ? 10_000 : -1,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
});

const settingPaths: { readonly [path: string]: (value: string | undefined) => Partial<MethodSetting> } = {
  "throttling/rateLimit": (value) => ({ throttlingRateLimit: number(value, 0, 10_000) }),
  "throttling/burstLimit": (value) => ({ throttlingBurstLimit: number(value, 0, 5000) }),
  "logging/loglevel": (value) => ({ loggingLevel: word(value, ["OFF", "ERROR", "INFO"]) }),
  "logging/dataTrace": (value) => ({ dataTraceEnabled: flag(value) }),
  "metrics/enabled": (value) => ({ metricsEnabled: flag(value) }),
};

const paths: readonly Patchable<Stage>[] = [
  { path: "/deploymentId", ops: ["replace"], apply: (stage, value) => Object.assign(stage, { deploymentId: value }) },
  { path: "/description", ops: ["replace"], apply: (stage, value) => Object.assign(stage, { description: value }) },
  {
    path: "/tracingEnabled",
    ops: ["replace"],
    apply: (stage, value) => Object.assign(stage, { tracingEnabled: flag(value) }),
  },
  {
    path: "/accessLogSettings",
    ops: ["remove"],
    apply: (stage) => Object.assign(stage, { accessLogSettings: undefined }),
  },
  {
    path: "/accessLogSettings/destinationArn",
    ops: ["replace"],
    apply: (stage, value = "") => {
      if (!/^arn:aws:(logs|firehose):/.test(value)) throw badRequest("Invalid ARN specified in the request");
      const destinationArn = value.replace(/:\*$/, "");
      Object.assign(stage, { accessLogSettings: { ...stage.accessLogSettings, destinationArn } });
    },
  },
  {
    path: "/accessLogSettings/format",
    ops: ["replace"],
    apply: (stage, value = "") => {
      // API Gateway Developer Guide, "Set up CloudWatch logging": one of the request ids at least.
      if (!/\$context\.(requestId|extendedRequestId)\b/.test(value)) {
        throw badRequest("Access Log format must contain at least $context.requestId or $context.extendedRequestId");
      }
      Object.assign(stage, { accessLogSettings: { ...stage.accessLogSettings, format: value } });
    },
  },
  {
    path: /^\/variables\/([^/]+)$/,
    ops: ["add", "replace", "remove"],
    apply: (stage, value, [name = ""]) => {
      const { [name]: _, ...others } = stage.variables;
      Object.assign(stage, { variables: value === undefined ? others : { ...others, [name]: value } });
    },
  },
  {
    path: /^\/([^/]+)\/([A-Z]+|\*)\/((?:throttling|logging|metrics)\/[a-zA-Z]+)$/,
    ops: ["replace"],
    apply: (stage, value, [path = "", verb = "", name = ""]) => {
      const change = settingPaths[name]?.(value);
      if (!change) throw badRequest(`Invalid method setting path: /${path}/${verb}/${name}`);
      const key = settingKey(path, verb);
      const setting = { ...defaultSetting(key), ...stage.methodSettings[key], ...change };
      Object.assign(stage, { methodSettings: { ...stage.methodSettings, [key]: setting } });
    },
  },
  {
    path: /^\/([^/]+)\/([A-Z]+|\*)$/,
    ops: ["remove"],
    apply: (stage, _value, [path = "", verb = ""]) => {
      const key = settingKey(path, verb);
      if (!stage.methodSettings[key]) {
        // The blank at the end is AWS's own (LocalStack test_update_stage_remove_wildcard).
        throw badRequest(`Cannot remove method setting ${key} because there is no method setting for this method `);
      }
      const { [key]: _, ...methodSettings } = stage.methodSettings;
      Object.assign(stage, { methodSettings });
    },
  },
];

const createFields = [
  "restApiId",
  "stageName",
  "deploymentId",
  "description",
  "tracingEnabled",
  "variables",
  "tags",
] as const;

/** Stages: a deployment under a name, with its logs, limits and tags. */
export function stageOperations(store: ApiStore): Operation[] {
  const { cloud } = store;
  return [
    write(CreateStageCommand, createFields, (input) => {
      const api = store.api(input.restApiId);
      const stageName = input.stageName ?? "";
      if (!/^[a-zA-Z0-9_-]{1,128}$/.test(stageName)) throw badRequest("Stage name only allows a-zA-Z0-9_-");
      if (api.stages.has(stageName)) throw conflict("Stage already exists");
      const stage: Stage = {
        stageName,
        createdAt: store.now(),
        updatedAt: store.now(),
        tags: new TagSet(input.tags ?? {}, cloud.now()),
        deploymentId: input.deploymentId ?? "",
        description: input.description,
        tracingEnabled: input.tracingEnabled ?? false,
        variables: input.variables ?? {},
        accessLogSettings: undefined,
        methodSettings: {},
      };
      check(store, api, stage);
      api.stages.set(stageName, stage);
      return show(stage);
    }),
    read(GetStageCommand, ["restApiId", "stageName"], ({ restApiId, stageName }) => {
      const stage = store.stage(restApiId, stageName);
      if (!cloud.visible(stage.createdAt.getTime())) throw notFound("Invalid stage identifier specified");
      return show(stage);
    }),
    read(GetStagesCommand, ["restApiId", "deploymentId"], ({ restApiId, deploymentId }) => ({
      item: [...store.readApi(restApiId).stages.values()]
        .filter(
          (s) =>
            cloud.visible(s.createdAt.getTime()) && (deploymentId === undefined || s.deploymentId === deploymentId),
        )
        .map((s) => show(s)),
    })),
    write(
      UpdateStageCommand,
      ["restApiId", "stageName", "patchOperations"],
      ({ restApiId, stageName, patchOperations }) => {
        const api = store.api(restApiId);
        const stage = store.stage(restApiId, stageName);
        const next = patched(stage, patchOperations, paths);
        check(store, api, next);
        // aws-notes trap 8: API Gateway makes the group itself, without expiry, if it is not there yet.
        if (logs(next)) cloud.services.logs.write(`API-Gateway-Execution-Logs_${api.id}/${next.stageName}`, 0);
        return show(Object.assign(stage, next, { updatedAt: store.now() }));
      },
    ),
    write(DeleteStageCommand, ["restApiId", "stageName"], ({ restApiId, stageName }) => {
      const api = store.api(restApiId);
      const stage = store.stage(restApiId, stageName);
      cloud.bury(store.arn(`/restapis/${api.id}/stages/${stage.stageName}`), stage.tags);
      api.stages.delete(stage.stageName);
      return {};
    }),
  ];
}

/** How GetStage names the settings of one method: the resource's path without its first slash, and the verb. */
function settingKey(path: string, verb: string): string {
  return `${path.replace(/^\//, "")}/${verb}`;
}

function logs(stage: Stage): boolean {
  return Object.values(stage.methodSettings).some(({ loggingLevel = "OFF" }) => loggingLevel !== "OFF");
}

function check(store: ApiStore, api: RestApi, stage: Stage): void {
  if (!api.deployments.has(stage.deploymentId)) throw badRequest("Deployment id does not exist");
  // Text: serverless-patterns#620. It holds for access logs of REST APIs as well.
  if ((logs(stage) || stage.accessLogSettings) && store.cloudwatchRoleArn === undefined) {
    throw badRequest("CloudWatch Logs role ARN must be set in account settings to enable logging");
  }
}

function show(stage: Stage): StageView {
  const { createdAt, updatedAt, tags, variables, methodSettings, ...rest } = stage;
  return {
    ...rest,
    cacheClusterEnabled: false,
    cacheClusterStatus: "NOT_AVAILABLE",
    methodSettings: { ...methodSettings },
    ...(Object.keys(variables).length > 0 && { variables: { ...variables } }),
    ...tagged(tags),
    createdDate: createdAt,
    lastUpdatedDate: updatedAt,
  };
}
