import { parseS3Location } from "../config/location.ts";
import {
  accessLogGroup,
  bucketName,
  executionLogGroup,
  functionLogGroup,
  keyAlias,
  name,
  regionAlias,
} from "../config/names.ts";
import type { Settings } from "../config/settings.ts";

/** The environment that a policy is for. Without an account, any account's resources of these names are meant. */
export type Subject = Pick<Settings, "environment" | "region" | "account" | "domain" | "state">;

/** IAM's condition block: keys with their values, by operator. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What a statement is about. Its key in `scopes` becomes the statement's id. */
export interface Scope {
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

/** The id of a statement. */
export type Sid = keyof ReturnType<typeof scopes>;

/** Creating calls whose new resources EC2 tags within the same call (EC2 user guide, "Grant permission to tag"). */
const tagged = [
  "AllocateAddress",
  "AuthorizeSecurityGroupEgress",
  "AuthorizeSecurityGroupIngress",
  "CreateInternetGateway",
  "CreateNatGateway",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateVpc",
  "CreateVpcEndpoint",
] as const;

/** The role that all environments of an account share, for the logs of API Gateway (steps/api.ts). */
const logRole = "trading-apigateway-logs";

const both = (...all: readonly Condition[]): Condition => {
  const operators = new Set(all.flatMap((condition) => Object.keys(condition)));
  return Object.fromEntries(
    [...operators].map((operator) => [operator, Object.assign({}, ...all.map((condition) => condition[operator]))]),
  );
};

/**
 * Everything that the deployer of an environment touches: by exact name where the name is ours to choose, by tag where
 * AWS chooses an id. A name pattern that covers `dev` must not cover `dev-2` or `my-dev`, so wildcards stand only where
 * AWS adds characters. What an environment does not have is `undefined`.
 */
export function scopes({ environment, region, account, domain, state }: Subject) {
  const named = (type: string) => name(type, environment);
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account ?? "*"}:${resource}`;
  const global = (service: string, resource: string) => `arn:aws:${service}::${account ?? "*"}:${resource}`;
  const api = (path: string) => `arn:aws:apigateway:${region}::${path}`;
  const tags = (of: "RequestTag" | "ResourceTag", whose = environment) => ({
    [`aws:${of}/ManagedBy`]: "tap",
    [`aws:${of}/Environment`]: whose,
  });
  const ours = { StringEquals: tags("ResourceTag") };
  const asOurs = { StringEquals: tags("RequestTag") };
  // Tagging a new resource and tagging one again are the same action: neither may take another environment's.
  const notOthers = { StringEqualsIfExists: tags("ResourceTag") };
  const inRegion = { StringEquals: { "aws:RequestedRegion": region } };

  // A policy variable may stand after the fifth colon of an ARN only (IAM user guide, "Policy variables").
  const bucket = `arn:aws:s3:::${bucketName(environment, region, account ?? "$" + "{aws:PrincipalAccount}")}`;
  const functionNames = ["processor", "query", "migrate"].map(named);
  const functions = functionNames.map((each) => arn("lambda", `function:${each}`));
  const roles = functionNames.map((each) => global("iam", `role/${each}`));
  const sharedRole = global("iam", `role/${logRole}`);
  // CloudWatch Logs names a group with `:*` for most actions and without for tags (CloudWatch Logs user guide,
  // "Overview of managing access", log group ARNs).
  const logGroups = [
    ...[...functionNames.map(functionLogGroup), accessLogGroup(environment), executionLogGroup("*", environment)]
      .flatMap((group) => [group, `${group}:*`])
      .map((group) => arn("logs", `log-group:${group}`)),
    arn("logs", `log-group:/aws/rds/cluster/${named("cluster")}/*`),
  ];
  const database = [
    `cluster:${named("cluster")}`,
    `cluster-pg:${named("cluster-parameters")}`,
    `subgrp:${named("subnet-group")}`,
    `db:${named("writer")}`,
    // Up to 15 readers, also those that the settings have no more.
    `db:${named("reader-?")}`,
    `db:${named("reader-??")}`,
  ].map((resource) => arn("rds", resource));
  const zone = `arn:aws:route53:::hostedzone/${domain?.hostedZoneId ?? "*"}`;
  const zoneIsOurs = domain !== undefined && domain.hostedZoneId === undefined;
  const stored = state === undefined ? undefined : parseS3Location(state);
  const storedIn = stored && `arn:aws:s3:::${stored.bucket}`;
  const storedAs = stored && `${storedIn}/${stored.prefix === "" ? "" : `${stored.prefix}/`}${environment}`;

  return {
    /** Lists, and what is looked up before it is known whether it is there and whose it is. */
    Look: { resources: ["*"], condition: inRegion },
    LookAtCertificates: domain && { resources: ["*"], condition: inRegion },
    LookAtZones: { resources: ["*"] },

