import { bucketName } from "../src/config/names.ts";
import type { Settings } from "../src/config/settings.ts";
import { node } from "../src/engine/node.ts";
import { Bucket } from "../src/resources/s3/bucket.ts";
import type { encryption } from "./encryption.ts";
import { type Place, protection } from "./place.ts";

/** The bucket through which code reaches the functions. */
export function artifacts(all: Settings, { account, region }: Place, { key }: ReturnType<typeof encryption>) {
  const { environment, artifacts: settings } = all;
  const bucket = bucketName(environment, region, account);
  return node(Bucket, "artifacts/bucket", {
    name: bucket,
    tags: protection(all),
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
