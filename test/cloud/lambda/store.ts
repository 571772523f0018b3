import type { Architecture, FunctionConfiguration } from "@aws-sdk/client-lambda";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import type { TagSet } from "../tags.ts";
import type { Past } from "../visibility.ts";
import { LambdaInterfaces } from "./interfaces.ts";
import type { Statement } from "./policy.ts";
import { type Code, invalidParameter, type Settings } from "./settings.ts";

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

  /** Name, ARN or partial ARN (FunctionName). */
  find(id: string | undefined): LambdaFunction {
    const name = (id ?? "").split(":").at(-1) ?? "";
    const fn = this.functions.get(name);
    if (!fn) throw notFound(`Function not found: ${this.cloud.arn("lambda", `function:${name}`)}`);
    return fn;
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
    if (this.state(fn).lastUpdate === "InProgress") {
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
      state: creating ? ("Pending" as const) : ("Active" as const),
      lastUpdate: busy ? ("InProgress" as const) : ("Successful" as const),
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
      VpcConfig: {
        SubnetIds: [...settings.subnetIds],
        SecurityGroupIds: [...settings.securityGroupIds],
        VpcId: subnet?.vpcId ?? "",
        Ipv6AllowedForDualStack: false,
      },
      ...(Object.keys(settings.environment).length > 0 && { Environment: { Variables: settings.environment } }),
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
        LastUpdateStatusReason: "The function is being updated.",
      }),
      PackageType: "Zip",
      Architectures: [fn.architecture],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
      LoggingConfig: settings.logging,
    };
  }
}

export function notFound(message: string) {
  return awsError("ResourceNotFoundException", message, 404, { Type: "User" });
}