    NetworkOurs: { resources: [arn("ec2", "*")], condition: ours },
    // Three, since a statement with the tags of the request must not name what its calls only use: a VPC, a subnet.
    NewInRegion: {
      resources: ["vpc/*", "internet-gateway/*", "elastic-ip/*", "security-group-rule/*"].map((r) => arn("ec2", r)),
      condition: asOurs,
    },
    NewInVpc: {
      resources: ["subnet/*", "route-table/*", "security-group/*"].map((r) => arn("ec2", r)),
      condition: asOurs,
    },
    NewGateways: { resources: ["natgateway/*", "vpc-endpoint/*"].map((r) => arn("ec2", r)), condition: asOurs },
    TagNewInNetwork: {
      resources: [arn("ec2", "*")],
      condition: both(asOurs, { StringEquals: { "ec2:CreateAction": tagged } }),
    },
    TagNetworkAgain: { resources: [arn("ec2", "*")], condition: both(asOurs, ours) },
    // AWS tags neither a VPC's default group nor Lambda's interfaces, and their ids are not known beforehand.
    NetworkOfAws: {
      resources: ["security-group/*", "network-interface/*"].map((r) => arn("ec2", r)),
      condition: { Null: { "aws:ResourceTag/ManagedBy": "true" } },
    },
    // Where someone has tied something of theirs to ours, or ours to theirs: one end is anybody's, and since EC2 asks
    // about every resource that a call is about, the other end has to be ours.
    StrangersSubnet: { resources: [arn("ec2", "subnet/*")] },
    StrangersTable: { resources: [arn("ec2", "route-table/*")] },
    StrangersVpc: { resources: [arn("ec2", "vpc/*")] },

    NewKey: { resources: ["*"], condition: both(asOurs, inRegion) },
    TagKey: { resources: [arn("kms", "key/*")], condition: both(asOurs, notOthers) },
    Key: { resources: [arn("kms", "key/*")], condition: ours },
    KeyAliases: { resources: [keyAlias(environment, region), regionAlias(region)].map((alias) => arn("kms", alias)) },
    KeyThroughServices: {
      resources: [arn("kms", "key/*")],
      condition: both(
        ours,
        {
          StringEquals: {
            "kms:ViaService": ["lambda", "rds", "s3", "secretsmanager"].map((s) => `${s}.${region}.amazonaws.com`),
          },
        },
        { BoolIfExists: { "kms:GrantIsForAWSResource": "true" } },
      ),
    },

    NewBucket: { resources: [bucket], condition: asOurs },
    Bucket: { resources: [bucket, `${bucket}/*`] },

    NewLogGroups: { resources: logGroups, condition: asOurs },
    LogGroups: { resources: logGroups },

    NewDatabase: {
      resources: [...database, arn("rds", "og:default*"), arn("rds", "pg:default*")],
      condition: asOurs,
    },
    Database: { resources: database },
    // Sixteen characters (src/resources/rds/cluster.ts): `*` would cover the snapshots of dev-2, too.
    FinalSnapshot: { resources: [arn("rds", `cluster-snapshot:${named("final")}-${"?".repeat(16)}`)] },
    Snapshots: { resources: [arn("rds", "cluster-snapshot:*")], condition: ours },
    RetainedBackups: { resources: [arn("rds", "cluster-auto-backup:*")], condition: notOthers },
    MasterSecret: { resources: [arn("secretsmanager", "secret:rds!cluster-*")] },

