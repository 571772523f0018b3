import { serviceNamed } from "./services.ts";

/**
 * What is limited, by AWS's error code: what "Error codes for the Amazon EC2 API", the RDS API reference and the SDK's
 * error classes say that it means.
 */
const limited: Readonly<Record<string, string>> = {
  VpcLimitExceeded: "VPCs per Region",
  SubnetLimitExceeded: "subnets per VPC",
  AddressLimitExceeded: "Elastic IP addresses",
  NatGatewayLimitExceeded: "NAT gateways per Availability Zone",
  InternetGatewayLimitExceeded: "internet gateways per Region",
  RouteTableLimitExceeded: "route tables per VPC",
  RouteLimitExceeded: "routes per route table",
  SecurityGroupLimitExceeded: "security groups",
  RulesPerSecurityGroupLimitExceeded: "rules per security group",
  VpcEndpointLimitExceeded: "gateway VPC endpoints per Region",
  ENILimitReachedException: "network interfaces per VPC",
  CodeStorageExceededException: "storage for the code of functions",
  DBClusterQuotaExceededFault: "DB clusters",
  InstanceQuotaExceeded: "DB instances",
  InstanceQuotaExceededFault: "DB instances",
  StorageQuotaExceeded: "storage of all DB instances",
  StorageQuotaExceededFault: "storage of all DB instances",
  SnapshotQuotaExceeded: "manual snapshots",
  SnapshotQuotaExceededFault: "manual snapshots",
  DBParameterGroupQuotaExceeded: "parameter groups",
  DBParameterGroupQuotaExceededFault: "parameter groups",
  DBSubnetGroupQuotaExceeded: "DB subnet groups",
  DBSubnetGroupQuotaExceededFault: "DB subnet groups",
  DBSubnetQuotaExceededFault: "subnets per DB subnet group",
  TooManyBuckets: "general purpose buckets",
  TooManyHostedZones: "hosted zones",
};

/**
 * What to do about a quota that is used up: its name, as far as AWS says it, and how it is raised. Waiting does not help.
 *
 * @param type the kind of the resource, for example "ec2:vpc"
 */
export function quotaAdvice(error: unknown, type?: string): string {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  // "Cannot exceed quota for RolesPerAccount: 1000" (IAM).
  const what = limited[name] ?? /quota for (\w+)/i.exec(message)?.[1] ?? name;
  const quotas = type === undefined ? undefined : serviceNamed(type.replace(/:.*/, ""))?.quotas;
  const code = type !== undefined && typeof quotas === "function" ? quotas(type) : quotas;
  const list = code === undefined ? "" : ` (aws service-quotas list-service-quotas --service-code ${code})`;
  return `A quota of the account is used up: ${what}. Ask for more in Service Quotas${list}, then run the same command again.`;
}
