import { ACMClient } from "@aws-sdk/client-acm";
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { RDSClient } from "@aws-sdk/client-rds";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import { caller } from "./caller.ts";
import type { ServiceName } from "./services.ts";
import { type AwsOptions, transportTo } from "./transport.ts";

/**
 * AWS as the kinds see it: one function per service that sends a command, and reads shared by all that ask for the
 * same. Clients are made on first use.
 */
export function connect(options: AwsOptions) {
  const { clock, region, endpoint } = options;
  const { transport, config } = transportTo(options);
  const { reads } = transport;
  const callers = {
    acm: caller("acm", transport, () => new ACMClient(config)),
    apigateway: caller("apigateway", transport, () => new APIGatewayClient(config)),
    ec2: caller("ec2", transport, () => new EC2Client(config)),
    iam: caller("iam", transport, () => new IAMClient(config)),
    kms: caller("kms", transport, () => new KMSClient(config)),
    lambda: caller("lambda", transport, () => new LambdaClient(config)),
    logs: caller("logs", transport, () => new CloudWatchLogsClient(config)),
    rds: caller("rds", transport, () => new RDSClient(config)),
    route53: caller("route53", transport, () => new Route53Client(config)),
    // The local AWS has no bucket host names.
    s3: caller("s3", transport, () => new S3Client({ ...config, forcePathStyle: endpoint !== undefined })),
    secrets: caller("secrets", transport, () => new SecretsManagerClient(config)),
    sts: caller("sts", transport, () => new STSClient(config)),
    tagging: caller("tagging", transport, () => new ResourceGroupsTaggingAPIClient(config)),
  } satisfies Readonly<Record<ServiceName, unknown>>;
  return {
    /** AWS, whose shared reads were begun no earlier than `since`, in milliseconds since the epoch. */
    since: (since: number) => ({
      region,
      ...callers,
      /**
       * Shares a read with everything that asks for the same at the same time.
       *
       * @param key service and what is read, for example "ec2:subnets"
       */
      shared: <T>(key: string, load: () => Promise<T>): Promise<T> => reads.get(key, since, clock.now(), load),
      /** A shared read that something else has begun; `undefined` when nothing has. */
      sharedBefore: <T>(key: string): Promise<T> | undefined => reads.known(key, since),
    }),
  };
}

/** A connection to one account and region. */
export type Connection = ReturnType<typeof connect>;
/** AWS as one look or one change sees it. */
export type Aws = ReturnType<Connection["since"]>;
