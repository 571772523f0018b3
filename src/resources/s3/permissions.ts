import { each, permissions, reference } from "../../aws/permissions.ts";
import { bucketName } from "../../config/names.ts";

/** Amazon S3: the artifact bucket. Some actions have other names than the operations (S3 user guide, "Policy actions"). */
export const s3 = permissions({
  source: reference("amazons3"),
  scopes: ({ environment, region, account, asOurs }) => {
    // A policy variable may stand after the fifth colon of an ARN only (IAM user guide, "Policy variables").
    const bucket = `arn:aws:s3:::${bucketName(environment, region, account ?? "$" + "{aws:PrincipalAccount}")}`;
    return {
      NewBucket: { resources: [bucket], condition: asOurs },
      Bucket: { resources: [bucket, `${bucket}/*`] },
    };
  },
  operations: {
    ...each("s3:*", "Bucket", "GetBucketPolicy", "GetBucketTagging", "GetBucketVersioning"),
    ...each("s3:*", "Bucket", "AbortMultipartUpload", "DeleteBucket", "PutBucketPolicy"),
    ...each("s3:*", "Bucket", "PutBucketTagging", "PutBucketVersioning", "PutObject"),
    GetBucketEncryption: { "s3:GetEncryptionConfiguration": "Bucket" },
    GetBucketLifecycleConfiguration: { "s3:GetLifecycleConfiguration": "Bucket" },
    GetPublicAccessBlock: { "s3:GetBucketPublicAccessBlock": "Bucket" },
    // Without s3:ListBucket a missing object is a 403 rather than a 404 (S3 API reference, HeadObject).
    HeadObject: { "s3:GetObject": "Bucket", "s3:ListBucket": "Bucket" },
    ListMultipartUploads: { "s3:ListBucketMultipartUploads": "Bucket" },
    ListObjectVersions: { "s3:ListBucketVersions": "Bucket" },
    // Tags need a permission of their own (S3 API reference, CreateBucket, Tags).
    CreateBucket: { "s3:CreateBucket": "NewBucket", "s3:TagResource": "NewBucket" },
    // Always the first, and the second for versions (S3 API reference, DeleteObjects).
    DeleteObjects: { "s3:DeleteObject": "Bucket", "s3:DeleteObjectVersion": "Bucket" },
    PutBucketEncryption: { "s3:PutEncryptionConfiguration": "Bucket" },
    PutBucketLifecycleConfiguration: { "s3:PutLifecycleConfiguration": "Bucket" },
    PutPublicAccessBlock: { "s3:PutBucketPublicAccessBlock": "Bucket" },
  },
  implied: [
    {
      needs: { "kms:GenerateDataKey": "KeyThroughServices" },
      because: ["PutObject"],
      through: "s3",
      source: 'S3 user guide, "Using server-side encryption with AWS KMS keys", permissions',
    },
  ],
});
