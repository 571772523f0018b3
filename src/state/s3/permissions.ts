import { each, permissions, reference } from "../../aws/permissions.ts";
import { parseS3Location } from "../../config/location.ts";

/** Amazon S3: the shared state, where the settings keep it there. */
export const state = permissions({
  source: reference("amazons3"),
  scopes: ({ environment, state }) => {
    const { bucket = "", prefix = "" } = state === undefined ? {} : (parseS3Location(state) ?? {});
    const stored = `arn:aws:s3:::${bucket}/${prefix === "" ? "" : `${prefix}/`}${environment}`;
    return {
      StateBucket: bucket === "" ? undefined : { resources: [`arn:aws:s3:::${bucket}`] },
      StateObjects: bucket === "" ? undefined : { resources: [`${stored}.json`, `${stored}.lock`] },
    };
  },
  operations: {
    ...each("s3:*", "StateObjects", "DeleteObject", "PutObject"),
    GetBucketVersioning: { "s3:GetBucketVersioning": "StateBucket" },
    GetObject: { "s3:GetObject": "StateObjects", "s3:ListBucket": "StateBucket" },
    ListObjectsV2: { "s3:ListBucket": "StateBucket" },
  },
});
