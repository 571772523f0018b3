import { APIGatewayClient, GetBasePathMappingsCommand } from "@aws-sdk/client-api-gateway";
import { DescribeDBEngineVersionsCommand, DescribeOrderableDBInstanceOptionsCommand } from "@aws-sdk/client-rds";
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Aws, Connection } from "../../src/aws/aws.ts";
import { classify, codeOf } from "../../src/aws/errors.ts";

/** Moto, without what stands between. */
interface Moto {
  /** For calls that are not tap's. */
  readonly aws: Aws;
  /** Tries nothing twice. */
  readonly once: APIGatewayClient;
}

/** Something that moto does otherwise than AWS, and what stands between tap and moto because of it. */
interface Quirk {
  readonly service: "apigateway" | "rds" | "s3";
  readonly why: string;
  /**
   * Answers a command, or leaves it to moto with `undefined`.
   *
   * @param send what moto would answer
   */
  answer(command: unknown, send: () => Promise<object>, moto: Moto): Promise<object> | undefined;
}

/** Every deviation of moto 5.2.5 that tap's way through it meets. */
const quirks: readonly Quirk[] = [
  {
    service: "rds",
    why: "DescribeDBEngineVersions is missing (HTTP 500)",
    answer: (command) =>
      command instanceof DescribeDBEngineVersionsCommand
        ? Promise.resolve({
            DBEngineVersions: ["8.0.mysql_aurora.3.04.4", "8.0.mysql_aurora.3.10.3"].map((EngineVersion) => ({
              EngineVersion,
              Engine: "aurora-mysql",
              DBParameterGroupFamily: "aurora-mysql8.0",
              Status: "available",
            })),
          })
        : undefined,
  },
  {
    service: "rds",
    why: "DescribeOrderableDBInstanceOptions knows no Aurora",
    answer: (command) =>
      command instanceof DescribeOrderableDBInstanceOptionsCommand
        ? Promise.resolve({ OrderableDBInstanceOptions: [{ DBInstanceClass: command.input.DBInstanceClass }] })
        : undefined,
  },
  {
    service: "apigateway",
    why: "GetBasePathMappings fails for a domain name without any (HTTP 500)",
    // Sent once: tap itself would try again for a while.
    answer: (command, _, { once }) =>
      command instanceof GetBasePathMappingsCommand
        ? once
            .send(command)
            .catch<object>((error: unknown) => (codeOf(error) === "TimeoutError" ? once.send(command) : { items: [] }))
            .catch(() => ({ items: [] }))
        : undefined,
  },
  {
    service: "s3",
    why: "CreateBucket drops the tags in its configuration",
    answer(command, send, { aws }) {
      if (!(command instanceof CreateBucketCommand)) return undefined;
      const { Bucket, CreateBucketConfiguration } = command.input;
      const tag = (TagSet = CreateBucketConfiguration?.Tags ?? []) =>
        aws.s3(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
      return send().then(
        async (made) => {
          await tag();
          return made;
        },
        async (error: unknown) => {
          // S3 tags what it makes, whether its answer arrives or not.
          if (classify(error) === "unknown") await tag().catch(() => undefined);
          throw error;
        },
      );
    },
  },
  {
    service: "s3",
    why: "A new bucket has no default encryption, where S3 has had one since 2023 (SSE-S3)",
    answer(command, send) {
      if (!(command instanceof GetBucketEncryptionCommand)) return undefined;
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }];
      return send().catch((error: unknown) => {
        if (codeOf(error) !== "ServerSideEncryptionConfigurationNotFoundError") throw error;
        return { ServerSideEncryptionConfiguration: { Rules } };
      });
    },
  },
  {
    service: "s3",
    why: "A bucket policy that denies what comes without TLS denies everything: conditions are not evaluated",
    answer(command, send, { aws }) {
      const concerned = [
        HeadObjectCommand,
        PutObjectCommand,
        DeleteObjectsCommand,
        ListObjectVersionsCommand,
        ListMultipartUploadsCommand,
      ];
      if (!concerned.some((kind) => command instanceof kind)) return undefined;
      // Narrowing by `some` is beyond the compiler; all of the above have a bucket.
      const { Bucket } = (command as PutObjectCommand).input;
      return inTurn(async () => {
        const reading = aws.s3(new GetBucketPolicyCommand({ Bucket }));
        const { Policy } = await reading.catch((error: unknown) => {
          if (classify(error) === "gone") return { Policy: undefined };
          throw error;
        });
        if (Policy === undefined) return send();
        await aws.s3(new DeleteBucketPolicyCommand({ Bucket }));
        try {
          return await send();
        } finally {
          await aws.s3(new PutBucketPolicyCommand({ Bucket, Policy }));
        }
      });
    },
  },
];

let last: Promise<unknown> = Promise.resolve();

/** One after another: what takes the policy away must not see it taken away by another. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work);
  last = mine.catch(() => undefined);
  return mine;
}

/** Properties that moto takes but does not show, and what it has no call for. */
const unreported = [
  { type: "lambda:function", path: "function URLs", why: "there is no ListFunctionUrlConfigs" },
  { type: "rds:cluster", path: "pending maintenance", why: "DescribePendingMaintenanceActions answers HTTP 500" },
  { type: "rds:instance", path: "pending maintenance", why: "the same" },
  { type: "rds:instance", path: "parameterGroups", why: "the default group is named for the engine's whole version" },
  { type: "lambda:function", path: "logFormat", why: "GetFunction leaves LoggingConfig out" },
  { type: "lambda:function", path: "logGroupName", why: "GetFunction leaves LoggingConfig out" },
];

/** Whether moto reports a property. */
export const reports = (type: string, path: string): boolean =>
  !unreported.some((row) => row.type === type && row.path === path);

/** What moto leaves in the account although what it belongs to is gone, by the lines of the inventory. */
export const leftBehind = [
  { pattern: /^secrets: rds!cluster-/, why: "a cluster's managed master secret outlives it" },
  { pattern: /^snapshots: rds:/, why: "so do automatic snapshots" },
  { pattern: /^networkInterfaces: .* NAT gateway, deleted$/, why: "DeleteNatGateway leaves the interface" },
] as const;

/**
 * A connection to moto that looks like one to AWS.
 *
 * @param beside sends the calls that are not tap's
 * @param at where the connection goes
 */
export function withQuirks(
  connection: Connection,
  beside: Connection,
  at: { endpoint: string; region: string },
): Connection {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const requestHandler = { requestTimeout: 2_000, throwOnRequestTimeout: true };
  const once = new APIGatewayClient({ ...at, credentials, maxAttempts: 1, requestHandler });
  return {
    since(since) {
      const aws = connection.since(since);
      const moto = { aws: beside.since(since), once };
      const through = <Send extends (command: never) => Promise<object>>(
        service: Quirk["service"],
        send: Send,
      ): Send => {
        const own = quirks.filter((quirk) => quirk.service === service);
        const answer = (command: never) => {
          for (const quirk of own) {
            const answered = quirk.answer(command, () => send(command), moto);
            if (answered !== undefined) return answered;
          }
          return send(command);
        };
        // It answers each command as what it wraps does, which the compiler cannot see.
        return answer as Send;
      };
      return {
        ...aws,
        apigateway: through("apigateway", aws.apigateway),
        rds: through("rds", aws.rds),
        s3: through("s3", aws.s3),
      };
    },
  };
}
