/** Differences between an emulator and the in-memory AWS. */
export interface Known {
  /** Of lines of the comparison. */
  readonly pattern: RegExp;
  /** How many lines there are: one more is new, one less makes the row stale. */
  readonly lines: number;
  /** Why they are the emulator's, and not the model's. */
  readonly why: string;
}
export const motoDiffers: readonly Known[] = [
  {
    pattern: /^apigateway .*absent in recording/,
    lines: 17,
    why: "moto leaves members of API Gateway out that it does not keep",
  },
  {
    pattern: /^apigateway .*absent in the model/,
    lines: 12,
    why: "moto gives members of API Gateway that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^ec2 .*never asked/,
    lines: 2,
    why: "moto takes another way: its EC2 drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  { pattern: /^ec2 .*absent in recording/, lines: 38, why: "moto leaves members of EC2 out that it does not keep" },
  {
    pattern: /^ec2 .*absent in the model/,
    lines: 6,
    why: "moto gives members of EC2 that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^ec2 (?!\w+ error )[^:]*: (?!absent|never asked)/,
    lines: 7,
    why: "moto has no time in which a resource of EC2 is being made or changed, or other defaults",
  },
  {
    pattern: /^iam .*absent in the model/,
    lines: 2,
    why: "moto gives members of IAM that do not concern what tap makes, as null, empty or at their default",
  },
  { pattern: /^kms .*absent in recording/, lines: 10, why: "moto leaves members of KMS out that it does not keep" },
  {
    pattern: /^lambda .*never asked/,
    lines: 1,
    why: "moto takes another way: its Lambda drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  {
    pattern: /^lambda .*absent in recording/,
    lines: 16,
    why: "moto leaves members of Lambda out that it does not keep",
  },
  {
    pattern: /^lambda .*absent in the model/,
    lines: 3,
    why: "moto gives members of Lambda that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^lambda (?!\w+ error )[^:]*: (?!absent|never asked)/,
    lines: 2,
    why: "moto has no time in which a resource of Lambda is being made or changed, or other defaults",
  },
  {
    pattern: /^logs .*absent in recording/,
    lines: 2,
    why: "moto leaves members of CloudWatch Logs out that it does not keep",
  },
  {
    pattern: /^rds .*never asked/,
    lines: 5,
    why: "moto takes another way: its RDS drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  { pattern: /^rds .*absent in recording/, lines: 41, why: "moto leaves members of RDS out that it does not keep" },
  {
    pattern: /^rds .*absent in the model/,
    lines: 38,
    why: "moto gives members of RDS that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^rds (?!\w+ error )[^:]*: (?!absent|never asked)/,
    lines: 2,
    why: "moto has no time in which a resource of RDS is being made or changed, or other defaults",
  },
  {
    pattern: /^s3 .*never asked/,
    lines: 1,
    why: "moto takes another way: its S3 drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  {
    pattern: /^s3 \w+ error /,
    lines: 2,
    why: "moto begins without a default of S3, or refuses with another code or HTTP status",
  },
  { pattern: /^s3 .*absent in recording/, lines: 5, why: "moto leaves members of S3 out that it does not keep" },
  {
    pattern: /^s3 .*absent in the model/,
    lines: 3,
    why: "moto gives members of S3 that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^secrets \w+ error /,
    lines: 1,
    why: "moto begins without a default of Secrets Manager, or refuses with another code or HTTP status",
  },
  {
    pattern: /^secrets .*absent in recording/,
    lines: 1,
    why: "moto leaves members of Secrets Manager out that it does not keep",
  },
];

export const ministackDiffers: readonly Known[] = [
  {
    pattern: /^logs .*absent in recording/,
    lines: 1,
    why: "ministack leaves members of CloudWatch Logs out that it does not keep",
  },
  { pattern: /^iam .*absent in recording/, lines: 1, why: "ministack leaves members of IAM out that it does not keep" },
  {
    pattern: /^iam .*absent in the model/,
    lines: 1,
    why: "ministack gives members of IAM that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^apigateway .*absent in recording/,
    lines: 6,
    why: "ministack leaves members of API Gateway out that it does not keep",
  },
  {
    pattern: /^apigateway .*absent in the model/,
    lines: 37,
    why: "ministack gives members of API Gateway that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^ec2 .*never asked/,
    lines: 1,
    why: "ministack takes another way: its EC2 drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  {
    pattern: /^ec2 .*absent in recording/,
    lines: 42,
    why: "ministack leaves members of EC2 out that it does not keep",
  },
  {
    pattern: /^ec2 .*absent in the model/,
    lines: 11,
    why: "ministack gives members of EC2 that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^ec2 (?!\w+ error )[^:]*: (?!absent|never asked)/,
    lines: 5,
    why: "ministack has no time in which a resource of EC2 is being made or changed, or other defaults",
  },
  { pattern: /^kms .*absent in recording/, lines: 4, why: "ministack leaves members of KMS out that it does not keep" },
  {
    pattern: /^kms .*absent in the model/,
    lines: 2,
    why: "ministack gives members of KMS that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^lambda .*never asked/,
    lines: 1,
    why: "ministack takes another way: its Lambda drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  {
    pattern: /^lambda .*absent in recording/,
    lines: 3,
    why: "ministack leaves members of Lambda out that it does not keep",
  },
  {
    pattern: /^lambda .*absent in the model/,
    lines: 8,
    why: "ministack gives members of Lambda that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^lambda (?!\w+ error )[^:]*: (?!absent|never asked)/,
    lines: 3,
    why: "ministack has no time in which a resource of Lambda is being made or changed, or other defaults",
  },
  {
    pattern: /^rds .*never asked/,
    lines: 3,
    why: "ministack takes another way: its RDS drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  {
    pattern: /^rds .*absent in recording/,
    lines: 27,
    why: "ministack leaves members of RDS out that it does not keep",
  },
  {
    pattern: /^rds .*absent in the model/,
    lines: 69,
    why: "ministack gives members of RDS that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^rds (?!\w+ error )[^:]*: (?!absent|never asked)/,
    lines: 14,
    why: "ministack has no time in which a resource of RDS is being made or changed, or other defaults",
  },
  {
    pattern: /^route53 .*absent in the model/,
    lines: 1,
    why: "ministack gives members of Route 53 that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^s3 .*never asked/,
    lines: 1,
    why: "ministack takes another way: its S3 drops what was sent with a create, has no late parts, or nothing to migrate",
  },
  {
    pattern: /^s3 \w+ error /,
    lines: 1,
    why: "ministack begins without a default of S3, or refuses with another code or HTTP status",
  },
  { pattern: /^s3 .*absent in recording/, lines: 5, why: "ministack leaves members of S3 out that it does not keep" },
  {
    pattern: /^s3 .*absent in the model/,
    lines: 1,
    why: "ministack gives members of S3 that do not concern what tap makes, as null, empty or at their default",
  },
  {
    pattern: /^secrets .*absent in the model/,
    lines: 3,
    why: "ministack gives members of Secrets Manager that do not concern what tap makes, as null, empty or at their default",
  },
];

/** Asked only where another function's upload of the same code has not come first, which is chance. */
export const byChance = /^s3 HeadObject /;
