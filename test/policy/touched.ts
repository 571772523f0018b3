import type { Call, Cloud } from "../cloud/cloud.ts";

type Plain = Readonly<Record<string, unknown>>;

/** A value as an object; an empty one if it is none. */
export const objectOf = (value: unknown): Plain =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** A text, or the texts of a list. */
export const stringsIn = (value: unknown): string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(stringsIn) : [];

const listOf = (value: unknown): readonly Plain[] => (Array.isArray(value) ? value.map(objectOf) : []);

/** Tags as all services spell them. */
export function tagsIn(input: object): Record<string, string> {
  const { Tags, tags, AddTags, TagSpecifications, CreateBucketConfiguration, Tagging } = objectOf(input);
  const places = [Tags, tags, AddTags, objectOf(CreateBucketConfiguration)["Tags"], objectOf(Tagging)["TagSet"]];
  const found: Record<string, string> = {};
  for (const place of [...places, ...listOf(TagSpecifications).map((s) => s["Tags"])]) {
    const pairs = Array.isArray(place)
      ? listOf(place).map((tag) => [tag["Key"] ?? tag["TagKey"], tag["Value"] ?? tag["TagValue"]])
      : Object.entries(objectOf(place));
    for (const [name, value] of pairs) found[String(name)] = String(value);
  }
  return found;
}

/** The ARNs of everything that a call names, makes or changes, in its own service. */
export function arnsOf({ service, operation, input }: Readonly<Call>, cloud: Cloud): string[] {
  const given = objectOf(input);
  const arn = (of: string, resource: string) =>
    resource.startsWith("arn:") ? resource : cloud.arn(of, resource, of === "iam" ? "" : cloud.region);
  const each = (field: string, make: (text: string) => string | readonly string[]) =>
    stringsIn(given[field]).flatMap(make);
  switch (service) {
    case "ec2":
      return [
        ...Object.values(given).flatMap(stringsIn),
        ...listOf(given["SecurityGroupRules"]).flatMap((rule) => stringsIn(rule["SecurityGroupRuleId"])),
      ]
        .flatMap((id) => network(cloud, id))
        .concat(listOf(given["TagSpecifications"]).map((s) => `${String(s["ResourceType"])}/*`))
        .map((resource) => arn("ec2", resource));
    case "kms":
      return operation === "CreateKey"
        ? [arn("kms", "key/new")]
        : [
            ...each("KeyId", (key) => keyArn(cloud, key)),
            ...each("TargetKeyId", (key) => keyArn(cloud, key)),
            ...each("AliasName", (alias) => [arn("kms", alias), ...keyArn(cloud, alias)]),
          ];
    case "s3": {
      const bucket = `arn:aws:s3:::${String(given["Bucket"])}`;
      const keys = [...stringsIn(given["Key"]), ...listOf(objectOf(given["Delete"])["Objects"]).map((o) => o["Key"])];
      return [bucket, ...keys.map((key) => `${bucket}/${String(key)}`)];
    }
    case "logs":
      return [
        ...each("logGroupName", (name) => {
          const group = arn("logs", `log-group:${name}`);
          return [group, `${group}:*`];
        }),
        ...stringsIn(given["resourceArn"]),
      ];
    case "rds":
      return [...database(given), ...defaults(operation)]
        .map((resource) => arn("rds", resource))
        .concat(stringsIn(given["ResourceName"]));
    case "secretsmanager":
      return [
        ...each("SecretId", (id) => secretArn(cloud, id)),
        ...(operation === "CreateSecret" ? each("Name", (name) => arn("secretsmanager", `secret:${name}-AbCdEf`)) : []),
      ];
    case "iam":
      return each("RoleName", (role) => arn("iam", `role/${role}`));
    case "lambda":
      return [...each("FunctionName", (name) => arn("lambda", `function:${name}`)), ...stringsIn(given["Resource"])];
    case "acm":
      return operation === "RequestCertificate" ? [arn("acm", "certificate/new")] : stringsIn(given["CertificateArn"]);
    case "route53":
      return ["Id", "HostedZoneId", "ResourceId"].flatMap((field) =>
        each(field, (id) => `arn:aws:route53:::hostedzone/${id.replace(/^\/?hostedzone\//, "")}`),
      );
    default:
      return [];
  }
}

const networkTypes: Readonly<Record<string, string>> = {
  vpc: "vpc",
  subnet: "subnet",
  igw: "internet-gateway",
  nat: "natgateway",
  rtb: "route-table",
  sg: "security-group",
  sgr: "security-group-rule",
  eipalloc: "elastic-ip",
  eni: "network-interface",
  vpce: "vpc-endpoint",
};

/** What an EC2 id stands for; of an association, both of its ends. */
function network(cloud: Cloud, id: string): string[] {
  const [, prefix = ""] = /^([a-z]+)-[0-9a-f]+$/.exec(id) ?? [];
  const type = networkTypes[prefix];
  if (type !== undefined) return [`${type}/${id}`];
  if (prefix !== "rtbassoc") return [];
  for (const table of cloud.services.ec2.store.routeTables.values()) {
    const association = table.associations.find((a) => a.id === id);
    if (association !== undefined) return [`route-table/${table.id}`, `subnet/${association.subnetId}`];
  }
  return [];
}

/** A key by id, ARN or alias; nothing for an alias that is not there. */
function keyArn(cloud: Cloud, reference: string): string[] {
  if (reference.startsWith("arn:")) return [reference];
  if (!reference.startsWith("alias/")) return [cloud.arn("kms", `key/${reference}`)];
  const alias = [...cloud.resources()].find(({ service, key }) => service === "kms" && key === reference);
  return stringsIn(objectOf(alias?.state)["keyId"]).map((id) => cloud.arn("kms", `key/${id}`));
}

/** A secret by ARN or name. One that is not there has no ARN, only the name that was asked for. */
function secretArn(cloud: Cloud, id: string): string {
  if (id.startsWith("arn:")) return id;
  const pattern = new RegExp(`:secret:${id}-\\w{6}$`);
  const found = [...cloud.resources()].find(({ arn }) => arn !== undefined && pattern.test(arn));
  return found?.arn ?? cloud.arn("secretsmanager", `secret:${id}`);
}

const databaseTypes: Readonly<Record<string, string>> = {
  DBClusterIdentifier: "cluster",
  DBInstanceIdentifier: "db",
  DBSubnetGroupName: "subgrp",
  DBClusterParameterGroupName: "cluster-pg",
  SnapshotIdentifier: "cluster-snapshot",
  DBClusterSnapshotIdentifier: "cluster-snapshot",
  FinalDBSnapshotIdentifier: "cluster-snapshot",
};

const database = (given: Plain): string[] => [
  ...Object.entries(databaseTypes).flatMap(([field, type]) => stringsIn(given[field]).map((name) => `${type}:${name}`)),
  ...stringsIn(given["DbClusterResourceId"]).map(
    (id) => `cluster-auto-backup:ab-${id.slice("cluster-".length).toLowerCase()}`,
  ),
];

/** Where a create call names none, AWS takes its default groups. */
const defaults = (operation: string): string[] =>
  /^(CreateDBCluster|RestoreDBClusterFromSnapshot)$/.test(operation)
    ? ["og:default:aurora-mysql-8-0"]
    : operation === "CreateDBInstance"
      ? ["og:default:aurora-mysql-8-0", "pg:default.aurora-mysql8.0"]
      : [];
