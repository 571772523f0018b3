import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import type { Aws } from "../../aws/aws.ts";
import { reported, worstOf } from "../../aws/errors.ts";
import { ifThere, unlessGone } from "../missing.ts";

/** Deletes every version and delete marker, and aborts every upload: S3 deletes only an empty bucket. */
export async function emptyBucket(aws: Aws, Bucket: string): Promise<void> {
  await deleteVersions(aws, Bucket);
  await abortUploads(aws, Bucket);
}

/** Whether a bucket holds no version and no delete marker. */
export async function isEmpty(aws: Aws, Bucket: string): Promise<boolean> {
  const page = await ifThere(aws.s3(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 })));
  return (page?.Versions ?? []).length + (page?.DeleteMarkers ?? []).length === 0;
}

async function deleteVersions(aws: Aws, Bucket: string): Promise<void> {
  // Always the first page: what it listed is gone when it is read again.
  for (;;) {
    const page = await ifThere(aws.s3(new ListObjectVersionsCommand({ Bucket })));
    const Objects = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].flatMap(({ Key, VersionId }) =>
      Key === undefined ? [] : [{ Key, ...(VersionId === undefined ? {} : { VersionId }) }],
    );
    if (Objects.length === 0) return;
    const answer = await aws.s3(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    // An answer of success lists each object that was not deleted, with a code of its own (DeleteObjects).
    const refused = (answer.Errors ?? []).map(({ Key, Code, Message }) =>
      reported(Code, `object ${Key} of ${Bucket} cannot be deleted: ${Message}`),
    );
    const worst = worstOf(refused);
    if (worst !== undefined) throw worst;
  }
}

async function abortUploads(aws: Aws, Bucket: string): Promise<void> {
  for (;;) {
    const page = await ifThere(aws.s3(new ListMultipartUploadsCommand({ Bucket })));
    const uploads = page?.Uploads ?? [];
    for (const { Key, UploadId } of uploads) {
      await unlessGone(aws.s3(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })));
    }
    if (uploads.length === 0 || page?.IsTruncated !== true) return;
  }
}
