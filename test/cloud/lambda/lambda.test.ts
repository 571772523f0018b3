import {
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCommand,
  DescribeNetworkInterfacesCommand,
} from "@aws-sdk/client-ec2";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionsCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { refusal, world, zip } from "../world.ts";

const minute = 60_000;
const FunctionName = "processor";

function setUp() {
  const base = world();
  const { cloud, subnetIds, groupId, roleArn } = base;
  const create = (more: Partial<CreateFunctionCommandInput> = {}) =>
    cloud.call(
      new CreateFunctionCommand({
        FunctionName,
        Role: roleArn,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { ZipFile: zip() },
        VpcConfig: { SubnetIds: subnetIds, SecurityGroupIds: [groupId] },
        Tags: { Environment: "dev" },
        ...more,
      }),
    );
  const look = (name = FunctionName) => cloud.call(new GetFunctionConfigurationCommand({ FunctionName: name }));
  const interfaces = () => cloud.call(new DescribeNetworkInterfacesCommand({})).NetworkInterfaces ?? [];
  const detach = () =>
    cloud.call(
      new UpdateFunctionConfigurationCommand({ FunctionName, VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } }),
    );
  const remove = (name = FunctionName) => cloud.call(new DeleteFunctionCommand({ FunctionName: name }));
  return { ...base, create, look, interfaces, detach, remove };
}

test("a function needs a role that has propagated and may make interfaces, and all it names", () => {
  const { create, later, subnetIds, groupId, logsRoleArn } = setUp();
  const tried = (more: Partial<CreateFunctionCommandInput>) => refusal(() => create(more));
  expect(() => create()).toThrow("cannot be assumed by Lambda");
  later(10_000);
  expect(() => create({ Role: logsRoleArn })).toThrow("cannot be assumed by Lambda");
  expect(() => create({ Runtime: "nodejs20.x" })).toThrow("no longer supported");
  expect(() => create({ Environment: { Variables: { AWS_REGION: "x" } } })).toThrow("reserved keys");
  expect(() => create({ Code: { ZipFile: Buffer.from("text") } })).toThrow("Could not unzip");
  expect(() => create({ Code: { S3Bucket: "none", S3Key: "none" } })).toThrow("NoSuchKey");
  expect(tried({ VpcConfig: { SubnetIds: ["subnet-none"], SecurityGroupIds: [groupId] } })).toBe(
    "InvalidParameterValueException",
  );
  expect(tried({ VpcConfig: { SubnetIds: subnetIds } })).toBe("InvalidParameterValueException");
  expect(tried({ KMSKeyArn: "arn:aws:kms:us-east-1:123456789012:key/none" })).toBe("InvalidParameterValueException");
  expect(tried({ TenancyConfig: { TenantIsolationMode: "PER_TENANT" } })).toBe("UnmodelledError");
  expect(tried({})).toBe("nothing");
  expect(tried({})).toBe("ResourceConflictException");
});

test("a function is Pending, then Active, and refuses changes while it is worked on", () => {
  const { cloud, create, look, later } = setUp();
  later(10_000);
  const created = create();
  expect(created).toMatchObject({
    State: "Pending",
    Architectures: ["x86_64"],
    LoggingConfig: { LogGroup: "/aws/lambda/processor" },
  });
  const update = () => cloud.call(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip("other") }));
  expect(refusal(update)).toBe("ResourceConflictException");
  expect(refusal(() => cloud.call(new InvokeCommand({ FunctionName })))).toBe("ResourceConflictException");
  later(minute);
  expect(look()).toMatchObject({ State: "Active", LastUpdateStatus: "Successful" });
  const { CodeSha256 } = update();
  expect(CodeSha256).not.toBe(created.CodeSha256);
  expect(look()).toMatchObject({ LastUpdateStatus: "InProgress", State: "Active", CodeSha256 });
  const slower = () => cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 30 }));
  expect(refusal(slower)).toBe("ResourceConflictException");
  later(30_000);
  expect(slower()).toMatchObject({ Timeout: 30, VpcConfig: { SubnetIds: created.VpcConfig?.SubnetIds } });
  expect(cloud.call(new GetFunctionCommand({ FunctionName })).Tags).toEqual({ Environment: "dev" });
});

test("code may come from a bucket", () => {
  const { cloud, create, later } = setUp();
  later(10_000);
  cloud.call(new CreateBucketCommand({ Bucket: "artifacts-1" }));
  cloud.call(new PutObjectCommand({ Bucket: "artifacts-1", Key: "code.zip", Body: zip() }));
  const fromBucket = create({ FunctionName: "one", Code: { S3Bucket: "artifacts-1", S3Key: "code.zip" } });
  expect(fromBucket.CodeSha256).toBe(create({ FunctionName: "two" }).CodeSha256);
});

