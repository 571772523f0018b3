import { createHash } from "node:crypto";
import type { Architecture, FunctionConfiguration, LastUpdateStatusReasonCode } from "@aws-sdk/client-lambda";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import type { TagSet } from "../tags.ts";
import type { Past } from "../visibility.ts";
import type { Beside } from "./beside.ts";
import { LambdaInterfaces } from "./interfaces.ts";
import type { Statement } from "./policy.ts";
import { type Code, invalidParameter, type Settings } from "./settings.ts";

/** Why Lambda gave an update up, after it had accepted it (FunctionConfiguration, LastUpdateStatusReason). */
export interface UpdateFailure {
  readonly code: LastUpdateStatusReasonCode;
  readonly reason: string;
}

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: Date;
  readonly tags: TagSet;
  architecture: Architecture;
  settings: Settings;
  code: Code;
  statements: Statement[];
  modifiedAt: Date;
  /** Until when the function, or its last update, is being worked on. */
  busyUntil: number;
  revisionId: string;
  /** Whether it was ever given a VPC; until then it shows none. */
  vpc: boolean;
  /** Why its last update failed, while the code and settings of before go on running. */
  failure: UpdateFailure | undefined;
  /** A state that AWS brought about by itself. */
  shown: "Deleting" | "ActiveNonInvocable" | undefined;
  readonly beside: Beside;
  /** The interfaces that the last update gave up. */
  detaching: readonly string[];
}

/** The state of Lambda: functions by name, and their network interfaces. */
export class LambdaStore {
  readonly cloud: Cloud;
  readonly functions = new Map<string, LambdaFunction>();
  readonly past: Past<LambdaFunction>;
  readonly interfaces: LambdaInterfaces;

  constructor(cloud: Cloud) {
    this.cloud = cloud;
    this.past = cloud.past(this.functions);
    this.interfaces = new LambdaInterfaces(cloud);
  }

  /** What the next update of a function fails with, by its name. */
  readonly failures = new Map<string, UpdateFailure>();

  nextFailure(name: string): UpdateFailure | undefined {
    const failure = this.failures.get(name);
    this.failures.delete(name);
    return failure;
  }

  /** By name, ARN or partial ARN (FunctionName). */
  lookUp(id: string | undefined): LambdaFunction | undefined {
    return this.functions.get(nameOf(id));
  }

  find(id: string | undefined): LambdaFunction {
    const fn = this.lookUp(id);
    if (!fn) throw notFound(`Function not found: ${this.arnOf(id)}`);
    return fn;
  }

  /** The ARN that a function of this name has or would have. */
  arnOf(id: string | undefined): string {
    return this.cloud.arn("lambda", `function:${nameOf(id)}`);
  }

  read(id: string | undefined): LambdaFunction {
    const fn = this.find(id);
    if (!this.cloud.visible(fn.createdAt.getTime())) throw notFound(`Function not found: ${fn.arn}`);
    return fn;
  }

  byArn(arn: string | undefined): LambdaFunction {
    if (!arn?.startsWith("arn:aws:lambda:")) throw invalidParameter(`${arn} is not a valid ARN`);
    return this.find(arn);
  }

  /** A function that no creation or update is working on. */
  idle(id: string | undefined, revisionId: string | undefined): LambdaFunction {
    const fn = this.find(id);
    if (this.cloud.now() < fn.busyUntil) {
      const message = `The operation cannot be performed at this time. An update is in progress for resource: ${fn.arn}`;
      throw awsError("ResourceConflictException", message, 409, { Type: "User" });
    }
    if (revisionId !== undefined && revisionId !== fn.revisionId) {
      throw awsError(
        "PreconditionFailedException",
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
        412,
      );
    }
    return fn;
  }

  state(fn: LambdaFunction) {
    const busy = this.cloud.now() < fn.busyUntil;
    const creating = busy && fn.modifiedAt.getTime() === fn.createdAt.getTime();
    return {
      state: fn.shown ?? (creating ? ("Pending" as const) : ("Active" as const)),
      // Absent while it is being created (LocalStack, all 147 such replies).
      lastUpdate: creating
        ? undefined
        : busy
          ? ("InProgress" as const)
          : fn.failure
            ? ("Failed" as const)
            : ("Successful" as const),
    };
  }

  /** What GetFunctionConfiguration answers. */
  configuration(fn: LambdaFunction): FunctionConfiguration {
    const { settings, code } = fn;
    const { state, lastUpdate } = this.state(fn);
    const subnet = this.cloud.services.ec2.store.subnets.get(settings.subnetIds[0] ?? "");
    return {
      FunctionName: fn.name,
      FunctionArn: fn.arn,
      Runtime: settings.runtime,
      Role: settings.role,
      Handler: settings.handler,
      CodeSize: code.size,
      CodeSha256: code.sha256,
      Description: settings.description,
      Timeout: settings.timeout,
      MemorySize: settings.memorySize,
      LastModified: fn.modifiedAt.toISOString().replace("Z", "+0000"),
      Version: "$LATEST",
      ...(fn.vpc && {
        VpcConfig: {
          SubnetIds: [...settings.subnetIds],
          SecurityGroupIds: [...settings.securityGroupIds],
          VpcId: subnet?.vpcId ?? "",
          Ipv6AllowedForDualStack: settings.ipv6,
        },
      }),
      ...(settings.environment && { Environment: { Variables: settings.environment } }),
      KMSKeyArn: settings.kmsKeyArn,
      TracingConfig: { Mode: settings.tracing },
      RevisionId: fn.revisionId,
      State: state,
      ...(state === "Pending" && {
        StateReason: "The function is being created.",
        StateReasonCode: "Creating" as const,
      }),
      LastUpdateStatus: lastUpdate,
      ...(lastUpdate === "InProgress" && {
        // An update, too, is "created" (LocalStack test_vpc_config; placebo test_update_function_configuration).
        LastUpdateStatusReason: "The function is being created.",
        // Recorded, though the SDK's type does not list it.
        LastUpdateStatusReasonCode: "Creating" as LastUpdateStatusReasonCode,
      }),
      ...(lastUpdate === "Failed" && {
        LastUpdateStatusReason: fn.failure?.reason,
        LastUpdateStatusReasonCode: fn.failure?.code,
      }),
      RuntimeVersionConfig: {
        RuntimeVersionArn: this.cloud.arn("lambda", `runtime:${runtimeVersion(settings.runtime)}`, undefined, ""),
      },
      PackageType: "Zip",
      Architectures: [fn.architecture],
      EphemeralStorage: { Size: settings.storageMb },
      SnapStart: { ApplyOn: settings.snapStart, OptimizationStatus: "Off" },
      ...(settings.layers.length > 0 && { Layers: settings.layers.map((Arn) => ({ Arn, CodeSize: 1024 })) }),
      ...(settings.deadLetters !== "" && { DeadLetterConfig: { TargetArn: settings.deadLetters } }),
      ...(settings.fileSystems.length > 0 && { FileSystemConfigs: [...settings.fileSystems] }),
      LoggingConfig: settings.logging,
    };
  }
}

const nameOf = (id: string | undefined): string => (id ?? "").split(":").at(-1) ?? "";

/** Lambda names the build of a runtime by a hash. */
const runtimeVersion = (runtime: string): string => createHash("sha256").update(runtime).digest("hex");

export function notFound(message: string) {
  return awsError("ResourceNotFoundException", message, 404, { Type: "User" });
}
