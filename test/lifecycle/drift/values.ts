import type { Call } from "../../cloud/cloud.ts";
import type { ByHand } from "./baseline.ts";
import { altered, type Leaf } from "./leaves.ts";

/** Valid values for fields that take only a few, by field. The first that AWS accepts and that differs is taken. */
const choices: readonly (readonly [RegExp, readonly unknown[]])[] = [
  [/^kms CreateKey tags\[\+\]/, [{ TagKey: "owner", TagValue: "someone" }]],
  [/ tags\[\+\]/, [{ Key: "owner", Value: "someone" }]],
  [/ tags\./, ["by hand"]],
  [/\.Statement\[\+\]/, [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }]],
  [
    /^s3 PutBucketPolicy Policy\.Statement\[\]\.Resource/,
    ["arn:aws:s3:::trading-artifacts-dev-us-east-1-123456789012/x"],
  ],
  [/^iam .*\.Statement\[\]\.Effect$/, ["Deny"]],
  [/^ec2 CreateVpc CidrBlock/, ["10.0.0.0/17"]],
  [/^ec2 CreateSubnet CidrBlock/, ["10.0.100.0/24"]],
  [/^ec2 CreateSubnet AvailabilityZone/, ["us-east-1b", "us-east-1a", "us-east-1c"]],
  [/IpProtocol$/, ["udp"]],
  [/CidrIp$/, ["10.0.0.0/8"]],
  [/DestinationCidrBlock$/, ["192.168.0.0/16"]],
  [/ConnectivityType$/, ["private"]],
  [/VpcEndpointType$/, ["Interface"]],
  [/ServiceName$/, ["com.amazonaws.us-east-1.dynamodb"]],
  [/KeySpec$/, ["RSA_2048"]],
  [/KeyUsage$/, ["SIGN_VERIFY"]],
  [/retentionInDays$/, [14]],
  [/SSEAlgorithm$/, ["AES256", "aws:kms:dsse"]],
  [/VersioningConfiguration\.Status$/, ["Suspended"]],
  [/Rules\[\]\.Status$/, ["Disabled"]],
  [/Rules\[\+\]$/, [{ ID: "by hand", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 7 } }]],
  [/Filter\.Prefix$/, ["logs/"]],
  [/KeyAlgorithm$/, ["EC_prime256v1"]],
  [/TransparencyLoggingPreference$/, ["DISABLED"]],
  [/DBParameterGroupFamily$/, ["aurora-mysql5.7"]],
  [/Parameters\.(server_audit_logging|general_log|slow_query_log)$/, ["0"]],
  [/Parameters\.long_query_time$/, ["5"]],
  [/Parameters\.server_audit_events$/, ["CONNECT"]],
  [/Parameters\.require_secure_transport$/, ["OFF"]],
  [/Parameters\.\w+\.ApplyMethod$/, ["pending-reboot"]],
  [/Parameters\[\+\]$/, [{ ParameterName: "max_connections", ParameterValue: "100", ApplyMethod: "immediate" }]],
  [
    /accessLogSettings\/destinationArn$/,
    ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/trading-query-dev"],
  ],
  [/accessLogSettings\/format\.requestId$/, ["$context.extendedRequestId"]],
  // A mapping without a stage leads to all of them.
  [/CreateBasePathMapping stage$/, [undefined]],
  [/ResourceRecords\[\+\]$/, [{ Value: "by.hand.example.com" }, { Value: '"by hand"' }]],
  [/ResourceRecords\[\]\.Value$/, ["by.hand.example.com", '"by hand"']],
  [/ Engine$/, ["aurora-postgresql"]],
  [/ EngineVersion$/, ["8.0.mysql_aurora.3.08.0"]],
  [/MonitoringInterval$/, [60]],
  [/DBInstanceClass$/, ["db.r5.xlarge"]],
  [/ Create.* (DBSubnetGroupName|DBClusterParameterGroupName|DBClusterIdentifier)$/, ["stranger"]],
  [/PreferredBackupWindow$/, ["05:00-05:30"]],
  [/PreferredMaintenanceWindow$/, ["mon:06:00-mon:06:30"]],
  [/BackupRetentionPeriod$/, [2]],
  [/ Runtime$/, ["nodejs22.x"]],
  [/TracingConfig\.Mode$/, ["PassThrough"]],
  [/LogFormat$/, ["JSON"]],
  [/PackageType$/, ["Image"]],
  [/Architectures/, ["arm64"]],
  [/authorizationType$/, ["AWS_IAM", "NONE"]],
  [/integrationHttpMethod$/, ["GET"]],
  [/PutIntegration type$/, ["AWS", "HTTP_PROXY"]],
  [/passthroughBehavior$/, ["NEVER"]],
  [/timeoutInMillis$/, [10_000]],
  [/endpointConfiguration\.types/, ["EDGE"]],
  [/securityPolicy$/, ["TLS_1_0"]],
  [/loglevel$/, ["INFO"]],
  [/metrics\/enabled$/, ["false"]],
  [/(rateLimit|burstLimit)$/, ["10"]],
  [/MaxSessionDuration$/, [7200]],
  [/PolicyArn$/, ["arn:aws:iam::aws:policy/ReadOnlyAccess"]],
  [/ResourceRecordSet\.Name$/, ["_other.api.example.com", "other.example.com"]],
  [/ResourceRecordSet\.Type$/, ["AAAA", "TXT"]],
  [/AliasTarget\.HostedZoneId$/, ["Z2FDTNDATAQYW2"]],
  [/SourceArn$/, ["arn:aws:execute-api:us-east-1:123456789012:a000000001/*/*/*"]],
  [/AddPermission Principal$/, ["events.amazonaws.com"]],
  [/AddPermission Action$/, ["lambda:GetFunction"]],
];

