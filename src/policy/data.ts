import { reference, type ServiceNeeds } from "./needs.ts";

/** AWS KMS. Aliases need both the alias and its key. */
export const kms: ServiceNeeds = {
  source: reference("awskeymanagementservice"),
  operations: {
    // Any key may turn out to be the one: KMS cannot be asked for keys by tag.
    DescribeKey: { "kms:DescribeKey": "Look" },
    ListAliases: { "kms:ListAliases": "Look" },
    ListKeys: { "kms:ListKeys": "Look" },
    ListResourceTags: { "kms:ListResourceTags": "Look" },
    GetKeyPolicy: { "kms:GetKeyPolicy": "Key" },
    GetKeyRotationStatus: { "kms:GetKeyRotationStatus": "Key" },
    CancelKeyDeletion: { "kms:CancelKeyDeletion": "Key" },
    CreateAlias: { "kms:CreateAlias": ["Key", "KeyAliases"] },
    // Tags need a permission of their own (KMS API reference, CreateKey, Tags).
    CreateKey: { "kms:CreateKey": "NewKey", "kms:TagResource": "TagKey" },
    DeleteAlias: { "kms:DeleteAlias": ["Key", "KeyAliases"] },
    EnableKey: { "kms:EnableKey": "Key" },
    EnableKeyRotation: { "kms:EnableKeyRotation": "Key" },
    PutKeyPolicy: { "kms:PutKeyPolicy": "Key" },
    ScheduleKeyDeletion: { "kms:ScheduleKeyDeletion": "Key" },
    TagResource: { "kms:TagResource": "TagKey" },
    UpdateAlias: { "kms:UpdateAlias": ["Key", "KeyAliases"] },
    UpdateKeyDescription: { "kms:UpdateKeyDescription": "Key" },
  },
};

/** Amazon S3: the artifact bucket. Some actions have other names than the operations (S3 user guide, "Policy actions"). */
export const s3: ServiceNeeds = {
  source: reference("amazons3"),
  operations: {
    GetBucketEncryption: { "s3:GetEncryptionConfiguration": "Bucket" },
    GetBucketLifecycleConfiguration: { "s3:GetLifecycleConfiguration": "Bucket" },
    GetBucketPolicy: { "s3:GetBucketPolicy": "Bucket" },
    GetBucketTagging: { "s3:GetBucketTagging": "Bucket" },
    GetBucketVersioning: { "s3:GetBucketVersioning": "Bucket" },
    GetPublicAccessBlock: { "s3:GetBucketPublicAccessBlock": "Bucket" },
    // Without s3:ListBucket a missing object is a 403 rather than a 404 (S3 API reference, HeadObject).
    HeadObject: { "s3:GetObject": "Bucket", "s3:ListBucket": "Bucket" },
    ListMultipartUploads: { "s3:ListBucketMultipartUploads": "Bucket" },
    ListObjectVersions: { "s3:ListBucketVersions": "Bucket" },
    AbortMultipartUpload: { "s3:AbortMultipartUpload": "Bucket" },
    // Tags need a permission of their own (S3 API reference, CreateBucket, Tags).
    CreateBucket: { "s3:CreateBucket": "NewBucket", "s3:TagResource": "NewBucket" },
    DeleteBucket: { "s3:DeleteBucket": "Bucket" },
    // Always the first, and the second for versions (S3 API reference, DeleteObjects).
    DeleteObjects: { "s3:DeleteObject": "Bucket", "s3:DeleteObjectVersion": "Bucket" },
    PutBucketEncryption: { "s3:PutEncryptionConfiguration": "Bucket" },
    PutBucketLifecycleConfiguration: { "s3:PutLifecycleConfiguration": "Bucket" },
    PutBucketPolicy: { "s3:PutBucketPolicy": "Bucket" },
    PutBucketTagging: { "s3:PutBucketTagging": "Bucket" },
    PutBucketVersioning: { "s3:PutBucketVersioning": "Bucket" },
    PutObject: { "s3:PutObject": "Bucket" },
    PutPublicAccessBlock: { "s3:PutBucketPublicAccessBlock": "Bucket" },
  },
};

/** Amazon S3: the shared state, where the settings keep it there. */
export const state: ServiceNeeds = {
  source: reference("amazons3"),
  operations: {
    DeleteObject: { "s3:DeleteObject": "StateObjects" },
    GetBucketVersioning: { "s3:GetBucketVersioning": "StateBucket" },
    GetObject: { "s3:GetObject": "StateObjects", "s3:ListBucket": "StateBucket" },
    ListObjectsV2: { "s3:ListBucket": "StateBucket" },
    PutObject: { "s3:PutObject": "StateObjects" },
  },
};

