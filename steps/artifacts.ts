import { bucketName } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node } from "../src/engine/node.ts";
import { Bucket } from "../src/resources/s3/bucket.ts";
import type { encryption } from "./encryption.ts";
import type { Place } from "./place.ts";

/** The bucket through which code reaches the functions. */
export function artifacts(
  { environment, artifacts: settings }: Settings,
  { account, region }: Place,
  { key }: ReturnType<typeof encryption>,
) {
  const bucket = bucketName(environment, region, account);
  return node(Bucket, "artifacts/bucket", {
    name: bucket,
    needs: { key },
    want: ({ key }) => ({
      kmsKeyArn: key.keyArn,
      expireDays: settings.expireDays,
      policy: tlsOnly(bucket),
    }),
  });
}

const tlsOnly = (bucket: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});
