import { UpdateRestApiCommand } from "@aws-sdk/client-api-gateway";
import { PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ModifySubnetAttributeCommand } from "@aws-sdk/client-ec2";
import { DeleteRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { DisableKeyRotationCommand } from "@aws-sdk/client-kms";
import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { ModifyDBClusterCommand } from "@aws-sdk/client-rds";
import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { UpdateSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { Aws } from "../../src/aws/aws.ts";

/** A change that somebody makes in the console, which `up` has to mend. */
export interface Hand {
  readonly node: string;
  /** @param id AWS's id of the node */
  change(aws: Aws, id: string): Promise<unknown>;
}

/** One for each service whose resources can be changed in place. */
export const hands: readonly Hand[] = [
  {
    node: "encryption/key",
    change: (aws, KeyId) => aws.kms(new DisableKeyRotationCommand({ KeyId })),
  },
  {
    node: "network/public-subnet-1",
    change: (aws, SubnetId) =>
      aws.ec2(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: false } })),
  },
  {
    node: "artifacts/bucket",
    change: (aws, Bucket) =>
      aws.s3(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } })),
  },
  {
    node: "logs/processor",
    change: (aws, logGroupName) => aws.logs(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 })),
  },
  {
    node: "database/cluster",
    change: (aws, DBClusterIdentifier) =>
      aws.rds(new ModifyDBClusterCommand({ DBClusterIdentifier, BackupRetentionPeriod: 2, ApplyImmediately: true })),
  },
  {
    node: "database/user-secret",
    change: (aws, SecretId) => aws.secrets(new UpdateSecretCommand({ SecretId, Description: "changed by hand" })),
  },
  {
    node: "functions/query",
    change: (aws, FunctionName) =>
      aws.lambda(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 })),
  },
  {
    node: "api/rest-api",
    change: (aws, restApiId) =>
      aws.apigateway(
        new UpdateRestApiCommand({
          restApiId,
          patchOperations: [{ op: "replace", path: "/description", value: "changed by hand" }],
        }),
      ),
  },
  // Last: Lambda changes no function whose role may not do what it needs.
  {
    node: "functions/query-role",
    async change(aws, RoleName) {
      const { PolicyNames = [] } = await aws.iam(new ListRolePoliciesCommand({ RoleName }));
      return aws.iam(new DeleteRolePolicyCommand({ RoleName, PolicyName: PolicyNames[0] }));
    },
  },
];
