import type { Leaf } from "./leaves.ts";

/** What `status` and `up` make of a changed leaf, where it is not "named by its own row, and repaired". */
export type Expectation =
  /** No property: it is not changed. */
  | { readonly is: "no property" }
  /** AWS takes no other value; that is tried. */
  | { readonly is: "refused" }
  /** Nobody's business but AWS's or someone else's. */
  | { readonly is: "in sync" }
  /** Whose it is is no longer certain: blocked for this reason, and `up` does nothing. */
  | { readonly is: "blocked"; readonly reason: RegExp; readonly also?: RegExp }
  /** Named, but `up` cannot repair it while something uses it, and ends with this reason. */
  | { readonly is: "held"; readonly reason: RegExp }
  | Repaired;

/** Named and repaired, but not as plainly as others. */
interface Repaired {
  readonly is: "repaired";
  /** Other rows that show it, too. */
  readonly also?: RegExp;
  /** Nodes that follow suit. */
  readonly follows?: RegExp;
  /** A changed name is two changes: one too few and one too many. */
  readonly changes?: 2;
  /** The report tells it otherwise than by the leaf's own value. */
  readonly told?: "by the path" | "otherwise";
  /** What stays different. */
  readonly differs?: RegExp;
}

/** One row of the table. */
interface Exception {
  /** Fields, with their node and value: "ec2 CreateVpc CidrBlock @network/vpc = 10.0.0.0/16". */
  readonly fields: RegExp;
  readonly reason: string;
  readonly expect: Expectation;
}

const noProperty = { is: "no property" } as const;
const refused = { is: "refused" } as const;
const inSync = { is: "in sync" } as const;

