import {
  CreateFunctionCommand,
  type CreateFunctionRequest,
  DeleteFunctionCommand,
  type FunctionConfiguration,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  type UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { awsError, UnmodelledError } from "../errors.ts";
import { type Operation, onlyFields, read, write } from "../model.ts";
import { page } from "../paging.ts";
import { TagSet } from "../tags.ts";
import { nothingBeside } from "./beside.ts";
import {
  applySettings,
  architectureOf,
  type Code,
  codeOf,
  defaults,
  invalidParameter,
  type Settings,
} from "./settings.ts";
import type { LambdaFunction, LambdaStore, UpdateFailure } from "./store.ts";

const settingFields = [
  "FunctionName",
  "Role",
  "Handler",
  "Description",
  "Timeout",
  "MemorySize",
  "VpcConfig",
  "Environment",
  "Runtime",
  "KMSKeyArn",
  "TracingConfig",
  "LoggingConfig",
  "EphemeralStorage",
  "SnapStart",
  "Layers",
  "DeadLetterConfig",
  "FileSystemConfigs",
] as const;

/** Functions: made, looked at, changed one thing at a time, deleted. */
export function functionOperations(store: LambdaStore): Operation[] {
  const { cloud } = store;
  return [
    write(
      CreateFunctionCommand,
      [...settingFields, "Code", "Tags", "Architectures", "PackageType", "Publish"],
      (input) => create(store, input),
    ),
    read(GetFunctionCommand, ["FunctionName"], ({ FunctionName }) => {
      const fn = store.read(FunctionName);
      return {
        Configuration: store.configuration(fn),
        Code: {
          RepositoryType: "S3",
          Location: `https://prod-iad-tasks.s3.${cloud.region}.amazonaws.com/snapshots/${fn.name}`,
        },
        Tags: fn.tags.all(),
        ...(fn.beside.reserved !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: fn.beside.reserved },
        }),
      };
    }),
    read(GetFunctionConfigurationCommand, ["FunctionName"], ({ FunctionName }) =>
      store.configuration(store.read(FunctionName)),
    ),
    read(ListFunctionsCommand, ["Marker", "MaxItems"], ({ Marker, MaxItems }) => {
      const seen = [...store.functions.values()].filter((f) => cloud.visible(f.createdAt.getTime()));
      const size = Math.min(MaxItems ?? 50, cloud.pageSize);
      const { items, next } = page(
        seen,
        (f) => f.name,
        size,
        Marker,
        () => invalidParameter("Invalid marker"),
      );
      return { Functions: items.map((f) => store.configuration(f)), NextMarker: next };
    }),
    write(
      UpdateFunctionCodeCommand,
      [
        "FunctionName",
        "ZipFile",
        "S3Bucket",
        "S3Key",
        "S3ObjectVersion",
        "Architectures",
        "DryRun",
        "Publish",
        "RevisionId",
      ],
      (input) => updateCode(store, input),
    ),
    write(UpdateFunctionConfigurationCommand, [...settingFields, "RevisionId"], (input) =>
      updateSettings(store, input),
    ),
    write(DeleteFunctionCommand, ["FunctionName"], ({ FunctionName }) => {
      const fn = store.find(FunctionName);
      // Deleting during the detach aborts it (aws-notes, "Teardown that does not hang"; cdkd#42).
      store.interfaces.abandon(fn.name, fn.settings, cloud.now() < fn.busyUntil ? fn.detaching : []);
      cloud.bury(fn.arn, fn.tags);
      store.functions.delete(fn.name);
      return { StatusCode: 204 };
    }),
  ];
}

function create(store: LambdaStore, input: CreateFunctionRequest): FunctionConfiguration {
  const cloud = store.cloud;
  const { FunctionName: name = "", PackageType = "Zip", Publish = false } = input;
  if (PackageType !== "Zip" || Publish)
    throw new UnmodelledError("CreateFunction with an image or a published version");
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) {
    throw awsError(
      "ValidationException",
      `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint`,
    );
  }
  if (store.functions.has(name))
    throw awsError("ResourceConflictException", `Function already exist: ${name}`, 409, { Type: "User" });
  onlyFields(input.Code, "Code", ["ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion"]);
  const settings = applySettings(defaults(name), input);
  const architecture = architectureOf(input.Architectures) ?? "x86_64";
  const code = givenCode(store, input.Code ?? {});
  checkSurroundings(store, settings);
  const fn: LambdaFunction = {
    name,
    arn: cloud.arn("lambda", `function:${name}`),
    createdAt: new Date(cloud.now()),
    tags: new TagSet(input.Tags ?? {}, cloud.now()),
    architecture,
    settings,
    code,
    statements: [],
    modifiedAt: new Date(cloud.now()),
    busyUntil: cloud.now() + cloud.durations.functionCreate,
    revisionId: cloud.uuid("function revision"),
    vpc: settings.subnetIds.length > 0,
    failure: undefined,
    shown: undefined,
    beside: nothingBeside(),
    detaching: [],
  };
  store.functions.set(name, fn);
  store.interfaces.attach(name, settings);
  return store.configuration(fn);
}

