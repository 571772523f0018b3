import { createHash } from "node:crypto";
import type {
  Architecture,
  CreateFunctionRequest,
  FileSystemConfig,
  LoggingConfig,
  Runtime,
  SnapStartApplyOn,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { awsError, UnmodelledError } from "../errors.ts";
import { onlyFields } from "../model.ts";

/** What a function's code is: AWS never gives the bytes back, only a link, their hash and their size. */
export interface Code {
  readonly sha256: string;
  readonly size: number;
}

/** The settings that CreateFunction sets and UpdateFunctionConfiguration changes. */
export interface Settings {
  readonly runtime: Runtime;
  readonly role: string;
  readonly handler: string;
  readonly description: string;
  readonly timeout: number;
  readonly memorySize: number;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Undefined until it is given, and then shown even when it is empty. */
  readonly environment: Readonly<Record<string, string>> | undefined;
  readonly kmsKeyArn: string | undefined;
  readonly tracing: "Active" | "PassThrough";
  readonly logging: LoggingConfig;
  readonly ipv6: boolean;
  /** EphemeralStorage, in MB. */
  readonly storageMb: number;
  readonly snapStart: SnapStartApplyOn;
  /** ARNs of layer versions. */
  readonly layers: readonly string[];
  /** The ARN of a queue or topic; empty: none. */
  readonly deadLetters: string;
  readonly fileSystems: readonly FileSystemConfig[];
}

/** Source: Lambda Developer Guide, "Lambda runtimes", and aws-notes trap 20: nodejs20.x is past its deprecation. */
const current: readonly string[] = ["nodejs22.x", "nodejs24.x"];
const blocked: readonly string[] = ["nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs20.x"];

/** Source: Lambda Developer Guide, "Defined runtime environment variables", the reserved ones. */
const reserved = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/** Lambda's error for a value it refuses. */
export function invalidParameter(message: string) {
  return awsError("InvalidParameterValueException", message);
}

type Changes = CreateFunctionRequest | UpdateFunctionConfigurationRequest;

/**
 * The settings after a request: what is left out stays; empty VpcConfig lists detach (UpdateFunctionConfiguration).
 *
 * @throws InvalidParameterValueException for a value AWS refuses, UnmodelledError for a member not modelled
 */
export function applySettings(before: Settings, input: Changes): Settings {
  onlyFields(input.VpcConfig, "VpcConfig", ["SubnetIds", "SecurityGroupIds", "Ipv6AllowedForDualStack"]);
  onlyFields(input.Environment, "Environment", ["Variables"]);
  onlyFields(input.TracingConfig, "TracingConfig", ["Mode"]);
  onlyFields(input.LoggingConfig, "LoggingConfig", ["LogFormat", "LogGroup", "ApplicationLogLevel", "SystemLogLevel"]);
  const after: Settings = {
    runtime: input.Runtime ?? before.runtime,
    role: input.Role ?? before.role,
    handler: input.Handler ?? before.handler,
    description: input.Description ?? before.description,
    timeout: input.Timeout ?? before.timeout,
    memorySize: input.MemorySize ?? before.memorySize,
    subnetIds: input.VpcConfig?.SubnetIds ?? before.subnetIds,
    securityGroupIds: input.VpcConfig?.SecurityGroupIds ?? before.securityGroupIds,
    environment: input.Environment ? (input.Environment.Variables ?? {}) : before.environment,
    kmsKeyArn: input.KMSKeyArn === undefined ? before.kmsKeyArn : input.KMSKeyArn || undefined,
    tracing: input.TracingConfig?.Mode ?? before.tracing,
    logging: loggingOf(before.logging, input.LoggingConfig),
    ipv6: input.VpcConfig?.Ipv6AllowedForDualStack ?? before.ipv6,
    storageMb: input.EphemeralStorage?.Size ?? before.storageMb,
    snapStart: input.SnapStart?.ApplyOn ?? before.snapStart,
    layers: input.Layers ?? before.layers,
    deadLetters: input.DeadLetterConfig?.TargetArn ?? before.deadLetters,
    fileSystems: input.FileSystemConfigs ?? before.fileSystems,
  };
  check(after);
  return after;
}

function check(settings: Settings): void {
  const { runtime, handler, timeout, memorySize, environment = {}, subnetIds, securityGroupIds, storageMb } = settings;
  if (blocked.includes(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  if (!current.includes(runtime)) throw new UnmodelledError(`Lambda runtime ${runtime}`);
  if (handler === "") throw invalidParameter("Handler is mandatory for functions created with deployment package.");
  if (timeout < 1 || timeout > 900) throw validation(timeout, "timeout");
  if (storageMb < 512 || storageMb > 10_240) throw validation(storageMb, "ephemeralStorage.size");
  if (memorySize < 128 || memorySize > 10_240) throw validation(memorySize, "memorySize");
  if ((subnetIds.length === 0) !== (securityGroupIds.length === 0)) {
    throw invalidParameter("SubnetIds and SecurityIds must coexist or be both empty list.");
  }
  const taken = Object.keys(environment).filter((key) => reserved.has(key));
  if (taken.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(", ")}`,
    );
  }
  // Lambda Developer Guide, "Lambda quotas": 4 KB for all environment variables together.
  if (JSON.stringify(environment).length > 4096) {
    throw invalidParameter(
      "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.",
    );
  }
}

function loggingOf(before: LoggingConfig, change: LoggingConfig | undefined): LoggingConfig {
  const LogFormat = change?.LogFormat ?? before.LogFormat ?? "Text";
  const LogGroup = change?.LogGroup ?? before.LogGroup;
  const levels = { ApplicationLogLevel: change?.ApplicationLogLevel, SystemLogLevel: change?.SystemLogLevel };
  if (LogFormat === "Text") {
    if (levels.ApplicationLogLevel || levels.SystemLogLevel) {
      throw invalidParameter(
        "Log level is not supported when log format is set to Text. Remove log level from your request or change the log format to JSON and try again.",
      );
    }
    return { LogFormat, LogGroup };
  }
  return {
    LogFormat,
    ApplicationLogLevel: levels.ApplicationLogLevel ?? before.ApplicationLogLevel ?? "INFO",
    SystemLogLevel: levels.SystemLogLevel ?? before.SystemLogLevel ?? "INFO",
    LogGroup,
  };
}

/** A function's settings before CreateFunction's own: Lambda's defaults (CreateFunction). */
export function defaults(functionName: string): Settings {
  return {
    runtime: "nodejs22.x",
    role: "",
    handler: "",
    description: "",
    timeout: 3,
    memorySize: 128,
    subnetIds: [],
    securityGroupIds: [],
    environment: undefined,
    kmsKeyArn: undefined,
    tracing: "PassThrough",
    logging: { LogFormat: "Text", LogGroup: `/aws/lambda/${functionName}` },
    ipv6: false,
    storageMb: 512,
    snapStart: "None",
    layers: [],
    deadLetters: "",
    fileSystems: [],
  };
}

/** @throws InvalidParameterValueException when the bytes are no ZIP archive */
export function codeOf(zip: Uint8Array): Code {
  if (zip[0] !== 0x50 || zip[1] !== 0x4b) {
    throw invalidParameter("Could not unzip uploaded file. Please check your file, then try to upload again.");
  }
  return { sha256: createHash("sha256").update(zip).digest("base64"), size: zip.length };
}

/** @throws UnmodelledError for more than one, ValidationException for another name */
export function architectureOf(list: readonly Architecture[] | undefined): Architecture | undefined {
  if (list === undefined) return undefined;
  const [only, ...rest] = list;
  if ((only !== "x86_64" && only !== "arm64") || rest.length > 0) throw validation(list.join(), "architectures");
  return only;
}

function validation(value: number | string, field: string) {
  return awsError(
    "ValidationException",
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint`,
  );
}