    // Secrets Manager adds a hyphen and six characters.
    NewSecret: { resources: [arn("secretsmanager", `secret:${named("database-user")}-??????`)], condition: asOurs },
    Secret: { resources: [arn("secretsmanager", `secret:${named("database-user")}-??????`)] },

    NewRoles: { resources: roles, condition: asOurs },
    Roles: { resources: roles },
    LookAtRoles: { resources: [...roles, sharedRole] },
    NewSharedRole: { resources: [sharedRole], condition: { StringEquals: tags("RequestTag", "shared") } },
    SharedRolePolicy: {
      resources: [sharedRole],
      condition: {
        ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs" },
      },
    },
    PassToLambda: {
      resources: roles,
      condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    },
    PassToApiGateway: {
      resources: [sharedRole],
      condition: { StringEquals: { "iam:PassedToService": "apigateway.amazonaws.com" } },
    },
    ServiceLinkedRoles: {
      resources: [
        "rds.amazonaws.com/AWSServiceRoleForRDS",
        "ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway",
      ].map((role) => global("iam", `role/aws-service-role/${role}`)),
      condition: { StringEquals: { "iam:AWSServiceName": ["rds.amazonaws.com", "ops.apigateway.amazonaws.com"] } },
    },

    NewFunctions: { resources: functions, condition: asOurs },
    Functions: { resources: functions },
    FunctionsForApi: {
      resources: functions.slice(0, 2),
      condition: { StringEquals: { "lambda:Principal": "apigateway.amazonaws.com" } },
    },
    Migration: { resources: [arn("lambda", `function:${named("migrate")}`)] },

    LookAtApis: {
      resources: ["/account", "/restapis", "/restapis/*", "/domainnames"]
        .concat(domain === undefined ? [] : [`/domainnames/${domain.name}/basepathmappings`])
        .map(api),
    },
    NewApi: { resources: ["/restapis", ...(domain ? ["/domainnames"] : [])].map(api), condition: asOurs },
    // The parts of an API have its tags (API Gateway developer guide, "Tag inheritance"). A stage has tags of its own,
    // too, which come first: where someone has made them somebody else's, IAM refuses what tap would repair.
    Api: { resources: [api("/restapis/*")], condition: ours },
    ApiDomain: domain && {
      resources: [api(`/domainnames/${domain.name}`), api(`/domainnames/${domain.name}/*`)],
      condition: ours,
    },
    // Tagging takes PATCH on the tagged thing, too, which has to be ours.
    ApiTags: { resources: [api("/tags/*")] },
    ApiAccount: { resources: [api("/account")] },

    NewCertificate: domain && {
      resources: ["*"],
      condition: both(asOurs, inRegion, { "ForAllValues:StringEquals": { "acm:DomainNames": domain.name } }),
    },
    TagCertificate: domain && { resources: [arn("acm", "certificate/*")], condition: both(asOurs, notOthers) },
    Certificate: domain && { resources: [arn("acm", "certificate/*")], condition: ours },

    NewZone: zoneIsOurs ? { resources: ["*"] } : undefined,
    // Route 53 knows no condition on a zone's tags.
    Zone: domain && { resources: [zone] },
    OwnZone: zoneIsOurs ? { resources: [zone] } : undefined,
    ZoneRecords: domain && {
      resources: [zone],
      condition: {
        "ForAllValues:StringLike": {
          // The second covers ACM's label and, in a zone of someone else's, our ownership records.
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain.name, `_*.${domain.name}`],
        },
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME", zoneIsOurs ? "AAAA" : "TXT"],
        },
      },
    },

    StateBucket: storedIn === undefined ? undefined : { resources: [storedIn] },
    StateObjects: storedAs === undefined ? undefined : { resources: [`${storedAs}.json`, `${storedAs}.lock`] },
  } satisfies Record<string, Scope | undefined>;
}