/** Every field that is not simply named and repaired, with the reason. The first that matches counts. */
export const exceptions: readonly Exception[] = [
  {
    fields: /ClientToken|IdempotencyToken|CallerReference/,
    reason: "a token, which AWS compares once, when the call is repeated",
    expect: noProperty,
  },
  {
    fields:
      /TagSpecifications|\.op @|patchOperations\[\+\]|(IpPermissions|IpRanges|UserIdGroupPairs|Changes|types|Architectures|Configuration\.Rules)\[[+-]\](?<!LifecycleConfiguration.*)|Changes\[\]\.Action|Payload|ResourceType/,
    reason: "the form of a call that has one element for one resource",
    expect: noProperty,
  },
  {
    fields:
      /(restApiId|resourceId|parentId|pathPart|httpMethod|stageName|domainName|basePath|logGroupName|RoleName|FunctionName|StatementId|AliasName|Bucket|ResourceId|ResourceName|InternetGatewayId|DomainName|(?<!AliasTarget\.)HostedZoneId| KeyId|SecurityGroupRuleIds.*) @(?<!Mapping restApiId @)|(Attach|Revoke|Modify)\w+ (VpcId|SubnetId|GroupId|\w+GroupName) @|CreateRoute RouteTableId|CreateDBCluster DBClusterIdentifier|DBInstanceIdentifier|CreateDBSubnetGroup DBSubnetGroupName|CreateDBClusterParameterGroup \w+GroupName|(Secret|Zone) Name|ResourceRecordSet\.(Name|Type)/,
    reason: "which resource the call is for: another name or id is another resource",
    expect: noProperty,
  },
  {
    fields: /s3 PutObject|CreateFunction Code\./,
    reason: "the code's way into the function, which reports the code's hash; the bucket expires the ZIP",
    expect: noProperty,
  },
  {
    fields: /(Description|Document\S*|MaxSessionDuration|tags\.(Project|Name)|tags\[-\]) @api\/account-role/,
    reason: "one role for the whole account: made when absent, never changed, no environment's",
    expect: inSync,
  },
  {
    fields: /@api\/account(-role)? =/,
    reason: "of the role and the setting for the whole account, no environment has a row",
    expect: noProperty,
  },
  { fields: / tags\[\+\]/, reason: "tags that others have added are theirs", expect: inSync },
  { fields: /ApplyMethod/, reason: "when a parameter takes effect, not what it is", expect: inSync },
  { fields: /PrivateZone/, reason: "a private zone is another zone, with a VPC; not modelled", expect: inSync },
  {
    fields:
      /VpcId|CreateRoute GatewayId|DBParameterGroupFamily|CreateDBCluster (Engine|StorageEncrypted) |CreateDBInstance Engine/,
    reason: "later calls need it as it is: in one network, of one engine, with one key",
    expect: refused,
  },
  {
    fields:
      /SubnetGroup SubnetIds\[-\]|SecurityGroupIds\[-\] @functions|PutBucketPolicy Policy\.Statement\[-\]|LogsExports\[(\+?)\]|ResourceRecords\[-\]/,
    reason: "the list is as short as AWS takes it, or holds all that there is",
    expect: refused,
  },
  {
    fields:
      /ValidationMethod|AllocateAddress Domain|ConnectivityType|VpcEndpointType|KeySpec|KeyUsage|PackageType|ManageMasterUserPassword|MonitoringInterval|PutIntegration type|CreateDomainName endpointConfiguration|AliasTarget\.(HostedZoneId|DNSName)/,
    reason: "the in-memory AWS models only the value that the platform uses",
    expect: refused,
  },
  {
    fields: /KeyAlgorithm/,
    reason: "only another certificate can have it: that is made, the domain moves to it, and the first one is removed",
    expect: {
      is: "repaired",
      follows: /^(domain\/domain-name|certificate\/certificate#.*|a left-over)$/,
      differs: /^acm:certificate\//,
    },
  },
  {
    fields: /CreateDBSubnetGroup SubnetIds\[\]/,
    reason: "a database instance stands in the other subnet and would have to go first",
    expect: { is: "held", reason: /already in use/ },
  },
  {
    fields: /AuthorizeSecurityGroup\w+ tags\.(ManagedBy|Environment|tap:id)/,
    reason: "a rule without our tags may be someone else's, and is one too many in our group",
    expect: { is: "blocked", reason: /its tag (ManagedBy|Environment|tap:id) is by hand/, also: /^security-groups\// },
  },
  {
    fields: /^(?!route53|apigateway CreateStage).* tags\.(ManagedBy|Environment|tap:id)/,
    reason: "without our tags it may be someone else's; a zone and a stage are ours by other signs",
    expect: { is: "blocked", reason: /its tag (ManagedBy|Environment|tap:id) is by hand/ },
  },
  {
    fields: /ChangeTagsForResource tags\.tap:id/,
    reason: "the same zone is listed once more, as a left-over",
    expect: { is: "repaired", also: /^by hand/ },
  },
  {
    fields: /TargetKeyId @encryption\/alias/,
    reason: "an alias is ours when its key is",
    expect: { is: "blocked", reason: /points at key/ },
  },
  {
    fields: /TargetKeyId @encryption\/region-alias/,
    reason: "the region's alias is left to whoever holds it",
    expect: inSync,
  },
  {
    fields: /Value @dns\/address = "tap\//,
    reason: "in a zone of someone else's, the record beside ours says whose ours is",
    expect: { is: "blocked", reason: /says "by hand"/ },
  },
  {
    fields: /Value @dns\/validation = "tap\//,
    reason: "the proof of our certificate is ours whatever the record beside it says",
    expect: { is: "repaired", told: "otherwise" },
  },
  {
    fields: /CreateDBCluster Port/,
    reason: "the functions are told the port that the cluster has",
    expect: { is: "repaired", also: /^functions\// },
  },
  {
    fields: /CreateDBCluster DBClusterParameterGroupName/,
    reason: "instances take to a parameter group when they are restarted, which up leaves to people",
    expect: { is: "repaired", differs: /"needsReboot":true/ },
  },
  {
    fields: /CreateDBInstance DBClusterIdentifier/,
    reason: "who writes, and in which zone an instance stands, follows from the order in which instances come",
    expect: { is: "repaired", differs: /^rds:(cluster|db)\// },
  },
  {
    fields: /CreateDeployment description/,
    reason: "a deployment cannot be changed: another is made, and the stage follows",
    expect: { is: "repaired", follows: /^api\/stage$/ },
  },
  {
    fields: /CreateNatGateway (SubnetId|AllocationId)/,
    reason: "the routes follow the gateway that is made anew",
    expect: { is: "repaired", follows: /^network\/private-routes/ },
  },
  {
    fields: /Rules\[\]\.ID|DestinationCidrBlock/,
    reason: "a name is what it is known by: one is missing, another is one too many",
    expect: { is: "repaired", changes: 2, told: "by the path" },
  },
  {
    fields: /PutRolePolicy PolicyName/,
    reason: "another name is one policy more",
    expect: { is: "repaired", told: "otherwise" },
  },
  {
    fields: /AssociateRouteTable RouteTableId/,
    reason: "an association is told by its subnet",
    expect: { is: "repaired", told: "otherwise" },
  },
];

/** The exception for a leaf, if there is one. */
export const exceptionOf = (leaf: Leaf): Exception | undefined =>
  exceptions.find(({ fields }) => fields.test(`${leaf.field} @${leaf.owner} = ${leaf.value}`));

/**
 * What AWS cannot change in place, and whether `up` refuses or makes the resource anew: all of it, so that nothing gets
 * onto the list by mistake.
 */
export const replacements: readonly string[] = [
  "acm:certificate.keyAlgorithm remade",
  "ec2:gateway-endpoint.serviceName remade",
  "ec2:nat-gateway.allocationId remade",
  "ec2:nat-gateway.subnetId remade",
  "ec2:security-group-rule.groupId remade",
  "ec2:security-group.description refused",
  "ec2:security-group.name refused",
  "ec2:subnet.cidr refused",
  "ec2:subnet.zone refused",
  "ec2:vpc.cidr refused",
  "lambda:function.architecture refused",
  "lambda:permission.action remade",
  "lambda:permission.condition remade",
  "lambda:permission.principal remade",
  "rds:cluster-parameter-group.description refused",
  "rds:cluster.databaseName refused",
  "rds:cluster.kmsKeyArn refused",
  "rds:cluster.masterSecretKmsKeyArn refused",
  "rds:cluster.masterUsername refused",
  "rds:cluster.subnetGroupName refused",
  "rds:instance.clusterIdentifier remade",
];
