import * as z from "zod";
import { parseCidr } from "./cidr.ts";
import { parseS3Location, S3_LOCATION } from "./location.ts";
import { isReservedWord, isSystemSchema } from "./mysql-words.ts";
import { PRESETS } from "./presets.ts";
import { REGION_LIST, REGIONS, type RegionName } from "./regions.ts";
import { suffixExpectation } from "./suffix.ts";

/** In an `unrecognized_keys` issue, the message is the list of the known keys, separated by this. */
export const KEY_SEPARATOR = ", ";

/** A mapping in which every key is optional and no other key is allowed. */
function block<const Shape extends z.core.$ZodShape>(shape: Shape) {
  const known = Object.keys(shape).join(KEY_SEPARATOR);
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? known : "a mapping") });
}

function whole(min: number, max: number) {
  const error = max === Number.MAX_SAFE_INTEGER ? "a positive whole number" : `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error }).exactOptional();
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `one of ${values.join(", ")}` }).exactOptional();
}

function text(pattern: RegExp, error: string) {
  return z.string({ error }).regex(pattern, { error }).exactOptional();
}

function checkedText(test: (value: string) => boolean, error: string) {
  return z.string({ error }).refine(test, { error }).exactOptional();
}

const positive = () => whole(1, Number.MAX_SAFE_INTEGER);

const cidr = (what: string) =>
  checkedText((value) => {
    const range = parseCidr(value);
    return range !== undefined && range.bits >= 16 && range.bits <= 28;
  }, `${what}: an IPv4 range of size /16 to /28 with no host bits set, such as 10.0.0.0/16`);

const subnets = () => {
  const subnet = () =>
    block({
      /** Availability zone. */
      zone: text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "an availability zone such as us-east-1a"),
      cidr: cidr("the subnet's addresses"),
    });
  return z.tuple([subnet(), subnet()], { error: "a list of two subnets" }).exactOptional();
};

/** RFC 1123 host name of at least two labels, lower case, without a trailing dot. */
function isHostName(value: string): boolean {
  return value.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value);
}

/** The first name of a certificate is its common name, which has at most 64 characters (ACM, RequestCertificate: DomainName). */
const MOST_OF_CERTIFICATE = 64;

const hostName = () =>
  checkedText(isHostName, "a host name such as api.example.com, in lower case and without a dot at the end");

/** Source: CloudWatch Logs PutRetentionPolicy, retentionInDays. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

// Object.keys() is typed string[]; REGIONS is a literal that always has these keys, at least one.
const regionNames = Object.keys(REGIONS) as [RegionName, ...RegionName[]];

/**
 * What a settings file may say about an environment: any part of the settings. Each message completes the sentence
 * "expected …".
 */
export const overridesSchema = block({
  preset: oneOf(PRESETS),
  region: z.enum(regionNames, { error: `one of ${REGION_LIST}` }).exactOptional(),
  /** Twelve digits. A guard: tap stops when the credentials belong to another account. */
  account: text(/^\d{12}$/, "an account id: 12 digits in quotes"),
  /** Profile of the AWS configuration files that the credentials come from. */
  profile: text(/^\S(.*\S)?$/, "the name of a profile"),
  /** Role to assume with those credentials. */
  roleArn: text(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    "a role such as arn:aws:iam::123456789012:role/name",
  ),
  /** Where its state is kept in S3, to be shared: `s3://bucket/prefix`. Absent: in the project's folder. */
  state: checkedText((value) => parseS3Location(value) !== undefined, S3_LOCATION),
  /** Findings that are known: `tap status` counts them no more, until their value changes. */
  accept: z
    .array(
      block({
        resource: z.string({ error: "the resource's id, such as functions/processor" }),
        finding: z.string({ error: "the finding's path, as status names it" }),
        value: z.json({ error: "the value that is accepted, as status --json shows it" }),
        reason: z.string({ error: "why it is accepted" }).min(1, { error: "why it is accepted" }),
      }),
      { error: "a list of findings" },
    )
    .exactOptional(),
  /** What `down` does with data: "preserve" keeps database, objects, logs, zone and key. */
  data: oneOf(["discard", "preserve"]),
  /** Of every role of the environment; not of the log role, which all environments of the account share. */
  iam: block({
    /** The policy beyond which no role can go. IAM CreateRole: PermissionsBoundary. */
    permissionsBoundary: text(
      /^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/,
      "a policy such as arn:aws:iam::123456789012:policy/boundary",
    ),
    // IAM CreateRole: Path, which also allows most other printable characters; these need no quoting anywhere.
    path: text(/^\/([\w+=,.@-]+\/)+$/, "a path such as /trading/").refine((path) => path.length <= 512, {
      error: "a path of at most 512 characters",
    }),
  }).exactOptional(),
  network: block({
    cidr: cidr("the VPC's addresses"),
    publicSubnets: subnets(),
    /** Each lies in the zone of the public subnet at the same place. */
    privateSubnets: subnets(),
    /** One for both zones, or one per zone. */
    natGateways: z.literal([1, 2], { error: "1 or 2" }).exactOptional(),
  }).exactOptional(),
  /** `deletionWindowDays`: days between scheduling the key's deletion and its end. */
  encryption: block({ deletionWindowDays: whole(7, 30) }).exactOptional(),
  artifacts: block({ expireDays: positive() }).exactOptional(),
  logs: block({
    retentionDays: z
      .literal(RETENTION_DAYS, { error: `a number of days that CloudWatch Logs offers: ${RETENTION_DAYS.join(", ")}` })
      .exactOptional(),
  }).exactOptional(),
  database: block({
    /** "lts": the newest LTS line that the region offers; or one version, for example 8.0.mysql_aurora.3.10.0. */
    engineVersion: text(
      /^(lts|\d+\.\d+\.mysql_aurora\.\d+\.\d+\.\d+)$/,
      '"lts", or a version such as 8.0.mysql_aurora.3.10.0',
    ),
    instanceClass: text(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, "an instance class such as db.r5.large"),
    /** Instances besides the writer. */
    readers: whole(0, 15),
    /** Days that automated backups are kept. */
    backupDays: whole(1, 35),
    // RDS CreateDBCluster: DatabaseName, MasterUsername.
    // What Aurora (DatabaseName) and the functions (TRADE_DB_NAME) both take.
    name: text(/^[a-z][a-z0-9]{0,62}$/, "up to 63 lower-case letters and digits, starting with a letter")
      .refine((word) => !isReservedWord(word), { error: "a name that is no reserved word of MySQL 8.0" })
      .refine((word) => !isSystemSchema(word), { error: "a name other than those of MySQL's own databases" }),
    masterUsername: text(
      /^(?!rdsadmin$)[A-Za-z][A-Za-z0-9]{0,15}$/,
      "up to 16 letters and digits, starting with a letter, and not rdsadmin",
    ).refine((word) => !isReservedWord(word), { error: "a name that is no reserved word of MySQL 8.0" }),
  }).exactOptional(),
  functions: block({
    // Lambda CreateFunction: MemorySize, Timeout.
    memoryMb: whole(128, 10240),
    timeoutSeconds: whole(1, 900),
    runtime: text(/^nodejs\d+\.x$/, "a Node.js runtime of Lambda such as nodejs24.x"),
  }).exactOptional(),
  api: block({
    authorization: oneOf(["NONE", "AWS_IAM"]),
    /** Requests per second, and how many may come at once. */
    throttle: block({ rate: positive(), burst: positive() }).exactOptional(),
  }).exactOptional(),
  domain: block({
    /** The API's host name; the zone's own name or one under it. */
    name: hostName().refine((value) => value.length <= MOST_OF_CERTIFICATE, {
      error: `at most ${MOST_OF_CERTIFICATE} characters, since its certificate can have no longer name`,
    }),
    /** Name of the hosted zone: the apex. */
    zone: hostName(),
    /** An existing zone that is only ever given records. Without it, tap makes the zone. */
    hostedZoneId: text(/^Z[A-Z0-9]{1,31}$/, "the id of a hosted zone, such as Z0123456789ABCDEFGHIJ"),
  }).exactOptional(),
});

export type Overrides = z.infer<typeof overridesSchema>;

const suffix = z.string().superRefine((value, context) => {
  const expected = suffixExpectation(value);
  if (expected !== undefined) context.addIssue({ code: "custom", message: expected });
});

// A key whose block is all commented out has the value null.
const overrides = overridesSchema.nullable().transform((value): Overrides => value ?? {});

/** The settings file as a whole. */
export const fileSchema = block({
  defaults: overrides.exactOptional(),
  environments: z
    .record(suffix, overrides, { error: "a mapping from environments to their settings" })
    .nullable()
    .exactOptional(),
});
