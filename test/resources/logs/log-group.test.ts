import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import type { Aws } from "../../../src/aws/aws.ts";
import { NotOursError } from "../../../src/engine/errors.ts";
import { LogGroup } from "../../../src/resources/logs/log-group.ts";
import type { Tags } from "../../../src/resources/tags.ts";
import { awsError, identity, testAws } from "../support.ts";

const logs = mockClient(CloudWatchLogsClient);
const tagging = mockClient(ResourceGroupsTaggingAPIClient);

const logGroupName = "/aws/lambda/trading-query-dev";
const me = identity("logs/query", logGroupName, logGroupName);
const key = { logGroupName };
const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;
const group = { logGroupName, arn: `${arn}:*`, retentionInDays: 30, kmsKeyId: "key" };
const wanted = { retentionDays: 30, kmsKeyArn: "key" };
const strange = { Owner: "somebody" };
const how = { token: "t", protect: false };

beforeEach(() => {
  logs.reset();
  tagging.reset();
  logs.onAnyCommand().resolves({});
  logs.on(DescribeLogGroupsCommand).resolves({ logGroups: [group] });
  logs.on(ListTagsForResourceCommand).resolves({ tags: me.tags });
});

/** A look whose search for left-overs finds the group with these tags. */
function looking(tags: Tags): Aws {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  tagging.on(GetResourcesCommand).resolves({ ResourceTagMappingList: [{ ResourceARN: arn, Tags }] });
  const aws = testAws();
  void LogGroup.listOwned?.(aws, me.environment);
  return aws;
}

const asked = () => logs.commandCalls(ListTagsForResourceCommand).length;

/** What was seen when the tagging API had not noticed yet that the group is somebody else's by now. */
async function seenTooEarly() {
  const aws = looking(me.tags);
  const live = await LogGroup.find(aws, me, key);
  if (live === undefined) throw new Error("the group was not found");
  logs.on(ListTagsForResourceCommand).resolves({ tags: strange });
  return { aws, live };
}

test("tags that the search for left-overs has found are not asked for again", async () => {
  const live = await LogGroup.find(looking(me.tags), me, key);
  expect(live?.tags).toEqual(me.tags);
  expect(live && LogGroup.changes(wanted, live, me)).toEqual([]);
  expect(asked()).toBe(0);
});

test("the group itself is asked when nobody has searched", async () => {
  expect((await LogGroup.find(testAws(), me, key))?.tags).toEqual(me.tags);
  expect(asked()).toBe(1);
  expect(tagging.calls()).toEqual([]);
});

test.each(["not found it", "failed"])("the group itself is asked when the search has %s", async (how) => {
  const found = tagging.on(GetResourcesCommand);
  if (how === "failed") found.rejects(awsError("AccessDeniedException"));
  else found.resolves({ ResourceTagMappingList: [] });
  const aws = testAws();
  LogGroup.listOwned?.(aws, me.environment).catch(() => undefined);
  expect((await LogGroup.find(aws, me, key))?.tags).toEqual(me.tags);
  expect(tagging.calls()).toHaveLength(1);
  expect(asked()).toBe(1);
});

test("a tag that differs by the search is drift only if the group says so, too", async () => {
  const live = await LogGroup.find(looking({ ...me.tags, Project: "other" }), me, key);
  expect(live && LogGroup.changes(wanted, live, me)).toEqual([]);
  const altered = { ...me.tags, Project: "altered" };
  logs.on(ListTagsForResourceCommand).resolves({ tags: altered });
  const drifted = await LogGroup.find(looking({ ...me.tags, Project: "other" }), me, key);
  expect(drifted && LogGroup.changes(wanted, drifted, me).map((c) => [c.path, c.live])).toEqual([
    ["tags.Project", "altered"],
  ]);
});

test("is neither removed nor changed by tags of the search alone", async () => {
  const { aws, live } = await seenTooEarly();
  await expect(LogGroup.remove(aws, live, how, me)).rejects.toThrow(NotOursError);
  const changes = LogGroup.changes({ ...wanted, retentionDays: 7 }, live, me);
  await expect(LogGroup.update(aws, live, { ...wanted, retentionDays: 7 }, changes, me)).rejects.toThrow(NotOursError);
  expect(logs.commandCalls(DeleteLogGroupCommand)).toEqual([]);
  expect(logs.commandCalls(PutRetentionPolicyCommand)).toEqual([]);
});

test("is kept when its own tags say so, though the search did not", async () => {
  const { aws, live } = await seenTooEarly();
  logs.on(ListTagsForResourceCommand).resolves({ tags: { ...me.tags, "tap:protect": "true" } });
  logs.on(DescribeLogStreamsCommand).resolves({ logStreams: [{ logStreamName: "stream" }] });
  expect(await LogGroup.retainReason?.(aws, live, how)).toMatch(/not empty and keeps its 30 days/);
});

test("what is gone by the time of its removal is removed", async () => {
  const { aws, live } = await seenTooEarly();
  logs.on(ListTagsForResourceCommand).rejects(awsError("ResourceNotFoundException"));
  await LogGroup.remove(aws, live, how, me);
  expect(logs.commandCalls(DeleteLogGroupCommand)).toEqual([]);
});
