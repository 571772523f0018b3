import { DeleteRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRouteCommand, DeleteTagsCommand, ModifyVpcAttributeCommand } from "@aws-sdk/client-ec2";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { DisableKeyRotationCommand } from "@aws-sdk/client-kms";
import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { ModifyDBClusterCommand } from "@aws-sdk/client-rds";
import { DeleteBucketPolicyCommand } from "@aws-sdk/client-s3";
import type { Entry } from "../../../src/engine/journal.ts";
import type { Cloud } from "../../cloud/cloud.ts";
import { deleteByHand } from "../hands.ts";

/** What is deleted by hand, at least one of every way in which a lost create is found again. */
const deleted = [
  "network/nat-1",
  "network/s3-endpoint",
  "security-groups/database-from-functions",
  "logs/processor",
  "functions/query",
  "database/reader-2",
  "database/user-secret",
  "api/get-trade",
  "api/stage",
  "dns/address",
  "encryption/alias",
];

/**
 * A bad day: many things of a platform are changed and deleted by hand.
 *
 * @param resources what the state notes of them
 */
export async function damage(cloud: Cloud, resources: Readonly<Record<string, Entry>>): Promise<void> {
  const id = (node: string) => resources[node]?.id ?? "";
  for (const node of deleted) await deleteByHand(cloud, resources, node);

  cloud.call(new DisableKeyRotationCommand({ KeyId: id("encryption/key") }));
  cloud.call(new ModifyVpcAttributeCommand({ VpcId: id("network/vpc"), EnableDnsHostnames: { Value: false } }));
  cloud.call(new DeleteTagsCommand({ Resources: [id("network/public-subnet-2")], Tags: [{ Key: "Name" }] }));
  const stray = { RouteTableId: id("network/public-routes"), DestinationCidrBlock: "192.168.0.0/16" };
  cloud.call(new CreateRouteCommand({ ...stray, GatewayId: id("network/internet-gateway") }));
  cloud.call(new DeleteRetentionPolicyCommand({ logGroupName: id("logs/query") }));
  cloud.call(new DeleteBucketPolicyCommand({ Bucket: id("artifacts/bucket") }));
  const DBClusterIdentifier = id("database/cluster");
  cloud.call(new ModifyDBClusterCommand({ DBClusterIdentifier, BackupRetentionPeriod: 5, ApplyImmediately: true }));
  const Statement = [{ Effect: "Allow", Action: "s3:*", Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const RoleName = id("functions/migrate-role");
  cloud.call(new PutRolePolicyCommand({ RoleName, PolicyName: "more", PolicyDocument }));
  const FunctionName = id("functions/processor");
  cloud.call(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 128 }));
}
