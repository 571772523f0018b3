import {
  CreateStageCommand,
  DeleteDeploymentCommand,
  DeleteStageCommand,
  type Deployment,
  type MethodSetting,
  type PatchOperation,
  type Stage,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import * as z from "zod";
import { codeOf } from "../../aws/errors.ts";
import { executionLogGroup } from "../../config/names.ts";
import { hidden } from "../../engine/hidden.ts";
import { type Change, ready } from "../../engine/kind.ts";
import { compare, type Fields, none, type Seen } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required, unlessGone } from "../missing.ts";
import { ownedByTag } from "../tagging.ts";
import { compareTags, fromMap, touches } from "../tags.ts";
import { isOurDeployment } from "./deployment.ts";
import { apigateway } from "./permissions.ts";
import { arnOf, classifyConflict, deploymentsOf, replaceValue, retag, stagesOf } from "./shared.ts";

interface Wanted {
  readonly deploymentId: string;
  readonly description: string;
  /** X-Ray. */
  readonly tracing: boolean;
  /** The log group's ARN. */
  readonly accessLogArn: string;
  /** A line of JSON with `$context` variables. */
  readonly accessLogFormat: string;
  /** Requests per second, over all methods. */
  readonly throttleRate: number;
  readonly throttleBurst: number;
  /** Of the execution log. */
  readonly loggingLevel: "OFF" | "ERROR" | "INFO";
  /** Whether the execution log holds requests and answers in full. */
  readonly dataTrace: boolean;
  /** CloudWatch metrics per method. */
  readonly metrics: boolean;
}

type Key = { readonly restApiId: string; readonly stageName: string };

interface Live extends Key {
  readonly region: string;
  readonly stage: Stage;
  /** Deployments of ours that no stage uses. */
  readonly unused: readonly Deployment[];
}

type Outputs = { invokeUrl: string; executionLogGroupName: string; stageArn: string; stageName: string };

/** The key of the settings for all methods. */
const all = "*/*";

/** What is wanted, by path, and where UpdateStage takes it (API Reference, "Patch operations", Stage). */
const patchPaths: Readonly<Record<string, string>> = {
  deploymentId: "/deploymentId",
  description: "/description",
  tracing: "/tracingEnabled",
  accessLogArn: "/accessLogSettings/destinationArn",
  accessLogFormat: "/accessLogSettings/format",
  throttleRate: "/*/*/throttling/rateLimit",
  throttleBurst: "/*/*/throttling/burstLimit",
  loggingLevel: "/*/*/logging/loglevel",
  dataTrace: "/*/*/logging/dataTrace",
  metrics: "/*/*/metrics/enabled",
};

/** API Gateway takes a log group's ARN with or without `:*` and reports it without. */
const bareArn = (arn: string | undefined) => arn?.replace(/:\*$/, "");

const settings = (want: Wanted): Fields => ({ ...want, accessLogArn: bareArn(want.accessLogArn) });

/** A stage leaves out what was never set (LocalStack, recorded on AWS, apigateway snapshots); switches are then off. */
function liveSettings(stage: Stage): Seen {
  const methods: MethodSetting = stage.methodSettings?.[all] ?? {};
  return {
    deploymentId: stage.deploymentId,
    description: stage.description ?? none,
    tracing: stage.tracingEnabled ?? false,
    accessLogArn: bareArn(stage.accessLogSettings?.destinationArn) ?? none,
    accessLogFormat: stage.accessLogSettings?.format ?? none,
    throttleRate: methods.throttlingRateLimit ?? none,
    throttleBurst: methods.throttlingBurstLimit ?? none,
    loggingLevel: methods.loggingLevel ?? "OFF",
    dataTrace: methods.dataTraceEnabled ?? false,
    metrics: methods.metricsEnabled ?? false,
  };
}

/** Stage variables and settings of single methods: tap has none, so whoever added them did it by hand. */
function extras(stage: Stage): { readonly change: Change; readonly patch: PatchOperation }[] {
  // A variable that somebody has set by hand may be a secret.
  const variables = Object.keys(stage.variables ?? {}).map((name) => ({
    change: { path: `variables.${name}`, want: undefined, live: hidden, fix: "update" } as const,
    patch: { op: "remove", path: `/variables/${name}` } as const,
  }));
  const overrides = Object.entries(stage.methodSettings ?? {})
    .filter(([key]) => key !== all)
    .map(([key, setting]) => {
      const live = Object.fromEntries(Object.entries(setting).filter(([, value]) => value !== undefined));
      const [, path = "", verb = ""] = /^(.*)\/([^/]+)$/.exec(key) ?? [];
      return {
        change: { path: `methodSettings.${key}`, want: undefined, live, fix: "update" } as const,
        // A slash within the path is written ~1 (API Reference, "Patch operations", Stage).
        patch: { op: "remove", path: `/${path.replaceAll("/", "~1")}/${verb}` } as const,
      };
    });
  return [...variables, ...overrides];
}