/** What kind of name a text is, so that another of the same kind can stand in for it. */
const kinds: readonly RegExp[] = [
  /^(vpc|subnet|sg|rtb|eipalloc|igw|nat)-[0-9a-f]{17}$/,
  /^arn:aws:(kms|acm|iam|rds|lambda|logs|secretsmanager):[^:]*:\d*:(key|certificate|role|cluster|function|log-group|secret)/,
  /^(a|r|d)\d{9}$/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^\/aws\/(?=lambda|apigateway|rds)/,
  /^arn:aws:apigateway:[^:]*:(lambda):/,
];

const kindOf = (text: string): string | undefined => {
  for (const kind of kinds) {
    const [, ...parts] = kind.exec(text) ?? [];
    if (parts.length > 0) return parts.join(" ");
    if (kind.test(text)) return kind.source;
  }
  return undefined;
};

/** The names that AWS has given out, or was given, by kind; the strangers' come first. */
export type Pool = ReadonlyMap<string, readonly string[]>;

export function poolOf(log: readonly Call[]): Pool {
  const pool = new Map<string, string[]>();
  const gather = (value: unknown): void => {
    if (typeof value === "string") {
      const kind = kindOf(value);
      const known = kind === undefined ? undefined : (pool.get(kind) ?? []);
      if (kind !== undefined && known !== undefined && !known.includes(value)) pool.set(kind, [...known, value]);
    } else if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
      for (const item of Object.values(value)) gather(item);
    }
  };
  for (const { input, output } of log) gather([input, output]);
  return pool;
}

/** Values that someone might set by hand instead of the leaf's own. AWS may refuse some of them. */
export function alternatives({ field, value, change }: Leaf, pool: Pool): readonly unknown[] {
  const chosen = choices.find(([pattern]) => pattern.test(field))?.[1];
  if (change !== "value") {
    if (!Array.isArray(value)) throw new TypeError(`${field} is no list`);
    if (change === "fewer") return [value.some(isName) ? value.filter((tag) => !isName(tag)) : value.slice(0, -1)];
    const added = chosen ?? value.flatMap((item) => (typeof item === "string" ? others(item, pool) : []));
    return added.filter((item) => !value.includes(item)).map((item) => [...value, item]);
  }
  if (chosen !== undefined) return chosen.filter((item) => item !== value);
  if (typeof value === "number") return [value + 1, value - 1];
  if (typeof value === "boolean") return [!value];
  return typeof value === "string" ? others(value, pool) : [];
}

function others(text: string, pool: Pool): readonly string[] {
  const kind = kindOf(text);
  return kind === undefined ? [`${text}x`] : (pool.get(kind) ?? []).filter((other) => other !== text);
}

const isName = (tag: unknown) => typeof tag === "object" && tag !== null && Object.values(tag).includes("Name");

/** Calls that set everything again whenever they are sent. */
const putAgain = /^(PutBucket\w+|PutRolePolicy|PutIntegration)$/;

type Again = (input: object, leaf: Leaf) => readonly [operation: string, input: object] | undefined;

/** How someone changes by hand, after `up`, what calls in between rely on, or what AWS takes only once. */
const afterwards: Readonly<Record<string, Again>> = {
  CreateRole: (input, { path }) =>
    path[0] === "AssumeRolePolicyDocument"
      ? [
          "UpdateAssumeRolePolicy",
          { RoleName: Reflect.get(input, "RoleName"), PolicyDocument: Reflect.get(input, "AssumeRolePolicyDocument") },
        ]
      : undefined,
  ChangeResourceRecordSets: (input) => [
    "ChangeResourceRecordSets",
    JSON.parse(JSON.stringify(input).replaceAll('"Action":"CREATE"', '"Action":"UPSERT"')),
  ],
  CreateDBSubnetGroup: (input, { path }) =>
    path[0] === "SubnetIds" ? ["ModifyDBSubnetGroup", { ...input, Tags: undefined }] : undefined,
};

/** The ways in which someone could have set a leaf to another value: after tap, or in tap's place. */
export function byHand(leaf: Leaf, value: unknown): ByHand[] {
  const { call } = leaf;
  const input = altered(leaf, value);
  const again = putAgain.test(call.operation)
    ? ([call.operation, input] as const)
    : afterwards[call.operation]?.(input, leaf);
  return [...(again ? [{ call, input: again[1], afterwards: again[0] }] : []), { call, input }];
}
