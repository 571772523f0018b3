import {
  type Architecture,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  RemovePermissionCommand,
  Runtime,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import type { Aws } from "../../aws/aws.ts";
import { codeOf } from "../../aws/errors.ts";
import { TapError } from "../../engine/errors.ts";
import { hidden } from "../../engine/hidden.ts";
import {
  type Change,
  type ErrorClass,
  failed,
  failedUpdate,
  leaving,
  type Phase,
  pending,
  ready,
  unfamiliar,
} from "../../engine/kind.ts";
import { compare, none, type Seen, sorted } from "../compare.ts";
import { type AwsKind, noKey } from "../define.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { tagCommand } from "../tag-command.ts";
import { byName, ownedByTag } from "../tagging.ts";
import { compareTags, fromMap, requireOurs, type Tags, touches } from "../tags.ts";
import { type CodePackage, upload } from "./code.ts";
import { classifyTaken } from "./conflict.ts";
import { additions, type Beside, besides, fields, takeAway, watch } from "./function-scope.ts";
import { lambda } from "./permissions.ts";
import { type Statement, statementsOf } from "./policy.ts";

interface Wanted {
  readonly description: string;
  readonly roleArn: string;
  /** For example "nodejs24.x". */
  readonly runtime: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly kmsKeyArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroupName: string;
  /** The statements of its policy that are declared, by id: every other one lets somebody else call it. */
  readonly statementIds: readonly string[];
  /** The shared ZIP, and the bucket through which it is handed to Lambda. */
  readonly code: CodePackage;
  readonly bucketName: string;
}

interface Description extends FunctionConfiguration, Beside {
  readonly tags: Tags;
}

interface Live extends Description {
  readonly policy: readonly Statement[];
}

const architecture: Architecture = "x86_64";

const id = (live: Description) => required(live.FunctionName, "FunctionName");

/** A function by its name, whoever's it is. */
export const readFunction = (aws: Aws, FunctionName: string): Promise<Description | undefined> =>
  aws.shared(`lambda:function ${FunctionName}`, async () => {
    const answer = await ifThere(aws.lambda(new GetFunctionCommand({ FunctionName })));
    return answer?.Configuration && { ...answer.Configuration, answer, tags: fromMap(answer.Tags) };
  });

const isUpdating = (live: Live) => live.LastUpdateStatus === "InProgress";

/** Why the last update was not carried out; `undefined` when it was, or there was none. */
function lastFailure(live: Description): string | undefined {
  if (live.LastUpdateStatus !== "Failed") return undefined;
  return `${live.LastUpdateStatusReasonCode ?? "Failed"}: ${live.LastUpdateStatusReason ?? "AWS gave no reason"}`;
}

/**
 * Where a function is in its life, if its last update does not decide. Source: Lambda Developer Guide, "Lambda function
 * states", and the SDK's enumeration. An inactive one wakes when it is called.
 */
function phaseOf({ State, StateReasonCode, StateReason }: Description): Phase | undefined {
  switch (State) {
    case "Active":
    case "ActiveNonInvocable":
    case "Inactive":
      return undefined;
    case "Failed":
      return failed(`${StateReasonCode ?? State}: ${StateReason ?? "AWS gave no reason"}`);
    case "Pending":
    case "Deactivating":
    case "Deactivated":
      return pending(StateReason ?? State);
    case "Deleting":
      return leaving(State);
    default:
      return unfamiliar(State);
  }
}

/** The same, as its last update has it. Before the first one the field may be missing (FunctionConfiguration). */
function updatePhaseOf(live: Description): Phase {
  switch (live.LastUpdateStatus) {
    case undefined:
    case "Successful":
      return ready;
    case "InProgress":
      return pending(live.LastUpdateStatusReason ?? "update in progress");
    case "Failed":
      return failedUpdate(`the last update failed: ${lastFailure(live)}`);
    default:
      return unfamiliar(live.LastUpdateStatus);
  }
}

const phaseNow = (live: Description): Phase => phaseOf(live) ?? updatePhaseOf(live);

/**
 * A function in the VPC. New code is deployed when the ZIP's hash changes.
 *
 * Its removal first takes it out of the VPC, since network interfaces that are detached can be deleted at once, while
 * those of a deleted function linger for up to 45 minutes (alchemy#937). Deleting before the update has ended would
 * abort the detachment (cdkd#42).
 */
export const LambdaFunction: AwsKind<Wanted, Live, { functionName: string; functionArn: string }> = {
  type: "lambda:function",
  recover: "fixed-name",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  minutes: { create: 15, update: 10, remove: 15 },
  // Its network interfaces: about 5 minutes after they are detached.
  seconds: { create: 60, remove: 30, release: 300 },
  permissions: lambda,
  card: "Lambda functions",
  ...fields,
  watch,
  parseKey: noKey,

  async find(aws, me) {
    const live = await readFunction(aws, me.name);
    if (live === undefined) return undefined;
    const giveBack = tagCommand("lambda")(me, live.FunctionArn ?? id(live));
    requireOurs(me, `function ${me.name}`, live, live.tags, giveBack);
    // While Lambda works on it nothing is compared, and it is looked at often.
    const isBusy = ["pending", "leaving"].includes(phaseNow(live).is);
    return { ...live, policy: isBusy ? [] : await statementsOf(aws, me.name) };
  },
  id,
  phase: phaseNow,
  note(live) {
    const nameless = live.policy.filter(({ sid }) => sid === undefined).map(({ value }) => JSON.stringify(value));
    if (nameless.length === 0) return undefined;
    return `its policy has a statement without an id, which cannot be removed by itself: ${nameless.join(", ")}`;
  },
  outputs: (live) => ({ functionName: id(live), functionArn: required(live.FunctionArn, "FunctionArn") }),

  changes: (want, live, me) => [
    ...compare(wantedFields(want), liveFields(want, live), ["architecture", "packageType"]),
    // The configuration shows what was asked for, while what was there before goes on running.
    ...compare({ lastUpdate: "Successful" }, { lastUpdate: lastFailure(live) ?? "Successful" }),
    ...strangers(want, live).map(
      ({ sid, value }): Change => ({
        path: `policy.${sid}`,
        want: undefined,
        live: value,
        fix: "update",
        weight: "access",
      }),
    ),
    ...additions(live),
    ...compareTags(me, live.tags),
  ],

  async create(aws, me, _key, want) {
    await aws.lambda(
      new CreateFunctionCommand({
        FunctionName: me.name,
        ...configuration(want),
        Code: await upload(aws, want.bucketName, want.code),
        PackageType: "Zip",
        Architectures: [architecture],
        Tags: { ...me.tags },
      }),
    );
    return me.name;
  },

  // One update at a time: Lambda refuses the next until this one has ended (ResourceConflictException).
  async update(aws, live, want, changes, me) {
    const FunctionName = id(live);
    for (const { sid: StatementId } of strangers(want, live)) {
      if (!touches(changes, `policy.${StatementId}`)) continue;
      await unlessGone(aws.lambda(new RemovePermissionCommand({ FunctionName, StatementId })));
    }
    await takeAway(aws, FunctionName, changes);
    if (touches(changes, "tags")) {
      const Resource = required(live.FunctionArn, "FunctionArn");
      await aws.lambda(new TagResourceCommand({ Resource, Tags: { ...me.tags } }));
    }
    if (touches(changes, "codeSha256")) {
      const code = await upload(aws, want.bucketName, want.code);
      await aws.lambda(new UpdateFunctionCodeCommand({ FunctionName, ...code, Architectures: [architecture] }));
    } else if (!changes.every((c) => touches([c], "tags", "policy", ...besides))) {
      await aws.lambda(new UpdateFunctionConfigurationCommand({ FunctionName, ...configuration(want), ...unset }));
    }
  },

  async remove(aws, live) {
    if (isUpdating(live)) return;
    const FunctionName = id(live);
    const attached = (live.VpcConfig?.SubnetIds ?? []).length > 0;
    // After an update that failed this one may fail as well: deleted as it is, its interfaces stay longer.
    if (attached && live.State === "Active" && lastFailure(live) === undefined) {
      // Leaving the field out would change nothing (cdkd#35).
      const VpcConfig = { SubnetIds: [], SecurityGroupIds: [] };
      try {
        await unlessGone(aws.lambda(new UpdateFunctionConfigurationCommand({ FunctionName, VpcConfig })));
        return;
      } catch (error) {
        // Without its role or key Lambda refuses every update. Deleted as it is, its interfaces stay longer.
        if (codeOf(error) !== "InvalidParameterValueException") throw error;
      }
    }
    await unlessGone(aws.lambda(new DeleteFunctionCommand({ FunctionName })));
  },

  listOwned: ownedByTag("lambda", /^function:([^:]+)$/, byName),

  classify: (error, during) =>
    classifyTaken(error, during) ?? (during === "remove" ? undefined : classifyRefusal(error)),
};

/** The statements of its policy that nobody declares and that have an id to be removed by. */
const strangers = (want: Wanted, live: Live) =>
  live.policy.flatMap(({ sid, value }) =>
    sid === undefined || want.statementIds.includes(sid) ? [] : [{ sid, value }],
  );

const configuration = (want: Wanted) => ({
  Description: want.description,
  Role: want.roleArn,
  Runtime: runtimeOf(want.runtime),
  Handler: want.handler,
  MemorySize: want.memoryMb,
  Timeout: want.timeoutSeconds,
  VpcConfig: {
    SubnetIds: [...want.subnetIds],
    SecurityGroupIds: [...want.securityGroupIds],
    Ipv6AllowedForDualStack: false,
  },
  KMSKeyArn: want.kmsKeyArn,
  Environment: { Variables: { ...want.environment } },
  TracingConfig: { Mode: "Active" as const },
  LoggingConfig: { LogFormat: "Text" as const, LogGroup: want.logGroupName },
});

/** What tap does not want, as UpdateFunctionConfiguration takes it away: what it leaves out stays. */
const unset = {
  DeadLetterConfig: { TargetArn: "" },
  Layers: [],
  FileSystemConfigs: [],
  EphemeralStorage: { Size: 512 },
  SnapStart: { ApplyOn: "None" as const },
};

function runtimeOf(name: string): Runtime {
  const runtime = Object.values(Runtime).find((known) => known === name);
  if (runtime !== undefined) return runtime;
  throw new TapError(`Lambda has no runtime ${name}`, { advice: "Set functions.runtime to one that Lambda offers." });
}

/** By the paths under which differences are reported. */
function wantedFields(want: Wanted) {
  return {
    description: want.description,
    roleArn: want.roleArn,
    runtime: want.runtime,
    handler: want.handler,
    memoryMb: want.memoryMb,
    timeoutSeconds: want.timeoutSeconds,
    subnetIds: sorted(want.subnetIds),
    securityGroupIds: sorted(want.securityGroupIds),
    kmsKeyArn: want.kmsKeyArn,
    environment: want.environment,
    tracing: "Active",
    logFormat: "Text",
    logGroupName: want.logGroupName,
    codeSha256: want.code.sha256,
    architecture,
    packageType: "Zip",
  };
}

function liveFields(want: Wanted, live: Live): Seen {
  return {
    // Lambda answers with an empty text where there is none, and leaves out what was never set: a VPC, variables, and a
    // key that is not the customer's (FunctionConfiguration; LocalStack, recorded on AWS, lambda snapshots).
    description: live.Description ?? "",
    roleArn: live.Role,
    runtime: live.Runtime,
    handler: live.Handler,
    memoryMb: live.MemorySize,
    timeoutSeconds: live.Timeout,
    subnetIds: sorted(live.VpcConfig?.SubnetIds ?? []),
    securityGroupIds: sorted(live.VpcConfig?.SecurityGroupIds ?? []),
    kmsKeyArn: live.KMSKeyArn ?? none,
    environment: withoutForeignValues(want.environment, live.Environment?.Variables ?? {}),
    tracing: live.TracingConfig?.Mode,
    logFormat: live.LoggingConfig?.LogFormat,
    logGroupName: live.LoggingConfig?.LogGroup,
    codeSha256: live.CodeSha256,
    architecture: live.Architectures?.join(", "),
    packageType: live.PackageType,
  };
}

/** What somebody has set by hand beside our variables may be a secret: that it is there differs, its value is not told. */
const withoutForeignValues = (ours: Wanted["environment"], live: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(live).map(([name, value]) => [name, Object.hasOwn(ours, name) ? value : hidden]));

/**
 * Lambda says InvalidParameterValueException while a fresh role, key, subnet, group or object has not reached it yet. The
 * messages are those that the Terraform AWS provider retries on (internal/service/lambda/function.go), and those of
 * LocalStack's recordings of CreateFunction: "Error occurred while GetObject. S3 Error Code: NoSuchKey" (for up to 15
 * minutes after versioning was switched on: S3 User Guide, "Enabling versioning on buckets"), "Error occurred while
 * DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound".
 */
function classifyRefusal(error: unknown): ErrorClass | undefined {
  if (!(error instanceof Error)) return undefined;
  const transient =
    /cannot be assumed|execution role does not have permissions|throttled by EC2|because the KMS|Error occurred while Describe\w+\..*NotFound|S3 Error Code: NoSuchKey/is;
  return error.name === "InvalidParameterValueException" && transient.test(error.message) ? "retry" : undefined;
}
