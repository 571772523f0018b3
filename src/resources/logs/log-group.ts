import {
  AssociateKmsKeyCommand,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
  type LogGroup as Description,
  DisassociateKmsKeyCommand,
  ListTagsForResourceCommand,
  PutLogGroupDeletionProtectionCommand,
  PutRetentionPolicyCommand,
  type SubscriptionFilter,
  TagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import * as z from "zod";
import type { Aws } from "../../aws/aws.ts";
import { each, permissions, reference } from "../../aws/permissions.ts";
import { accessLogGroup, executionLogGroup, FUNCTIONS, functionLogGroup } from "../../config/names.ts";
import { gigabyteText } from "../../cost/prices.ts";
import { type Change, type Identity, ready, type Watch } from "../../engine/kind.ts";
import { added, byName as valuesByName } from "../additions.ts";
import { compare, none } from "../compare.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { byDefault, ignored, reads, recorded, reply, wanted } from "../fields.ts";
import { ifThere, required, unlessGone } from "../missing.ts";
import { allPages } from "../pages.ts";
import { unlessProtected } from "../protection.ts";
import { tagCommand } from "../tag-command.ts";
import { ownedByTag, tagsFoundBefore } from "../tagging.ts";
import { compareTags, fromMap, isProtected, requireOurs, type Tags, touches } from "../tags.ts";
import { isWrittenForUs } from "./writer.ts";

interface Wanted {
  readonly retentionDays: number;
  readonly kmsKeyArn: string;
}

/** Its name, which may hold the id of an API. */
type Key = { readonly logGroupName: string };

/** Who else is sent what is logged, by name; undefined where nobody has looked. */
interface Beside {
  readonly subscriptions?: readonly SubscriptionFilter[];
}

interface Live extends Description, Beside {
  readonly tags: Tags;
  /** Whether the tags are the group's own word, and not the tagging API's, which is late to notice changes. */
  readonly asked: boolean;
  /** Whether it is without tags, retention and key, and was made by a service for a resource of ours. */
  readonly isLate: boolean;
}

const id = (group: Description) => required(group.logGroupName, "logGroupName");

/** The ARN as the tagging calls want it: without the `:*` of DescribeLogGroups. */
const resourceArn = (group: Description) => required(group.arn, "arn").replace(/:\*$/, "");

/** The group's own word on its tags. */
const askTags = async (aws: Aws, group: Description): Promise<Tags> =>
  fromMap((await aws.logs(new ListTagsForResourceCommand({ resourceArn: resourceArn(group) }))).tags);

/** The tags by which something is changed or removed, or kept; `undefined` when it is gone by now. */
const sureTags = async (aws: Aws, live: Live) => (live.asked ? live.tags : ifThere(askTags(aws, live)));

const isUntagged = (tags: Tags) => Object.keys(tags).length === 0;

/**
 * Whether it is as services make their groups: kept for ever, encrypted with no key of the account (CloudWatch Logs User
 * Guide, "Working with log groups and log streams"). What has either, somebody has given it.
 */
const isUnset = ({ retentionInDays, kmsKeyId }: Description) => retentionInDays === undefined && kmsKeyId === undefined;

/** @throws {NotOursError} */
function requireOurGroup(me: Identity, group: Live): Live {
  const name = id(group);
  if ((me.id === name || group.isLate) && isUntagged(group.tags)) return group;
  return requireOurs(me, `log group ${name}`, group, group.tags, tagCommand("logs")(me, resourceArn(group)));
}

/** All groups under one first path element, such as `/aws/lambda/trading-`: one read for all groups of a kind. */
const list = (aws: Aws, prefix: string) =>
  aws.shared(`logs:groups ${prefix}`, () =>
    allPages("logGroups", "nextToken", (nextToken) =>
      aws.logs(new DescribeLogGroupsCommand({ logGroupNamePrefix: prefix, nextToken })),
    ),
  );

/** Amazon CloudWatch Logs. */
const logs = permissions({
  source: reference("amazoncloudwatchlogs"),
  scopes: ({ environment, named, arn, asOurs }) => {
    const groups = [
      ...FUNCTIONS.map((type) => functionLogGroup(named(type))),
      accessLogGroup(environment),
      executionLogGroup("*", environment),
    ];
    const resources = [
      // CloudWatch Logs names a group with `:*` for most actions and without for tags (CloudWatch Logs user guide,
      // "Overview of managing access", log group ARNs).
      ...groups.flatMap((group) => [group, `${group}:*`]),
      `/aws/rds/cluster/${named("cluster")}/*`,
    ].map((group) => arn("logs", `log-group:${group}`));
    return { NewLogGroups: { resources, condition: asOurs }, LogGroups: { resources } };
  },
  operations: {
    DescribeLogGroups: { "logs:DescribeLogGroups": "Look" },
    ...each("logs:*", "LogGroups", "DescribeLogStreams", "ListTagsForResource", "AssociateKmsKey"),
    ...each("logs:*", "LogGroups", "DescribeSubscriptionFilters", "PutLogGroupDeletionProtection"),
    ...each("logs:*", "LogGroups", "DeleteLogGroup", "DisassociateKmsKey", "PutRetentionPolicy"),
    TagResource: { "logs:TagResource": "NewLogGroups" },
    // Tags need a permission of their own (CloudWatch Logs API reference, CreateLogGroup, tags).
    CreateLogGroup: { "logs:CreateLogGroup": "NewLogGroups", "logs:TagResource": "NewLogGroups" },
  },
});

/** Each field of the reply (CloudWatch Logs API reference, LogGroup; the class: CreateLogGroup, logGroupClass). */
const fields = reads<Live>(
  reply({ operation: "DescribeLogGroups", at: "logGroups", shape: "LogGroup" }, (live): Description => live, {
    logGroupName: ignored("identifier"),
    creationTime: ignored("time"),
    retentionInDays: wanted,
    // Somebody counts what is logged: what they are is not read.
    metricFilterCount: byDefault(0, "leave", "stranger"),
    arn: ignored("identifier"),
    storedBytes: ignored("counter"),
    kmsKeyId: wanted,
    dataProtectionStatus: recorded,
    inheritedProperties: recorded,
    logGroupClass: byDefault("STANDARD", "leave"),
    logGroupArn: ignored("identifier"),
    // It keeps `down` from its end, and somebody has meant it.
    deletionProtectionEnabled: byDefault(false, "lift", "outage"),
    bearerTokenAuthenticationEnabled: byDefault(false, "leave", "access"),
    retentionPolicyName: recorded,
  }),
);

const watch: readonly Watch<Aws, Key, Live>[] = [
  {
    what: "subscriptions",
    read: async (aws, logGroupName) => ({
      subscriptions: await allPages("subscriptionFilters", "nextToken", (nextToken) =>
        aws.logs(new DescribeSubscriptionFiltersCommand({ logGroupName, nextToken })),
      ),
    }),
  },
];

/** Who is sent what is logged: the destination of each subscription. */
const subscriptionChanges = ({ subscriptions }: Beside): Change[] =>
  added(
    "subscription",
    subscriptions &&
      valuesByName(
        subscriptions,
        ({ filterName }) => required(filterName, "filterName"),
        ({ destinationArn }) => destinationArn ?? "a destination that AWS does not name",
      ),
    "leave",
    "access",
  );

/**
 * A log group. Made by tap before its writer exists, so that it never lives without retention and key.
 *
 * The name is fixed. One without any tags was made by a late writer of ours where we had a group of that name, or where
 * nobody has set anything of it and the name is that of a resource of ours: see {@link isWrittenForUs}.
 */
export const LogGroup: AwsKind<Wanted, Live, { logGroupName: string; arn: string }, Key> = {
  type: "logs:log-group",
  recover: "fixed-name",
  usable: "created",
  releases: "gone",
  replace: "refuse",
  // CloudWatch Logs may see its key minutes after KMS does (KMS, "Eventual consistency").
  minutes: { create: 5, update: 5, remove: 5 },
  seconds: { create: 1, remove: 1 },
  permissions: logs,
  card: "CloudWatch Logs",
  holdsData: true,
  ...fields,
  watch,
  parseKey: keyOf(z.object({ logGroupName: z.string() })),

  async find(aws, me, { logGroupName }) {
    const group = (await list(aws, prefixOf(logGroupName))).find((g) => g.logGroupName === logGroupName);
    if (group === undefined) return undefined;
    // One call for the tags of all groups. Only what is just as it should be is taken from it; else the group is asked.
    const found = await tagsFoundBefore(aws, me.environment, resourceArn(group));
    if (found !== undefined && compareTags(me, found).length === 0)
      return { ...group, tags: found, asked: false, isLate: false };
    const tags = await askTags(aws, group);
    const isLate = isUntagged(tags) && isUnset(group) && (await isWrittenForUs(aws, me.environment, logGroupName));
    return requireOurGroup(me, { ...group, tags, asked: true, isLate });
  },
  id,
  phase: () => ready,
  outputs: (live) => ({ logGroupName: id(live), arn: resourceArn(live) }),

  changes: (want, live, me) => [
    ...compare(
      { retentionDays: want.retentionDays, kmsKeyArn: want.kmsKeyArn },
      // Without a retention it keeps everything, without a key it is encrypted with one of AWS's (LogGroup).
      { retentionDays: live.retentionInDays ?? none, kmsKeyArn: live.kmsKeyId ?? none },
    ),
    ...subscriptionChanges(live),
    ...compareTags(me, live.tags),
  ],

  async create(aws, me, { logGroupName }, want) {
    await aws.logs(new CreateLogGroupCommand({ logGroupName, kmsKeyId: want.kmsKeyArn, tags: { ...me.tags } }));
    return logGroupName;
  },

  async update(aws, live, want, changes, me) {
    const tags = await sureTags(aws, live);
    if (tags === undefined) return;
    requireOurGroup(me, { ...live, tags });
    const logGroupName = id(live);
    // First: by its tags one that a service has made stays ours, wherever a run ends.
    if (touches(changes, "tags")) {
      await aws.logs(new TagResourceCommand({ resourceArn: resourceArn(live), tags: { ...me.tags } }));
    }
    if (touches(changes, "deletionProtectionEnabled")) {
      const off = { logGroupIdentifier: logGroupName, deletionProtectionEnabled: false };
      await aws.logs(new PutLogGroupDeletionProtectionCommand(off));
    }
    if (touches(changes, "retentionDays")) {
      await aws.logs(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: want.retentionDays }));
    }
    if (touches(changes, "kmsKeyArn")) {
      if (live.kmsKeyId !== undefined) await aws.logs(new DisassociateKmsKeyCommand({ logGroupName }));
      await aws.logs(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId: want.kmsKeyArn }));
    }
  },

  async retainReason(aws, live, how) {
    const tags = await sureTags(aws, live);
    if (tags === undefined || !isProtected(tags, how)) return undefined;
    // Its size is only reported hours later (DescribeLogGroups, storedBytes); a stream is there with the first line.
    const logGroupName = id(live);
    const answer = await ifThere(aws.logs(new DescribeLogStreamsCommand({ logGroupName, limit: 1 })));
    if ((answer?.logStreams ?? []).length === 0) return undefined;
    return `it is not empty and keeps its ${live.retentionInDays ?? "unlimited"} days; ${gigabyteText("logs")}`;
  },

  async remove(aws, live, _how, me) {
    const tags = await sureTags(aws, live);
    if (tags === undefined) return;
    requireOurGroup(me, { ...live, tags });
    const logGroupName = id(live);
    await unlessProtected(unlessGone(aws.logs(new DeleteLogGroupCommand({ logGroupName }))), {
      refusal: /deletion ?protection/i,
      look: `aws logs describe-log-groups --log-group-name-prefix ${logGroupName} --query 'logGroups[].[logGroupName,deletionProtectionEnabled]'`,
      off: `aws logs put-log-group-deletion-protection --log-group-identifier ${logGroupName} --no-deletion-protection-enabled`,
    });
  },

  listOwned: ownedByTag("logs", /^log-group:(.+?)(?::\*)?$/, (logGroupName, { tags }) => ({
    name: tags["Name"] ?? logGroupName,
    id: logGroupName,
    key: { logGroupName },
  })),
};

/** Names of ours are read by family: all groups of the functions in one call. */
function prefixOf(logGroupName: string): string {
  const at = logGroupName.lastIndexOf("trading-");
  return at < 0 ? logGroupName : logGroupName.slice(0, at + "trading-".length);
}
