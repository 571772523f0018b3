import { DeleteBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import type { ServiceFacts, TextRule } from "../facts.ts";
import { s3 as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { S3Model } from "./s3.ts";

/** S3 User Guide, "General purpose bucket naming rules". */
export const bucketName: TextRule = {
  longest: 63,
  form: /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(\.\.|-s3alias$|--ol-s3$|\.mrap$|--x-s3$|--table-s3$))[a-z0-9][a-z0-9.-]+[a-z0-9]$/,
};

/** See {@link ServiceFacts}. */
export const s3: ServiceFacts<S3Model> = {
  model: S3Model,
  authorization,
  errors,
  drift,
  hands: {
    "s3:bucket": {
      remove(cloud, { id: Bucket }) {
        const { Versions = [] } = cloud.call(new ListObjectVersionsCommand({ Bucket }));
        const Objects = Versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
        cloud.call(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
        cloud.call(new DeleteBucketCommand({ Bucket }));
      },
    },
  },
  texts: { Bucket: bucketName },
  // S3's own command would replace all tags.
  tagCommand: "aws resourcegroupstaggingapi tag-resources --resource-arn-list <id> --tags ",
};
