import { HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Aws } from "../../aws/aws.ts";
import { toSend } from "../../aws/patience.ts";
import { ifThere } from "../missing.ts";

/** A ZIP of handlers. */
export interface CodePackage {
  /** SHA-256 of the ZIP, in base64, as Lambda reports it. */
  readonly sha256: string;
  read(): Promise<Uint8Array>;
}

/**
 * Makes sure that the ZIP is in the bucket, under its hash. The bucket expires it; it is put again when it is needed.
 *
 * @returns where it is, as Lambda wants to be told
 */
export async function upload(
  aws: Aws,
  bucketName: string,
  code: CodePackage,
): Promise<{ S3Bucket: string; S3Key: string }> {
  const hex = Buffer.from(code.sha256, "base64").toString("hex");
  const at = { Bucket: bucketName, Key: `functions/${hex}.zip` };
  // A deletion or an expiry within the hour would be noticed by Lambda's own refusal; a look is cheaper than a put.
  if ((await ifThere(aws.s3(new HeadObjectCommand(at)))) === undefined) {
    const Body = await code.read();
    await aws.s3(new PutObjectCommand({ ...at, Body, ContentType: "application/zip" }), toSend(Body.byteLength));
  }
  return { S3Bucket: at.Bucket, S3Key: at.Key };
}
