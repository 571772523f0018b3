import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { VirtualClock } from "./clock.ts";
import { Cloud, type CloudOptions } from "./cloud.ts";

/** The first bytes of a ZIP archive, and something that tells two of them apart. */
export function zip(content = "code"): Uint8Array {
  return Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.from(content)]);
}

/** What a direct call is refused with: the error code, or "nothing". */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
  return "nothing";
}

/** A cloud with what databases and functions stand on: a key, a network over two zones, a group, a role. */
export function world(options: CloudOptions = {}) {
  const cloud = new Cloud({ clock: new VirtualClock(), options });
  const keyId = cloud.call(new CreateKeyCommand({})).KeyMetadata?.KeyId ?? "";
  const vpcId = cloud.call(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId ?? "";
  const subnet = (CidrBlock: string, AvailabilityZone: string) =>
    cloud.call(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock, AvailabilityZone })).Subnet?.SubnetId ?? "";
  const subnetIds = [subnet("10.0.1.0/24", "us-east-1a"), subnet("10.0.2.0/24", "us-east-1b")];
  const group = new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: "group", Description: "group" });
  const groupId = cloud.call(group).GroupId ?? "";
  const trust = (Service: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
    });
  const role = (RoleName: string, service: string) =>
    cloud.call(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(service) })).Role?.Arn ?? "";
  const roleArn = role("function", "lambda.amazonaws.com");
  const logsRoleArn = role("logs", "apigateway.amazonaws.com");
  const Statement = [{ Effect: "Allow", Action: "ec2:*NetworkInterface*", Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  cloud.call(new PutRolePolicyCommand({ RoleName: "function", PolicyName: "network", PolicyDocument }));
  /** Lets time go by, on a cloud that nothing is waiting for. */
  const later = (ms: number) => cloud.clock.jump(cloud.now() + ms);
  return { cloud, later, keyId, vpcId, subnetIds, groupId, roleArn, logsRoleArn };
}
