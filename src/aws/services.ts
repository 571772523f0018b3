/** A token bucket: `burst` calls at once, then `perSecond`. */
export interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/** What is known of a service of AWS, whatever of it is used. */
interface Service {
  /**
   * Rates that AWS enforces per account and region, as far as tap could ever reach them; of one that can be raised, the
   * default. By operation, and `all` for all of them together.
   */
  readonly limits?: Readonly<Record<string, Limit>>;
  /** It is not in any region: its rates count once for all of them. */
  readonly global?: true;
  /** Where Service Quotas lists its quotas (its service code); by a kind's type where the types are not all in one list. */
  readonly quotas?: string | ((type: string) => string);
  /** The AWS CLI's command that adds tags to what there is, up to the id; and how it spells them. */
  readonly addTags?: { readonly command: string; readonly as: "Key" | "TagKey" | "map" };
}

/** So many in a second, at once or one by one. */
const perSecond = (calls: number): Limit => ({ perSecond: calls, burst: calls });

/** One in so many seconds. */
const oneIn = (seconds: number): Limit => ({ perSecond: 1 / seconds, burst: 1 });

/**
 * The services that tap calls, by the names that it calls them. It loads nothing, so that what is needed before AWS is
 * asked may know of them: their clients are in aws.ts, one for each.
 */
export const services = {
  acm: {
    // ACM User Guide, "Quotas", API rate quotas.
    limits: {
      AddTagsToCertificate: perSecond(5),
      DeleteCertificate: perSecond(10),
      DescribeCertificate: perSecond(10),
      ListTagsForCertificate: perSecond(10),
      RemoveTagsFromCertificate: perSecond(5),
      RequestCertificate: perSecond(5),
    },
    quotas: "acm",
    addTags: { command: "acm add-tags-to-certificate --certificate-arn", as: "Key" },
  },
  apigateway: {
    // API Gateway Developer Guide, "Amazon API Gateway quotas", creating, deploying and managing an API.
    limits: {
      all: { perSecond: 10, burst: 40 },
      CreateDeployment: oneIn(5),
      CreateDomainName: oneIn(30),
      CreateResource: perSecond(5),
      CreateRestApi: oneIn(3),
      DeleteDomainName: oneIn(30),
      DeleteResource: perSecond(5),
      DeleteRestApi: oneIn(30),
      GetResources: { perSecond: 2.5, burst: 5 },
      UpdateAccount: oneIn(20),
      UpdateDomainName: oneIn(30),
    },
    quotas: "apigateway",
    addTags: { command: "apigateway tag-resource --resource-arn", as: "map" },
  },
  ec2: {
    // EC2 Developer Guide, "Request throttling for the Amazon EC2 API". The buckets of other actions hold 50 and more.
    limits: {
      CreateVpcEndpoint: { perSecond: 0.3, burst: 4 },
      DeleteVpcEndpoints: { perSecond: 0.3, burst: 4 },
      ModifyVpcEndpoint: { perSecond: 0.3, burst: 4 },
    },
    // Of what belongs to EC2's API, Service Quotas lists only the addresses there, and the rest under "vpc".
    quotas: (type: string) => (type === "ec2:elastic-ip" ? "ec2" : "vpc"),
    addTags: { command: "ec2 create-tags --resources", as: "Key" },
  },
  iam: { quotas: "iam", addTags: { command: "iam tag-role --role-name", as: "Key" } },
  kms: {
    // KMS Developer Guide, "Request quotas".
    limits: {
      CancelKeyDeletion: perSecond(5),
      CreateAlias: perSecond(5),
      CreateKey: perSecond(5),
      DeleteAlias: perSecond(15),
      EnableKey: perSecond(5),
      EnableKeyRotation: perSecond(15),
      PutKeyPolicy: perSecond(15),
      ScheduleKeyDeletion: perSecond(15),
      TagResource: perSecond(10),
      UntagResource: perSecond(5),
      UpdateAlias: perSecond(5),
    },
    quotas: "kms",
    addTags: { command: "kms tag-resource --key-id", as: "TagKey" },
  },
  lambda: {
    // Lambda Developer Guide, "Lambda quotas", API requests: all of the control plane together.
    limits: { all: perSecond(15) },
    quotas: "lambda",
    addTags: { command: "lambda tag-resource --resource", as: "map" },
  },
  logs: {
    // CloudWatch Logs User Guide, "CloudWatch Logs quotas".
    limits: {
      CreateLogGroup: perSecond(10),
      DeleteLogGroup: perSecond(10),
      DescribeLogGroups: perSecond(10),
    },
    quotas: "logs",
    addTags: { command: "logs tag-resource --resource-arn", as: "map" },
  },
  rds: { quotas: "rds", addTags: { command: "rds add-tags-to-resource --resource-name", as: "Key" } },
  route53: {
    global: true,
    // Route 53 Developer Guide, "Throttling for Amazon Route 53 API requests".
    limits: { all: { perSecond: 10, burst: 50 }, CreateHostedZone: { perSecond: 2, burst: 40 } },
    quotas: "route53",
  },
  // S3's own command would replace all tags of a bucket.
  s3: {
    quotas: "s3",
    addTags: { command: "resourcegroupstaggingapi tag-resources --resource-arn-list", as: "map" },
  },
  secrets: { quotas: "secretsmanager", addTags: { command: "secretsmanager tag-resource --secret-id", as: "Key" } },
  sts: {},
  tagging: {},
} as const satisfies Readonly<Record<string, Service>>;

/** A service as tap names it: Secrets Manager is `secrets`. */
export type ServiceName = keyof typeof services;

const byName: ReadonlyMap<string, Service> = new Map(Object.entries(services));

/** What is known of a service; nothing of one that is not AWS's, such as `local`. */
export const serviceNamed = (name: string): Service | undefined => byName.get(name);