/** Amazon RDS. A create call with tags needs rds:AddTagsToResource (RDS user guide, "Tagging"). */
export const rds: ServiceNeeds = {
  source: reference("amazonrds"),
  operations: {
    DescribeDBClusterAutomatedBackups: { "rds:DescribeDBClusterAutomatedBackups": "Look" },
    DescribeDBClusters: { "rds:DescribeDBClusters": "Look" },
    DescribeDBClusterSnapshots: { "rds:DescribeDBClusterSnapshots": "Look" },
    DescribeDBEngineVersions: { "rds:DescribeDBEngineVersions": "Look" },
    DescribeDBInstances: { "rds:DescribeDBInstances": "Look" },
    DescribeOrderableDBInstanceOptions: { "rds:DescribeOrderableDBInstanceOptions": "Look" },
    DescribeDBClusterParameterGroups: { "rds:DescribeDBClusterParameterGroups": "Database" },
    DescribeDBClusterParameters: { "rds:DescribeDBClusterParameters": "Database" },
    DescribeDBSubnetGroups: { "rds:DescribeDBSubnetGroups": "Database" },
    ListTagsForResource: { "rds:ListTagsForResource": "Database" },
    // Also the tags of the schema, which are not those of an environment.
    AddTagsToResource: { "rds:AddTagsToResource": "Database" },
    CreateDBCluster: { "rds:CreateDBCluster": "NewDatabase", "rds:AddTagsToResource": "Database" },
    CreateDBClusterParameterGroup: {
      "rds:CreateDBClusterParameterGroup": "NewDatabase",
      "rds:AddTagsToResource": "Database",
    },
    CreateDBInstance: { "rds:CreateDBInstance": "NewDatabase", "rds:AddTagsToResource": "Database" },
    CreateDBSubnetGroup: { "rds:CreateDBSubnetGroup": "NewDatabase", "rds:AddTagsToResource": "Database" },
    DeleteDBCluster: { "rds:DeleteDBCluster": ["Database", "FinalSnapshot"] },
    DeleteDBClusterAutomatedBackup: { "rds:DeleteDBClusterAutomatedBackup": "RetainedBackups" },
    DeleteDBClusterParameterGroup: { "rds:DeleteDBClusterParameterGroup": "Database" },
    DeleteDBClusterSnapshot: { "rds:DeleteDBClusterSnapshot": "Snapshots" },
    DeleteDBInstance: { "rds:DeleteDBInstance": "Database" },
    DeleteDBSubnetGroup: { "rds:DeleteDBSubnetGroup": "Database" },
    ModifyDBCluster: { "rds:ModifyDBCluster": "Database" },
    ModifyDBClusterParameterGroup: { "rds:ModifyDBClusterParameterGroup": "Database" },
    ModifyDBInstance: { "rds:ModifyDBInstance": "Database" },
    ModifyDBSubnetGroup: { "rds:ModifyDBSubnetGroup": "Database" },
    ResetDBClusterParameterGroup: { "rds:ResetDBClusterParameterGroup": "Database" },
    RestoreDBClusterFromSnapshot: {
      "rds:RestoreDBClusterFromSnapshot": ["NewDatabase", "Snapshots"],
      "rds:AddTagsToResource": "Database",
    },
    StartDBCluster: { "rds:StartDBCluster": "Database" },
  },
};

/** AWS Secrets Manager: the secret of the functions' database user. */
export const secrets: ServiceNeeds = {
  source: reference("awssecretsmanager"),
  operations: {
    // By name, before there is one: a secret that is not there has no ARN that a pattern could match.
    DescribeSecret: { "secretsmanager:DescribeSecret": "Look" },
    CreateSecret: { "secretsmanager:CreateSecret": "NewSecret", "secretsmanager:TagResource": "NewSecret" },
    DeleteSecret: { "secretsmanager:DeleteSecret": "Secret" },
    RestoreSecret: { "secretsmanager:RestoreSecret": "Secret" },
    TagResource: { "secretsmanager:TagResource": "NewSecret" },
    UpdateSecret: { "secretsmanager:UpdateSecret": "Secret" },
  },
};

/** Amazon CloudWatch Logs. */
export const logs: ServiceNeeds = {
  source: reference("amazoncloudwatchlogs"),
  operations: {
    DescribeLogGroups: { "logs:DescribeLogGroups": "Look" },
    DescribeLogStreams: { "logs:DescribeLogStreams": "LogGroups" },
    ListTagsForResource: { "logs:ListTagsForResource": "LogGroups" },
    AssociateKmsKey: { "logs:AssociateKmsKey": "LogGroups" },
    // Tags need a permission of their own (CloudWatch Logs API reference, CreateLogGroup, tags).
    CreateLogGroup: { "logs:CreateLogGroup": "NewLogGroups", "logs:TagResource": "NewLogGroups" },
    DeleteLogGroup: { "logs:DeleteLogGroup": "LogGroups" },
    DisassociateKmsKey: { "logs:DisassociateKmsKey": "LogGroups" },
    PutRetentionPolicy: { "logs:PutRetentionPolicy": "LogGroups" },
    TagResource: { "logs:TagResource": "NewLogGroups" },
  },
};