/** The deployments that the stage has left behind. The wanted one is in use as soon as the stage has moved to it. */
const stale = (want: Wanted, live: Live) => live.unused.filter((d) => d.id !== want.deploymentId);

/**
 * A stage: a deployment under a name, with its logs and limits. Its name is unique within the API, and the stage is
 * ours since the API is. It also clears away the deployments of ours that no stage uses, once it has moved on.
 */
export const ApiStage: AwsKind<Wanted, Live, Outputs, Key> = {
  type: "apigateway:stage",
  recover: "fixed-name",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 1, remove: 1 },
  permissions: apigateway,
  card: "API Gateway",
  parseKey: keyOf(z.object({ restApiId: z.string(), stageName: z.string() })),

  async find(aws, _me, key) {
    const [stages, deployments] = await Promise.all([stagesOf(aws, key.restApiId), deploymentsOf(aws, key.restApiId)]);
    const stage = stages.find((s) => s.stageName === key.stageName);
    if (stage === undefined) return undefined;
    const used = new Set(stages.flatMap((s) => [s.deploymentId, s.canarySettings?.deploymentId]));
    const unused = deployments.filter((d) => isOurDeployment(d) && !used.has(d.id));
    return { ...key, region: aws.region, stage, unused };
  },
  id: ({ restApiId, stageName }) => `${restApiId}/${stageName}`,
  phase: () => ready,
  outputs: ({ restApiId, stageName, region }) => ({
    invokeUrl: `https://${restApiId}.execute-api.${region}.amazonaws.com/${stageName}`,
    executionLogGroupName: executionLogGroup(restApiId, stageName),
    stageArn: arnOf(region, `/restapis/${restApiId}/stages/${stageName}`),
    stageName,
  }),

  changes: (want, live, me) => [
    ...compare(settings(want), liveSettings(live.stage)),
    ...extras(live.stage).map(({ change }) => change),
    ...stale(want, live).map(
      ({ id, description }): Change => ({
        path: `staleDeployments.${id}`,
        want: undefined,
        live: description,
        fix: "update",
      }),
    ),
    ...compareTags(me, fromMap(live.stage.tags)),
  ],

  async create(aws, me, { restApiId, stageName }, want) {
    // CreateStage takes neither access logs nor method settings.
    await aws.apigateway(
      new CreateStageCommand({
        restApiId,
        stageName,
        deploymentId: want.deploymentId,
        description: want.description,
        tracingEnabled: want.tracing,
        tags: { ...me.tags },
      }),
    );
    return `${restApiId}/${stageName}`;
  },

  async update(aws, live, want, changes, me) {
    const { restApiId, stageName } = live;
    const wanted = settings(want);
    const patchOperations = [
      ...Object.entries(patchPaths)
        .filter(([path]) => touches(changes, path))
        .map(([path, at]) => replaceValue(at, String(wanted[path]))),
      ...extras(live.stage)
        .filter(({ change }) => changes.some((c) => c.path === change.path))
        .map(({ patch }) => patch),
    ];
    if (patchOperations.length > 0) {
      await aws.apigateway(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
    }
    for (const { id } of stale(want, live)) {
      if (!touches(changes, `staleDeployments.${id}`)) continue;
      const deploymentId = required(id, "id");
      await unlessGone(aws.apigateway(new DeleteDeploymentCommand({ restApiId, deploymentId })));
    }
    if (touches(changes, "tags")) await retag(aws, `/restapis/${restApiId}/stages/${stageName}`, me);
  },

  remove: (aws, { restApiId, stageName }) =>
    unlessGone(aws.apigateway(new DeleteStageCommand({ restApiId, stageName }))),

  listOwned: ownedByTag("apigateway", /^\/restapis\/([^/]+\/stages\/[^/]+)$/, (path, { tags }) => {
    const [restApiId = "", stageName = ""] = path.split("/stages/");
    return { name: tags["Name"] ?? stageName, id: `${restApiId}/${stageName}`, key: { restApiId, stageName } };
  }),

  classify(error, during) {
    if (error instanceof Error && codeOf(error) === "BadRequestException") {
      // The account's role was set a moment ago: "CloudWatch Logs role ARN must be set in account settings to enable
      // logging" (aws-samples/serverless-patterns#620).
      if (/CloudWatch Logs role ARN must be set/.test(error.message)) return "dependency";
    }
    return classifyConflict(error, during);
  },
};
