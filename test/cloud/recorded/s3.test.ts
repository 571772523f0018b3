import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "vitest";
import { world } from "../world.ts";
import { holds } from "./facts.ts";

const Bucket = "bucket";

function bucket(versioned = false) {
  const { cloud } = world();
  cloud.call(new CreateBucketCommand({ Bucket }));
  const VersioningConfiguration = { Status: "Enabled" as const };
  if (versioned) cloud.call(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  const put = (Key: string) => cloud.call(new PutObjectCommand({ Bucket, Key, Body: "text" })).VersionId;
  const remove = (Objects: { Key: string; VersionId?: string }[], Quiet = false) => {
    const { $metadata, ...answer } = cloud.call(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet } }));
    return answer;
  };
  return { cloud, put, remove };
}

/** What a direct call is refused with. */
function refused(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

holds([
  {
    operation: "CreateBucket",
    fact: "answers with the ARN, too",
    source: "LocalStack test_create_bucket_head_bucket; placebo test_s3_set_statements_add_remove",
    check: () => {
      const made = world().cloud.call(new CreateBucketCommand({ Bucket }));
      expect(made).toMatchObject({ Location: "/bucket", BucketArn: "arn:aws:s3:::bucket" });
    },
  },
  {
    operation: "CreateBucket",
    fact: "in us-east-1 the owner's second creation succeeds without tags and is refused with tags, even the same ones",
    source: "LocalStack test_create_bucket_with_tags_us_east_1_idempotency",
    check: () => {
      const { cloud } = bucket();
      const again = (Tags: { Key: string; Value: string }[]) =>
        cloud.call(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { Tags } }));
      expect(again([])).toMatchObject({ Location: "/bucket" });
      const already = { name: "BucketAlreadyOwnedByYou", $metadata: { httpStatusCode: 409 }, BucketName: Bucket };
      expect(refused(() => again([{ Key: "a", Value: "b" }]))).toMatchObject(already);
    },
  },
  {
    operation: "HeadBucket",
    fact: "answers with the ARN, too",
    source: "LocalStack test_create_bucket_head_bucket",
    check: () => {
      const { cloud } = bucket();
      expect(cloud.call(new HeadBucketCommand({ Bucket })).BucketArn).toBe("arn:aws:s3:::bucket");
    },
  },
  {
    operation: "GetBucketTagging, GetBucketPolicy, GetBucketLifecycleConfiguration",
    fact: "a setting that is not there is a 404 that names the bucket",
    source: "LocalStack test_bucket_tagging_crud, test_bucket_policy_crud, test_delete_bucket_lifecycle_configuration",
    check: () => {
      const { cloud } = bucket();
      const about = (code: string) => ({ name: code, BucketName: Bucket, $metadata: { httpStatusCode: 404 } });
      const read = (command: GetBucketTaggingCommand) => refused(() => cloud.call(command));
      expect(read(new GetBucketTaggingCommand({ Bucket }))).toMatchObject(about("NoSuchTagSet"));
      expect(refused(() => cloud.call(new GetBucketPolicyCommand({ Bucket })))).toMatchObject(
        about("NoSuchBucketPolicy"),
      );
      expect(refused(() => cloud.call(new GetBucketLifecycleConfigurationCommand({ Bucket })))).toMatchObject(
        about("NoSuchLifecycleConfiguration"),
      );
    },
  },
  {
    operation: "GetBucketEncryption",
    fact: "without encryption the answer is empty, or, as before 2023, an error whose code ends in Error",
    source: "LocalStack test_s3_default_bucket_encryption; 11 placebo recordings",
    check: () => {
      const { cloud } = bucket();
      const read = () => cloud.call(new GetBucketEncryptionCommand({ Bucket }));
      expect(read().ServerSideEncryptionConfiguration?.Rules).toHaveLength(1);
      cloud.call(new DeleteBucketEncryptionCommand({ Bucket }));
      expect(read()).not.toHaveProperty("ServerSideEncryptionConfiguration");
      cloud.services.s3.store.withoutEncryption = "not found";
      const code = "ServerSideEncryptionConfigurationNotFoundError";
      expect(refused(read)).toMatchObject({ name: code, $metadata: { httpStatusCode: 404 } });
    },
  },
  {
    operation: "DeleteObjects",
    fact: "answers 200 with an error for each version that is not there; empty lists are left out",
    source: "LocalStack test_delete_objects_versioned, test_delete_non_existing_keys_quiet",
    check: () => {
      const { put, remove } = bucket(true);
      const VersionId = put("a") ?? "";
      const Errors = [{ Key: "a", VersionId: "version-9", Code: "NoSuchVersion", Message: expect.any(String) }];
      expect(remove([{ Key: "a", VersionId: "version-9" }])).toEqual({ Errors });
      expect(remove([{ Key: "a", VersionId }])).toEqual({ Deleted: [{ Key: "a", VersionId }] });
      expect(remove([{ Key: "never" }], true)).toEqual({});
    },
  },
  {
    operation: "DeleteObjects",
    fact: "says which delete marker it left, or took away",
    source: "LocalStack test_delete_objects_versioned",
    check: () => {
      const { remove } = bucket(true);
      const [left] = remove([{ Key: "a" }]).Deleted ?? [];
      const VersionId = left?.DeleteMarkerVersionId ?? "";
      expect(left).toEqual({ Key: "a", DeleteMarker: true, DeleteMarkerVersionId: VersionId });
      const taken = { Key: "a", VersionId, DeleteMarker: true, DeleteMarkerVersionId: VersionId };
      expect(remove([{ Key: "a", VersionId }]).Deleted).toEqual([taken]);
    },
  },
  {
    operation: "DeleteObjects",
    fact: "one key may fail in an answer of 200, and the others go",
    source: "DeleteObjects API, Error: SlowDown, InternalError, AccessDenied; boto3#3052",
    check: () => {
      const { cloud, put, remove } = bucket();
      put("a");
      put("b");
      const slow = { Code: "SlowDown", Message: "Please reduce your request rate." };
      cloud.services.s3.refuseNextDelete("a", slow.Code, slow.Message);
      const answer = remove([{ Key: "a" }, { Key: "b" }]);
      expect(answer).toEqual({ Deleted: [{ Key: "b" }], Errors: [{ Key: "a", ...slow }] });
      expect(remove([{ Key: "a" }], true)).toEqual({});
    },
  },
  {
    operation: "ListObjectVersions",
    fact: "says what was asked, and leaves lists out that are empty",
    source: "LocalStack test_list_object_versions_order_unversioned; 8 placebo recordings",
    check: () => {
      const { cloud, put } = bucket();
      const list = () => cloud.call(new ListObjectVersionsCommand({ Bucket }));
      const asked = { Name: Bucket, Prefix: "", KeyMarker: "", VersionIdMarker: "", MaxKeys: 1000 };
      expect(list()).toMatchObject(asked);
      expect(list()).not.toHaveProperty("Versions");
      put("a");
      expect(list().Versions?.[0]).toMatchObject({ StorageClass: "STANDARD", Owner: { ID: expect.any(String) } });
      expect(list()).not.toHaveProperty("DeleteMarkers");
    },
  },
  {
    operation: "ListMultipartUploads",
    fact: "without uploads there is no list, and the next markers are empty",
    source: "5 placebo recordings, such as test_s3_delete_bucket",
    check: () => {
      const { cloud } = bucket();
      const list = () => cloud.call(new ListMultipartUploadsCommand({ Bucket }));
      expect(list()).toMatchObject({ Bucket, KeyMarker: "", UploadIdMarker: "", MaxUploads: 1000 });
      expect(list()).toMatchObject({ NextKeyMarker: "", NextUploadIdMarker: "", IsTruncated: false });
      expect(list()).not.toHaveProperty("Uploads");
      cloud.call(new CreateMultipartUploadCommand({ Bucket, Key: "a" }));
      expect(list().Uploads).toHaveLength(1);
    },
  },
  {
    operation: "HeadObject",
    fact: "accepts ranges",
    source: "all 38 placebo recordings",
    check: () => {
      const { cloud, put } = bucket();
      put("a");
      expect(cloud.call(new HeadObjectCommand({ Bucket, Key: "a" })).AcceptRanges).toBe("bytes");
    },
  },
  {
    operation: "DeleteBucket",
    fact: "a bucket with versions says that all of them must go",
    source: "LocalStack test_delete_versioned_bucket_with_objects",
    check: () => {
      const { cloud, put } = bucket(true);
      put("a");
      expect(refused(() => cloud.call(new DeleteBucketCommand({ Bucket })))).toMatchObject({
        name: "BucketNotEmpty",
        message: "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
        $metadata: { httpStatusCode: 409 },
      });
    },
  },
]);
