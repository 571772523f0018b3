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

/** Where Service Quotas lists the quotas of a service (its service codes), by the first part of a kind's type. */
const serviceCodes: Readonly<Record<string, string>> = {
  kms: "kms",
  s3: "s3",
  iam: "iam",
  rds: "rds",
  logs: "logs",
  lambda: "lambda",
  apigateway: "apigateway",
  acm: "acm",
  route53: "route53",
  secrets: "secretsmanager",
};

/** Of what belongs to EC2's API, Service Quotas lists only the addresses there, and the rest under "vpc". */
const serviceCode = (type: string): string | undefined =>
  type.startsWith("ec2:") ? (type === "ec2:elastic-ip" ? "ec2" : "vpc") : serviceCodes[type.replace(/:.*/, "")];

/**
 * What to do about a quota that is used up: its name, as far as AWS says it, and how it is raised. Waiting does not help.
 *
 * @param type the kind of the resource, for example "ec2:vpc"
 */
export function quotaAdvice(error: unknown, type?: string): string {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  // "Cannot exceed quota for RolesPerAccount: 1000" (IAM).
  const what = limited[name] ?? /quota for (\w+)/i.exec(message)?.[1] ?? name;
  const service = type === undefined ? undefined : serviceCode(type);
  const list = service === undefined ? "" : ` (aws service-quotas list-service-quotas --service-code ${service})`;
  return `A quota of the account is used up: ${what}. Ask for more in Service Quotas${list}, then run the same command again.`;
}