test("functions share interfaces, which outlive the last of them and hold the subnet", () => {
  const { cloud, create, interfaces, remove, later, subnetIds } = setUp();
  later(10_000);
  create();
  create({ FunctionName: "query" });
  expect(interfaces().map((i) => [i.InterfaceType, i.Status])).toEqual([
    ["lambda", "in-use"],
    ["lambda", "in-use"],
  ]);
  remove();
  later(60 * minute);
  expect(interfaces()).toHaveLength(2);
  remove("query");
  later(44 * minute);
  expect(interfaces().map((i) => i.Status)).toEqual(["in-use", "in-use"]);
  const gone = new DeleteSubnetCommand({ SubnetId: subnetIds[0] });
  expect(refusal(() => cloud.call(gone))).toBe("DependencyViolation");
  later(minute);
  expect(interfaces()).toEqual([]);
  expect(refusal(() => cloud.call(gone))).toBe("nothing");
});

test("interfaces detached by an update become available and can be deleted", () => {
  const { cloud, create, interfaces, detach, remove, look, later } = setUp();
  later(10_000);
  create();
  later(minute);
  expect(detach()).toMatchObject({ LastUpdateStatus: "InProgress", VpcConfig: { SubnetIds: [] } });
  later(30_000);
  expect(look().LastUpdateStatus).toBe("Successful");
  remove();
  expect(interfaces().map((i) => i.Status)).toEqual(["in-use", "in-use"]);
  later(5 * minute);
  expect(interfaces().map((i) => [i.InterfaceType, i.Status])).toEqual([
    ["interface", "available"],
    ["interface", "available"],
  ]);
  for (const { NetworkInterfaceId } of interfaces())
    cloud.call(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  expect(interfaces()).toEqual([]);
});

test("deleting a function during the detach aborts it", () => {
  const { create, interfaces, detach, remove, later } = setUp();
  later(10_000);
  create();
  later(minute);
  detach();
  remove();
  later(44 * minute);
  expect(interfaces().map((i) => i.Status)).toEqual(["in-use", "in-use"]);
  later(minute);
  expect(interfaces()).toEqual([]);
});

test("permissions have unique statement ids and read as AWS writes them", () => {
  const { cloud, create, later } = setUp();
  later(10_000);
  const { FunctionArn } = create();
  const SourceArn = "arn:aws:execute-api:us-east-1:123456789012:api/*/POST/trade";
  const add = () =>
    cloud.call(
      new AddPermissionCommand({
        FunctionName,
        StatementId: "api",
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        SourceArn,
      }),
    );
  const policy = () => cloud.call(new GetPolicyCommand({ FunctionName })).Policy ?? "";
  expect(refusal(policy)).toBe("ResourceNotFoundException");
  add();
  expect(refusal(add)).toBe("ResourceConflictException");
  expect(JSON.parse(policy())).toEqual({
    Version: "2012-10-17",
    Id: "default",
    Statement: [
      {
        Sid: "api",
        Effect: "Allow",
        Principal: { Service: "apigateway.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: FunctionArn,
        Condition: { ArnLike: { "AWS:SourceArn": SourceArn } },
      },
    ],
  });
  const remove = () => cloud.call(new RemovePermissionCommand({ FunctionName, StatementId: "api" }));
  remove();
  expect(refusal(remove)).toBe("ResourceNotFoundException");
});

test("an invocation runs the test's handler and is recorded", () => {
  const { cloud, create, later } = setUp();
  later(10_000);
  create();
  later(minute);
  const invoke = () => cloud.call(new InvokeCommand({ FunctionName, Payload: Buffer.from('{"schema":1}') }));
  cloud.services.lambda.onInvoke = (name, event) => ({ name, event });
  expect(invoke().Payload?.transformToString()).toBe('{"name":"processor","event":{"schema":1}}');
  cloud.services.lambda.onInvoke = () => {
    throw new Error("no database");
  };
  expect(invoke()).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
  expect(cloud.services.lambda.invocations).toHaveLength(2);
});

test("functions are listed page by page", () => {
  const { cloud, create, later } = setUp();
  later(10_000);
  for (let i = 1; i <= 7; i++) create({ FunctionName: `function-${i}` });
  const first = cloud.call(new ListFunctionsCommand({}));
  const second = cloud.call(new ListFunctionsCommand({ Marker: first.NextMarker }));
  expect([first.Functions?.length, second.Functions?.length, second.NextMarker]).toEqual([5, 2, undefined]);
});
