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
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from "@smithy/types";
import type { Clock } from "../engine/clock.ts";
import { type CallRecord, caller, type Line } from "./caller.ts";
import { throughProxy } from "./proxy.ts";
import { SharedReads } from "./reads.ts";
import { type Share, Shares } from "./shares.ts";

/** How to reach AWS. */
export interface AwsOptions {
  readonly region: string;
  readonly clock: Clock;
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  /** Of the local AWS. Its rate limits are its own affair. */
  readonly endpoint?: string;
  /** The connection's own unless told. */
  readonly share?: Share;
  /** A call that would have to wait long for its rate is given up once this is aborted. */
  readonly signal?: AbortSignal;
  record?(call: CallRecord): void;
  /** Awaited before each call is sent; what it throws is thrown to the caller, and nothing is sent. */
  before?(call: { readonly service: string; readonly operation: string; readonly mutating: boolean }): Promise<void>;
}

/**
 * AWS as the kinds see it: one function per service that sends a command, and reads shared by all that ask for the
 * same. Clients are made on first use.
 */
export function connect(options: AwsOptions) {
  const { clock, region, endpoint, credentials } = options;
  const reads = new SharedReads();
  const { limiter, reading, writing } = options.share ?? new Shares(clock).of("", region);
  const line: Line = {
    clock,
    take: async (service, operation) => {
      if (endpoint === undefined) await limiter.take(region, service, operation, options.signal);
    },
    reads,
    reading,
    writing,
    record: (call) => options.record?.(call),
    before: async (call) => options.before?.(call),
  };
  // Without a limit a silent connection would hang a run for ever. Most calls answer within a second; a migration that
  // `up` waits for takes as long as its function may.
  const timeouts = { connectionTimeout: 5_000, requestTimeout: 60_000 };
  // One for all, so that services at one endpoint share connections. With as many as there may be calls, none waits.
  const maxSockets = reading.count + writing.count;
  const handling = { ...timeouts, httpAgent: { maxSockets }, httpsAgent: { maxSockets } };
  const requestHandler = endpoint === undefined ? throughProxy(handling) : new NodeHttpHandler(handling);
  const config = {
    region,
    credentials,
    maxAttempts: 1,
    requestHandler,
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  const services = {
    region,
    acm: caller("acm", line, () => new ACMClient(config)),
    apigateway: caller("apigateway", line, () => new APIGatewayClient(config)),
    ec2: caller("ec2", line, () => new EC2Client(config)),
    iam: caller("iam", line, () => new IAMClient(config)),
    kms: caller("kms", line, () => new KMSClient(config)),
    lambda: caller("lambda", line, () => new LambdaClient(config)),
    logs: caller("logs", line, () => new CloudWatchLogsClient(config)),
    rds: caller("rds", line, () => new RDSClient(config)),
    route53: caller("route53", line, () => new Route53Client(config)),
    // The local AWS has no bucket host names.
    s3: caller("s3", line, () => new S3Client({ ...config, forcePathStyle: endpoint !== undefined })),
    secrets: caller("secrets", line, () => new SecretsManagerClient(config)),
    sts: caller("sts", line, () => new STSClient(config)),
    tagging: caller("tagging", line, () => new ResourceGroupsTaggingAPIClient(config)),
  };
  return {
    /** AWS, whose shared reads were begun no earlier than `since`, in milliseconds since the epoch. */
    since: (since: number) => ({
      ...services,
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
