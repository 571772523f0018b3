import {
  AddPermissionCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { expect } from "vitest";
import { world, zip } from "../world.ts";
import { holds } from "./facts.ts";

const minute = 60_000;

/** A cloud in which the role can be assumed, and how to make the function `fn` and look at it. */
function ready() {
  const base = world();
  const { cloud, later, roleArn, subnetIds, groupId } = base;
  later(minute);
  const VpcConfig = { SubnetIds: subnetIds, SecurityGroupIds: [groupId] };
  const create = (more: Partial<CreateFunctionCommandInput> = {}) =>
    cloud.call(
      new CreateFunctionCommand({
        FunctionName: "fn",
        Role: roleArn,
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Code: { ZipFile: zip() },
        ...more,
      }),
    );
  const get = () => cloud.call(new GetFunctionCommand({ FunctionName: "fn" })).Configuration ?? {};
  const permit = (StatementId: string, Principal: string) =>
    cloud.call(
      new AddPermissionCommand({ FunctionName: "fn", StatementId, Action: "lambda:InvokeFunction", Principal }),
    );
  const principals = (): unknown => {
    const { Policy = "" } = cloud.call(new GetPolicyCommand({ FunctionName: "fn" }));
    return JSON.parse(Policy).Statement.map(({ Principal }: { Principal: unknown }) => Principal);
  };
  return { ...base, VpcConfig, create, get, permit, principals };
}

const absent = (value: object, ...fields: string[]) => {
  for (const field of fields) expect(value).not.toHaveProperty(field);
};

holds([
  {
    operation: "CreateFunction, GetFunction",
    fact: "while it is being created there is a State with its reason, and no LastUpdateStatus",
    source: "LocalStack test_lambda_*: all 147 replies in state Pending",
    check: () => {
      const { create, get } = ready();
      for (const live of [create(), get()]) {
        expect(live).toMatchObject({
          State: "Pending",
          StateReason: "The function is being created.",
          StateReasonCode: "Creating",
        });
        expect(live.LastUpdateStatus).toBeUndefined();
      }
    },
  },
  {
    operation: "GetFunction",
    fact: "VpcConfig and Environment are absent until they are given, and stay as empty ones once they were",
    source: "LocalStack test_vpc_config against test_lambda_concurrent_code_updates",
    check: () => {
      const { cloud, later, create, get, VpcConfig } = ready();
      create();
      absent(get(), "VpcConfig", "Environment");
      cloud.call(new DeleteFunctionCommand({ FunctionName: "fn" }));
      create({ VpcConfig, Environment: { Variables: {} } });
      expect(get()).toMatchObject({ VpcConfig, Environment: { Variables: {} } });
      later(minute);
      const none = { SubnetIds: [], SecurityGroupIds: [] };
      cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName: "fn", VpcConfig: none }));
      expect(get().VpcConfig).toEqual({ ...none, VpcId: "", Ipv6AllowedForDualStack: false });
    },
  },
  {
    operation: "GetFunction",
    fact: "the build of the runtime is named, without an account",
    source: "LocalStack test_vpc_config; placebo, 5 of 16 functions",
    check: () => {
      const { create } = ready();
      expect(create().RuntimeVersionConfig?.RuntimeVersionArn).toMatch(
        /^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/,
      );
    },
  },
  {
    operation: "UpdateFunctionConfiguration",
    fact: "an update in progress is said to be created, with the code Creating",
    source: "LocalStack, all 41 replies in InProgress; placebo, 4",
    check: () => {
      const { cloud, later, create } = ready();
      create();
      later(minute);
      const live = cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName: "fn", Timeout: 9 }));
      expect(live).toMatchObject({
        State: "Active",
        LastUpdateStatus: "InProgress",
        LastUpdateStatusReason: "The function is being created.",
        LastUpdateStatusReasonCode: "Creating",
      });
    },
  },
  {
    operation: "UpdateFunctionConfiguration, UpdateFunctionCode",
    fact: "an accepted update may fail: the status says why, the settings and code of before go on, the next one may succeed",
    source: "Lambda Developer Guide, function states; SDK waiter; aws-cdk#18536",
    check: () => {
      const { cloud, later, create, get } = ready();
      const { CodeSha256 } = create();
      later(minute);
      const failure = { code: "SubnetOutOfIPAddresses", reason: "no free addresses" } as const;
      cloud.services.lambda.failNextUpdate("fn", failure);
      cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName: "fn", Timeout: 9 }));
      later(minute);
      const failed = { LastUpdateStatus: "Failed", LastUpdateStatusReasonCode: failure.code, State: "Active" };
      expect(get()).toMatchObject({ ...failed, LastUpdateStatusReason: failure.reason, Timeout: 3 });
      cloud.services.lambda.failNextUpdate("fn", failure);
      cloud.call(new UpdateFunctionCodeCommand({ FunctionName: "fn", ZipFile: zip("other") }));
      later(minute);
      expect(get()).toMatchObject({ ...failed, CodeSha256 });
      cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName: "fn", Timeout: 9 }));
      later(minute);
      expect(get()).toMatchObject({ LastUpdateStatus: "Successful", Timeout: 9 });
      absent(get(), "LastUpdateStatusReasonCode");
    },
  },
  {
    operation: "GetFunction",
    fact: "State knows Deleting and ActiveNonInvocable, and Invoke refuses both",
    source: "SDK, State; Invoke, ResourceConflictException",
    check: () => {
      const { cloud, later, create, get } = ready();
      create();
      later(minute);
      for (const state of ["Deleting", "ActiveNonInvocable"] as const) {
        cloud.services.lambda.show("fn", state);
        expect(get().State).toBe(state);
        expect(() => cloud.call(new InvokeCommand({ FunctionName: "fn" }))).toThrow(state);
      }
    },
  },
  {
    operation: "CreateFunction",
    fact: "a subnet or group that EC2 does not know is told with EC2's code, a missing object with S3's",
    source: "LocalStack test_invalid_vpc_config_subnet, test_invalid_vpc_config_security_group; aws-notes",
    check: () => {
      const { create, VpcConfig } = ready();
      expect(() => create({ VpcConfig: { ...VpcConfig, SubnetIds: ["subnet-12345678"] } })).toThrow(
        "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-12345678' does not exist",
      );
      expect(() => create({ VpcConfig: { ...VpcConfig, SecurityGroupIds: ["sg-12345678"] } })).toThrow(
        "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-12345678' does not exist",
      );
      expect(() => create({ Code: { S3Bucket: "bucket", S3Key: "key" } })).toThrow("S3 Error Code: NoSuchKey");
    },
  },
  {
    operation: "GetPolicy",
    fact: "a principal is everyone, an account's root, a role or a service, each in its own form",
    source: "placebo test_lambda_check_permission, test_lambda_cross_account and 6 more policies",
    check: () => {
      const { create, permit, principals } = ready();
      create();
      permit("everyone", "*");
      permit("account", "123456789012");
      permit("role", "arn:aws:iam::123456789012:role/caller");
      permit("service", "logs.us-east-1.amazonaws.com");
      expect(principals()).toEqual([
        "*",
        { AWS: "arn:aws:iam::123456789012:root" },
        { AWS: "arn:aws:iam::123456789012:role/caller" },
        { Service: "logs.us-east-1.amazonaws.com" },
      ]);
    },
  },
  {
    operation: "AddPermission",
    fact: "another principal, and a statement id with a dot, are refused",
    source: "LocalStack test_permission_exceptions",
    check: () => {
      const { create, permit } = ready();
      create();
      expect(() => permit("one", "nobody")).toThrow("The provided principal was invalid.");
      expect(() => permit("a.b", "*")).toThrow("Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)");
    },
  },
  {
    operation: "GetPolicy",
    fact: "no policy and no function are told alike",
    source: "LocalStack test_permission_exceptions (get_policy_fn_doesnotexist); 7 placebo replies",
    check: () => {
      const { cloud, create } = ready();
      const policy = () => cloud.call(new GetPolicyCommand({ FunctionName: "fn" }));
      expect(policy).toThrow("The resource you requested does not exist.");
      create();
      expect(policy).toThrow("The resource you requested does not exist.");
    },
  },
  {
    operation: "RemovePermission",
    fact: "no function, no policy and no such statement are three messages",
    source: "LocalStack test_permission_exceptions; placebo (No policy is associated with the given resource.)",
    check: () => {
      const { cloud, create, permit } = ready();
      const remove = () => cloud.call(new RemovePermissionCommand({ FunctionName: "fn", StatementId: "s" }));
      expect(remove).toThrow("No policy found for: arn:aws:lambda:us-east-1:123456789012:function:fn");
      create();
      expect(remove).toThrow("No policy is associated with the given resource.");
      permit("other", "*");
      expect(remove).toThrow("Statement s is not found in resource policy.");
    },
  },
]);