function updateCode(store: LambdaStore, input: UpdateFunctionCodeRequest): FunctionConfiguration {
  const fn = store.idle(input.FunctionName, input.RevisionId);
  if (input.Publish) throw new UnmodelledError("UpdateFunctionCode with a published version");
  const code = givenCode(store, input);
  const architecture = architectureOf(input.Architectures) ?? fn.architecture;
  if (input.DryRun) return { ...store.configuration(fn), CodeSha256: code.sha256, CodeSize: code.size };
  const failure = store.nextFailure(fn.name);
  if (failure) return updated(store, fn, failure);
  fn.code = code;
  fn.architecture = architecture;
  return updated(store, fn);
}

function updateSettings(store: LambdaStore, input: UpdateFunctionConfigurationRequest): FunctionConfiguration {
  const fn = store.idle(input.FunctionName, input.RevisionId);
  const before = fn.settings;
  const settings = applySettings(before, input);
  checkSurroundings(store, settings);
  const failure = store.nextFailure(fn.name);
  if (failure) return updated(store, fn, failure);
  const vpc = ({ subnetIds, securityGroupIds }: Settings) =>
    JSON.stringify([[...subnetIds].sort(), [...securityGroupIds].sort()]);
  fn.detaching = [];
  if (vpc(before) !== vpc(settings)) {
    store.interfaces.attach(fn.name, settings);
    fn.detaching = store.interfaces.detach(fn.name, before, settings);
  }
  fn.settings = settings;
  fn.vpc ||= settings.subnetIds.length > 0;
  return updated(store, fn);
}

function updated(store: LambdaStore, fn: LambdaFunction, failure?: UpdateFailure): FunctionConfiguration {
  const cloud = store.cloud;
  fn.failure = failure;
  fn.modifiedAt = new Date(cloud.now());
  fn.busyUntil = cloud.now() + cloud.durations.functionUpdate;
  fn.revisionId = cloud.uuid("function revision");
  return store.configuration(fn);
}

function givenCode(
  store: LambdaStore,
  input: {
    ZipFile?: Uint8Array | undefined;
    S3Bucket?: string | undefined;
    S3Key?: string | undefined;
    S3ObjectVersion?: string | undefined;
  },
): Code {
  if (input.ZipFile) {
    if (input.S3Bucket !== undefined)
      throw invalidParameter("Please do not provide other FunctionCode parameters when providing a ZipFile.");
    return codeOf(input.ZipFile);
  }
  if (input.S3Bucket === undefined || input.S3Key === undefined)
    throw invalidParameter("Please provide a source for function code.");
  const found = store.cloud.services.s3.objectBytes(input.S3Bucket, input.S3Key, input.S3ObjectVersion);
  if (!found)
    throw invalidParameter(
      "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
    );
  return codeOf(found);
}

/** What the settings name must exist and be usable: role, subnets, groups, key. */
function checkSurroundings(store: LambdaStore, { role, subnetIds, securityGroupIds, kmsKeyArn }: Settings): void {
  const { iam, ec2, kms } = store.cloud.services;
  // CreateFunction, aws-notes Lambda row: a fresh role cannot be assumed for some seconds.
  if (!iam.assumable(role, "lambda.amazonaws.com"))
    throw invalidParameter("The role defined for the function cannot be assumed by Lambda.");
  const vpcs = new Set<string>();
  for (const id of subnetIds) {
    const subnet = ec2.store.pastSubnets.seen(id, "ec2.subnet@lambda");
    if (!subnet)
      throw invalidParameter(
        `Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '${id}' does not exist`,
      );
    vpcs.add(subnet.vpcId);
  }
  for (const id of securityGroupIds) {
    const group = ec2.store.pastGroups.seen(id, "ec2.group@lambda");
    if (!group)
      throw invalidParameter(
        `Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group '${id}' does not exist`,
      );
    vpcs.add(group.vpcId);
  }
  if (vpcs.size > 1) throw invalidParameter("Security Groups and subnets must belong to the same VPC.");
  if (subnetIds.length > 0 && !iam.allows(role, "ec2:CreateNetworkInterface", "iam@lambda")) {
    throw invalidParameter(
      "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
    );
  }
  if (kmsKeyArn !== undefined && kms.usableArn(kmsKeyArn, "kms@lambda") === undefined) {
    throw invalidParameter(
      "Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings.",
    );
  }
}
