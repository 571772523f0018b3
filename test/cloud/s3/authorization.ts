import { type Authorization, listOf, objectOf, stringsIn } from "../authorization.ts";

/** See {@link Authorization}. */
export const s3: Authorization = {
  actions: {
    "s3:AbortMultipartUpload": { on: { object: [] }, keys: [] },
    "s3:CreateBucket": { on: { bucket: [] }, keys: ["aws:RequestTag"] },
    "s3:DeleteBucket": { on: { bucket: [] }, keys: [] },
    "s3:DeleteObject": { on: { object: [] }, keys: [] },
    "s3:DeleteObjectVersion": { on: { object: [] }, keys: [] },
    "s3:GetBucketPolicy": { on: { bucket: [] }, keys: [] },
    "s3:GetBucketPublicAccessBlock": { on: { bucket: [] }, keys: [] },
    "s3:GetBucketTagging": { on: { bucket: [] }, keys: [] },
    "s3:GetBucketVersioning": { on: { bucket: [] }, keys: [] },
    "s3:GetEncryptionConfiguration": { on: { bucket: [] }, keys: [] },
    "s3:GetLifecycleConfiguration": { on: { bucket: [] }, keys: [] },
    "s3:GetObject": { on: { object: [] }, keys: [] },
    "s3:ListBucket": { on: { bucket: [] }, keys: [] },
    "s3:ListBucketMultipartUploads": { on: { bucket: [] }, keys: ["aws:ResourceTag"] },
    "s3:ListBucketVersions": { on: { bucket: [] }, keys: [] },
    "s3:PutBucketPolicy": { on: { bucket: [] }, keys: [] },
    "s3:PutBucketPublicAccessBlock": { on: { bucket: [] }, keys: [] },
    "s3:PutBucketTagging": { on: { bucket: [] }, keys: [] },
    "s3:PutBucketVersioning": { on: { bucket: [] }, keys: [] },
    "s3:PutEncryptionConfiguration": { on: { bucket: [] }, keys: [] },
    "s3:PutLifecycleConfiguration": { on: { bucket: [] }, keys: [] },
    "s3:PutObject": { on: { object: [] }, keys: [] },
    "s3:TagResource": { on: { bucket: [] }, keys: ["aws:RequestTag"] },
  },
  forms: {
    bucket: /^arn:aws:s3:::[^/]+$/,
    object: /^arn:aws:s3:::[^/]+\//,
  },
  touched: ({ given }) => {
    const bucket = `arn:aws:s3:::${String(given["Bucket"])}`;
    const keys = [...stringsIn(given["Key"]), ...listOf(objectOf(given["Delete"])["Objects"]).map((o) => o["Key"])];
    return [bucket, ...keys.map((key) => `${bucket}/${String(key)}`)];
  },
  // S3 user guide, "Required permissions for Amazon S3 API operations".
  named: {
    DeleteObjects: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    GetBucketEncryption: ["s3:GetEncryptionConfiguration"],
    GetBucketLifecycleConfiguration: ["s3:GetLifecycleConfiguration"],
    GetPublicAccessBlock: ["s3:GetBucketPublicAccessBlock"],
    HeadObject: ["s3:GetObject", "s3:ListBucket"],
    ListMultipartUploads: ["s3:ListBucketMultipartUploads"],
    ListObjectVersions: ["s3:ListBucketVersions"],
    PutBucketEncryption: ["s3:PutEncryptionConfiguration"],
    PutBucketLifecycleConfiguration: ["s3:PutLifecycleConfiguration"],
    PutPublicAccessBlock: ["s3:PutBucketPublicAccessBlock"],
  },
  tagging: "s3:TagResource",
  taggable: (name) => [["s3:PutBucketTagging", `arn:aws:s3:::trading-artifacts-${name}-us-east-1-123456789012`]],
  implied: {
    "s3:GetObject": ({ given }) => {
      const code: Readonly<Record<string, unknown>> = { ...given, ...objectOf(given["Code"]) };
      return [[`arn:aws:s3:::${String(code["S3Bucket"])}/${String(code["S3Key"])}`]];
    },
  },
};
