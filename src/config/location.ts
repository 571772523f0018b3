/** A place in S3: a bucket, and what the keys in it begin with. */
export interface S3Location {
  readonly bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  readonly prefix: string;
}

/** What a location must look like, for messages; to be read after "expected". */
export const S3_LOCATION = "a place in S3 such as s3://bucket/prefix";

/** S3 User Guide, "General purpose bucket naming rules" and "Safe characters" of object keys. */
const PATTERN = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9!_.'()-]+)*)\/?$/;

/** The place that `s3://bucket/prefix` names; undefined when the text names none. */
export function parseS3Location(text: string): S3Location | undefined {
  const [, bucket, path] = PATTERN.exec(text) ?? [];
  if (bucket === undefined || path === undefined) return undefined;
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(bucket);
  const hasDots = path.split("/").some((segment) => segment === "." || segment === "..");
  return isAddress || bucket.includes("..") || hasDots ? undefined : { bucket, prefix: path.slice(1) };
}

/** `s3://bucket/prefix` */
export const formatS3Location = ({ bucket, prefix }: S3Location): string =>
  `s3://${bucket}${prefix === "" ? "" : `/${prefix}`}`;
