import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutLogGroupDeletionProtectionCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
  type SubscriptionFilter,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import { type Operation, type Resource, read, type ServiceModel, write } from "../model.ts";
import { page } from "../paging.ts";
import { TagSet } from "../tags.ts";
import type { Past } from "../visibility.ts";

interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly created: Date;
  retention: number | undefined;
  kmsKey: string | undefined;
  storedBytes: number;
  deletionProtected: boolean;
  readonly subscriptions: Map<string, SubscriptionFilter>;
  readonly metricFilters: Set<string>;
  readonly tags: TagSet;
}

/** PutRetentionPolicy API, retentionInDays: "Possible values". */
const retentions = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

/** CloudWatch Logs: log groups. Streams and events are only a number of stored bytes. */
export class LogsModel implements ServiceModel {
  readonly name = "logs";
  readonly client = CloudWatchLogsClient;
  readonly throttled = () => awsError("ThrottlingException", "Rate exceeded");
  // aws-notes "Rate limits": CreateLogGroup 10/s. CloudWatch Logs quotas page: the same for deleting and describing.
  readonly limits = [
    { operations: ["CreateLogGroup"], perSecond: 10, burst: 10 },
    { operations: ["DeleteLogGroup"], perSecond: 10, burst: 10 },
    { operations: ["DescribeLogGroups"], perSecond: 10, burst: 10 },
  ];
  readonly operations: readonly Operation[];
  readonly #cloud: Cloud;
  readonly #groups = new Map<string, LogGroup>();
  readonly #past: Past<LogGroup>;
  #writes: { readonly group: string; readonly bytes: number; readonly at: number }[] = [];

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#past = cloud.past(this.#groups);
    this.operations = [
      write(
        CreateLogGroupCommand,
        ["logGroupName", "kmsKeyId", "tags"],
        ({ logGroupName = "", kmsKeyId, tags = {} }) => {
          this.#settle();
          // CreateLogGroup API: 1 to 512 of these characters; "aws/" is reserved.
          if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName) || logGroupName.startsWith("aws/")) {
            throw invalid(`Value '${logGroupName}' at 'logGroupName' failed to satisfy constraint`);
          }
          if (this.#groups.has(logGroupName)) {
            throw awsError("ResourceAlreadyExistsException", "The specified log group already exists");
          }
          if (kmsKeyId !== undefined) this.#checkKey(logGroupName, kmsKeyId);
          const group = this.#create(logGroupName);
          group.kmsKey = kmsKeyId;
          group.tags.set(tags, cloud.now());
          return {};
        },
      ),
      read(
        DescribeLogGroupsCommand,
        ["logGroupNamePrefix", "logGroupNamePattern", "limit", "nextToken"],
        ({ logGroupNamePrefix, logGroupNamePattern, limit, nextToken }) => {
          this.#settle();
          if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
            throw invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
          }
          if (limit !== undefined && (limit < 1 || limit > 50)) throw invalid("limit must be between 1 and 50");
          const groups = [...this.#groups.keys()]
            .flatMap((name) => this.#past.seen(name, "logs.group") ?? [])
            .filter(
              ({ name, created }) =>
                name.startsWith(logGroupNamePrefix ?? "") &&
                name.toLowerCase().includes((logGroupNamePattern ?? "").toLowerCase()) &&
                cloud.visible(created.getTime()),
            );
          const size = Math.min(limit ?? cloud.pageSize, cloud.pageSize);
          const bad = () => invalid("The specified nextToken is invalid.");
          const { items, next } = page(groups, ({ name }) => name, size, nextToken, bad);
          return {
            logGroups: items.map((group) => show(group, logGroupNamePattern !== undefined)),
            ...(next !== undefined && { nextToken: next }),
          };
        },
      ),
      // A writer makes its stream before its first line (CloudWatch Logs API, PutLogEvents); one stands for all.
      read(DescribeLogStreamsCommand, ["logGroupName", "limit"], ({ logGroupName }) => {
        const { storedBytes, arn, created } = this.#group(logGroupName);
        // `storedBytes` of a stream reads 0 (6 of 7 placebo recordings; LogStream data type: since June 2019).
        const logStreamName = "stream";
        const shown = {
          logStreamName,
          arn: `${arn}:log-stream:${logStreamName}`,
          creationTime: created.getTime(),
          storedBytes: 0,
        };
        return { logStreams: storedBytes > 0 ? [shown] : [] };
      }),
      write(PutRetentionPolicyCommand, ["logGroupName", "retentionInDays"], ({ logGroupName, retentionInDays = 0 }) => {
        const group = this.#settled(this.#group(logGroupName));
        if (!retentions.has(retentionInDays)) throw invalid(`Invalid retentionInDays ${retentionInDays}`);
        group.retention = retentionInDays;
        return {};
      }),
      write(
        PutLogGroupDeletionProtectionCommand,
        ["logGroupIdentifier", "deletionProtectionEnabled"],
        ({ logGroupIdentifier, deletionProtectionEnabled = false }) => {
          this.#group(logGroupIdentifier).deletionProtected = deletionProtectionEnabled;
          return {};
        },
      ),
      // "Two subscription filters per log group" (CloudWatch Logs quotas, "Subscription filters").
      write(
        PutSubscriptionFilterCommand,
        ["logGroupName", "filterName", "filterPattern", "destinationArn"],
        ({ logGroupName, filterName = "", filterPattern, destinationArn }) => {
          const { subscriptions } = this.#group(logGroupName);
          if (subscriptions.size === 2 && !subscriptions.has(filterName))
            throw awsError("LimitExceededException", "Resource limit exceeded.");
          subscriptions.set(filterName, { filterName, logGroupName, filterPattern, destinationArn });
          return {};
        },
      ),
      read(DescribeSubscriptionFiltersCommand, ["logGroupName", "nextToken"], ({ logGroupName }) => ({
        subscriptionFilters: [...this.#group(logGroupName).subscriptions.values()],
      })),
      write(
        PutMetricFilterCommand,
        ["logGroupName", "filterName", "filterPattern", "metricTransformations"],
        ({ logGroupName, filterName = "" }) => {
          this.#group(logGroupName).metricFilters.add(filterName);
          return {};
        },
      ),
      write(DeleteRetentionPolicyCommand, ["logGroupName"], ({ logGroupName }) => {
        this.#settled(this.#group(logGroupName)).retention = undefined;
        return {};
      }),
      write(AssociateKmsKeyCommand, ["logGroupName", "kmsKeyId"], ({ logGroupName, kmsKeyId = "" }) => {
        const group = this.#settled(this.#group(logGroupName));
        this.#checkKey(group.name, kmsKeyId);
        group.kmsKey = kmsKeyId;
        return {};
      }),
      write(DisassociateKmsKeyCommand, ["logGroupName"], ({ logGroupName }) => {
        this.#group(logGroupName).kmsKey = undefined;
        return {};
      }),
      write(DeleteLogGroupCommand, ["logGroupName"], ({ logGroupName }) => {
        const group = this.#group(logGroupName);
        // CreateLogGroup API, deletionProtectionEnabled; aws-notes, Logs row: ValidationException.
        if (group.deletionProtected) {
          const text = `Log group ${group.name} has deletion protection enabled. Disable it first.`;
          throw awsError("ValidationException", text);
        }
        this.#groups.delete(group.name);
        cloud.bury(group.arn, group.tags);
        return {};
      }),
      write(TagResourceCommand, ["resourceArn", "tags"], ({ resourceArn, tags = {} }) => {
        this.#settled(this.#byArn(resourceArn)).tags.set(tags, cloud.now());
        return {};
      }),
      write(UntagResourceCommand, ["resourceArn", "tagKeys"], ({ resourceArn, tagKeys = [] }) => {
        this.#settled(this.#byArn(resourceArn)).tags.delete(tagKeys);
        return {};
      }),
      read(ListTagsForResourceCommand, ["resourceArn"], ({ resourceArn }) => {
        const { name, created } = this.#byArn(resourceArn);
        const seen = this.#past.seen(name, "logs.tags");
        if (!seen || !cloud.visible(created.getTime())) throw notFound();
        return { tags: seen.tags.all() };
      }),
    ];
  }

  *resources(): Generator<Resource> {
    this.#settle();
    for (const group of this.#groups.values()) {
      const { name, arn, tags } = group;
      yield { key: `log-group/${name}`, arn, tags: tags.all(), indexedTags: this.#cloud.indexed(tags), state: group };
    }
  }

  /**
   * A service writes events, now or later. A group that is missing at that time is made without expiry, key or tags: RDS
   * does so, and functions whose role allows it (aws-notes traps 7 and 8).
   *
   * @param at milliseconds since the epoch
   */
  write(group: string, bytes: number, at = this.#cloud.now()): void {
    this.#writes.push({ group, bytes, at });
    this.#settle();
  }

  /** Whoever was to write to these groups later is gone. */
  silence(groups: readonly string[]): void {
    this.#settle();
    this.#writes = this.#writes.filter((write) => !groups.includes(write.group));
  }

  /** What `write` does to a missing group, without an event. */
  ensureGroup(name: string): void {
    this.write(name, 0);
  }

  /** Carries out the writes that are due. */
  #settle(): void {
    const now = this.#cloud.now();
    for (const { group, bytes } of this.#writes.filter(({ at }) => at <= now)) {
      const found = this.#groups.get(group) ?? this.#create(group);
      found.storedBytes += bytes;
    }
    this.#writes = this.#writes.filter(({ at }) => at > now);
  }

  #create(name: string): LogGroup {
    const group: LogGroup = {
      name,
      arn: this.#cloud.arn("logs", `log-group:${name}`),
      created: new Date(this.#cloud.now()),
      retention: undefined,
      kmsKey: undefined,
      storedBytes: 0,
      deletionProtected: false,
      subscriptions: new Map(),
      metricFilters: new Set(),
      tags: new TagSet({}, this.#cloud.now()),
    };
    this.#groups.set(name, group);
    return group;
  }

  /** aws-notes trap 9: the key policy must name the regional logs service. The message is the service's own. */
  #checkKey(name: string, key: string): void {
    const { kms } = this.#cloud.services;
    const service = `logs.${this.#cloud.region}.amazonaws.com`;
    // CreateLogGroup API, kmsKeyId: an ARN, not an id or alias.
    const refusal = kms.refusal(key, "kms@logs");
    if (refusal !== undefined && refusal.code !== "NotFoundException") {
      throw invalid("The specified KMS Key Id could not be found or is disabled.");
    }
    if (key.startsWith("arn:") && refusal === undefined && kms.policyOf(key, "kms@logs")?.includes(service)) return;
    const arn = this.#cloud.arn("logs", `log-group:${name}`);
    throw invalid(`The specified KMS key does not exist or is not allowed to be used with LogGroup '${arn}'`);
  }

  #group(name: string | undefined): LogGroup {
    this.#settle();
    const group = this.#groups.get(name ?? "");
    if (!group) throw notFound();
    return group;
  }

  /** A group that has reached whatever changes it: right after CreateLogGroup, PutRetentionPolicy may not find it. */
  #settled(group: LogGroup): LogGroup {
    if (!this.#past.seen(group.name, "logs@logs")) throw notFound();
    return group;
  }

  /** TagResource API, resourceArn: without the `:*` that DescribeLogGroups shows in `arn`. */
  #byArn(arn = ""): LogGroup {
    if (arn.endsWith(":*")) throw invalid(`Value '${arn}' at 'resourceArn' failed to satisfy constraint`);
    this.#settle();
    const group = [...this.#groups.values()].find((candidate) => candidate.arn === arn);
    if (!group) throw notFound();
    return group;
  }
}

/** A search by pattern knows no sizes (LocalStack snapshot test_describe_log_groups_with_pattern). */
function show(group: LogGroup, byPattern: boolean) {
  return {
    logGroupName: group.name,
    arn: `${group.arn}:*`,
    logGroupArn: group.arn,
    creationTime: group.created.getTime(),
    ...(group.retention !== undefined && { retentionInDays: group.retention }),
    ...(group.kmsKey !== undefined && { kmsKeyId: group.kmsKey }),
    ...(!byPattern && { storedBytes: group.storedBytes }),
    metricFilterCount: group.metricFilters.size,
    logGroupClass: "STANDARD" as const,
    deletionProtectionEnabled: group.deletionProtected,
  };
}

function notFound() {
  return awsError("ResourceNotFoundException", "The specified log group does not exist.");
}

function invalid(message: string) {
  return awsError("InvalidParameterException", message);
}
