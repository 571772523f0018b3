import { each, permissions, reference } from "../../aws/permissions.ts";
import { FUNCTIONS } from "../../config/names.ts";

/** AWS Lambda. */
export const lambda = permissions({
  source: reference("awslambda"),
  scopes: ({ named, arn, asOurs }) => {
    const ofFunction = (type: string) => arn("lambda", `function:${named(type)}`);
    const functions = FUNCTIONS.map(ofFunction);
    return {
      NewFunctions: { resources: functions, condition: asOurs },
      Functions: { resources: functions },
      FunctionsForApi: {
        resources: ["processor", "query"].map(ofFunction),
        condition: { StringEquals: { "lambda:Principal": "apigateway.amazonaws.com" } },
      },
      Migration: { resources: [ofFunction("migrate")] },
    };
  },
  operations: {
    ...each("lambda:*", "Functions", "GetPolicy", "DeleteFunction", "RemovePermission"),
    ...each("lambda:*", "Functions", "UpdateFunctionCode", "UpdateFunctionConfiguration"),
    ...each("lambda:*", "Functions", "ListAliases", "ListFunctionUrlConfigs", "ListFunctionEventInvokeConfigs"),
    ...each("lambda:*", "Functions", "DeleteAlias", "DeleteFunctionUrlConfig", "DeleteFunctionEventInvokeConfig"),
    ...each("lambda:*", "Functions", "DeleteFunctionConcurrency"),
    ...each("lambda:*", "Look", "ListEventSourceMappings"),
    AddPermission: { "lambda:AddPermission": "FunctionsForApi" },
    TagResource: { "lambda:TagResource": "NewFunctions" },
    // Its tags, which say whose it is, are left out without lambda:ListTags (Lambda API reference, GetFunction).
    GetFunction: { "lambda:GetFunction": "Functions", "lambda:ListTags": "Functions" },
    CreateFunction: { "lambda:CreateFunction": "NewFunctions", "lambda:TagResource": "NewFunctions" },
    Invoke: { "lambda:InvokeFunction": "Migration" },
  },
  implied: [
    {
      needs: { "iam:PassRole": "PassToLambda" },
      because: ["CreateFunction", "UpdateFunctionConfiguration"],
      source: 'IAM user guide, "Grant a user permissions to pass a role to an AWS service"',
    },
    {
      needs: { "ec2:DescribeSecurityGroups": "Look", "ec2:DescribeSubnets": "Look", "ec2:DescribeVpcs": "Look" },
      because: ["CreateFunction", "UpdateFunctionConfiguration"],
      source:
        'Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC", user permissions',
    },
    {
      needs: { "s3:GetObject": "Bucket", "kms:Decrypt": "KeyThroughServices" },
      because: ["CreateFunction", "UpdateFunctionCode"],
      through: "s3",
      source: 'Lambda developer guide, "Lambda API permissions", s3:GetObject; S3 user guide, "Using SSE-KMS"',
    },
    {
      needs: {
        "kms:CreateGrant": "KeyThroughServices",
        "kms:Encrypt": "KeyThroughServices",
        "kms:Decrypt": "KeyThroughServices",
      },
      because: ["CreateFunction", "UpdateFunctionConfiguration"],
      through: "lambda",
      source: 'Lambda developer guide, "Securing Lambda environment variables", permissions on a customer managed key',
    },
    {
      needs: { "kms:Decrypt": "KeyThroughServices" },
      because: ["GetFunction"],
      through: "lambda",
      source: 'Lambda developer guide, "Securing Lambda environment variables": to view them',
    },
  ],
});
