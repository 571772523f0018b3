import type { Needs } from "./needs.ts";
import type { Service } from "./operations.ts";

/** What AWS checks the caller for in the course of an operation, beyond the operation's own actions. */
export interface Implied {
  readonly needs: Needs;
  readonly because: readonly `${Service}:${string}`[];
  /** The service that asks KMS on the caller's behalf: the value of kms:ViaService, without region and domain. */
  readonly through?: "lambda" | "rds" | "s3" | "secretsmanager";
  /** Where AWS says so, or who found out. */
  readonly source: string;
}

/** Permissions that operations of tap imply. */
export const implied: readonly Implied[] = [
  {
    needs: { "iam:PassRole": "PassToLambda" },
    because: ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"],
    source: 'IAM user guide, "Grant a user permissions to pass a role to an AWS service"',
  },
  {
    needs: { "iam:PassRole": "PassToApiGateway" },
    because: ["apigateway:UpdateAccount"],
    source: 'API Gateway developer guide, "Set up CloudWatch logging for REST APIs", permissions',
  },
  {
    needs: { "ec2:DescribeSecurityGroups": "Look", "ec2:DescribeSubnets": "Look", "ec2:DescribeVpcs": "Look" },
    because: ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"],
    source: 'Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC", user permissions',
  },
  {
    needs: { "s3:GetObject": "Bucket", "kms:Decrypt": "KeyThroughServices" },
    because: ["lambda:CreateFunction", "lambda:UpdateFunctionCode"],
    through: "s3",
    source: 'Lambda developer guide, "Lambda API permissions", s3:GetObject; S3 user guide, "Using SSE-KMS"',
  },
  {
    needs: {
      "kms:CreateGrant": "KeyThroughServices",
      "kms:Encrypt": "KeyThroughServices",
      "kms:Decrypt": "KeyThroughServices",
    },
    because: ["lambda:CreateFunction", "lambda:UpdateFunctionConfiguration"],
    through: "lambda",
    source: 'Lambda developer guide, "Securing Lambda environment variables", permissions on a customer managed key',
  },
  {
    needs: { "kms:Decrypt": "KeyThroughServices" },
    because: ["lambda:GetFunction"],
    through: "lambda",
    source: 'Lambda developer guide, "Securing Lambda environment variables": to view them',
  },
  {
    needs: { "kms:GenerateDataKey": "KeyThroughServices" },
    because: ["s3:PutObject"],
    through: "s3",
    source: 'S3 user guide, "Using server-side encryption with AWS KMS keys", permissions',
  },
  {
    needs: { "kms:CreateGrant": "KeyThroughServices", "kms:DescribeKey": "Look" },
    because: ["rds:CreateDBCluster", "rds:RestoreDBClusterFromSnapshot"],
    through: "rds",
    source: 'Aurora user guide, "AWS KMS key management", authorizing use of a customer managed key',
  },
  {
    needs: {
      "secretsmanager:CreateSecret": "MasterSecret",
      "secretsmanager:TagResource": "MasterSecret",
      "kms:CreateGrant": "KeyThroughServices",
      "kms:Decrypt": "KeyThroughServices",
      "kms:DescribeKey": "Look",
      "kms:GenerateDataKey": "KeyThroughServices",
    },
    because: ["rds:CreateDBCluster", "rds:ModifyDBCluster"],
    through: "secretsmanager",
    source: 'Aurora user guide, "Password management with Amazon Aurora and AWS Secrets Manager", permissions required',
  },
  {
    needs: { "kms:Decrypt": "KeyThroughServices", "kms:GenerateDataKey": "KeyThroughServices" },
    because: ["secrets:CreateSecret", "secrets:UpdateSecret"],
    through: "secretsmanager",
    source: 'Secrets Manager user guide, "Secret encryption and decryption", permissions for the KMS key',
  },
  {
    needs: {
      "rds:CreateDBClusterSnapshot": ["Database", "FinalSnapshot"],
      "rds:AddTagsToResource": "FinalSnapshot",
    },
    because: ["rds:DeleteDBCluster"],
    source:
      "AWS's notice of August 2024 to accounts with RDS (github.com/aws-solutions/instance-scheduler-on-aws/issues/572)",
  },
  {
    needs: { "iam:CreateServiceLinkedRole": "ServiceLinkedRoles" },
    because: ["rds:CreateDBCluster", "apigateway:CreateRestApi"],
    source: '"Using service-linked roles" of the Aurora user guide and of the API Gateway developer guide',
  },
  {
    needs: { "apigateway:PUT": "ApiTags" },
    because: ["apigateway:CreateRestApi", "apigateway:CreateStage", "apigateway:CreateDomainName"],
    source: "AWS's refusal of a create call with tags (github.com/mattclay/aws-terminator/pull/284)",
  },
];
