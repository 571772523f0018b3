import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  PutLogGroupDeletionProtectionCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetResourcesCommand } from "@aws-sdk/client-resource-groups-tagging-api";
import { expect } from "vitest";
import { refusal, world } from "../world.ts";
import { holds } from "./facts.ts";

const logGroupName = "/aws/lambda/f";

function group() {
  const { cloud } = world();
  cloud.call(new CreateLogGroupCommand({ logGroupName, tags: { Name: "f" } }));
  return cloud;
}

holds([
  {
    operation: "DescribeLogGroups",
    fact: "says whether the group is protected from deletion",
    source: "LocalStack test_create_log_group_with_kms_key, test_describe_log_groups_with_prefix",
    check: () => {
      const [shown] = group().call(new DescribeLogGroupsCommand({})).logGroups ?? [];
      expect(shown?.deletionProtectionEnabled).toBe(false);
    },
  },
  {
    operation: "DescribeLogGroups",
    fact: "a search by pattern knows no sizes",
    source: "LocalStack test_describe_log_groups_with_pattern",
    check: () => {
      const cloud = group();
      const [found] = cloud.call(new DescribeLogGroupsCommand({ logGroupNamePattern: "lambda" })).logGroups ?? [];
      expect(found).toMatchObject({ logGroupName });
      expect(found).not.toHaveProperty("storedBytes");
      expect(cloud.call(new DescribeLogGroupsCommand({})).logGroups?.[0]?.storedBytes).toBe(0);
    },
  },
  {
    operation: "DescribeLogGroups",
    fact: "prefix and pattern exclude each other",
    source: "LocalStack test_describe_log_groups_prefix_and_pattern_error",
    check: () => {
      const both = new DescribeLogGroupsCommand({ logGroupNamePrefix: "a", logGroupNamePattern: "a" });
      expect(() => group().call(both)).toThrow(
        "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
      );
    },
  },
  {
    operation: "DeleteLogGroup",
    fact: "a protected group is not deleted until the protection goes",
    source: "PutLogGroupDeletionProtection API; aws-notes, Logs row (the code; its wording is ours)",
    check: () => {
      const cloud = group();
      const protect = (deletionProtectionEnabled: boolean) =>
        cloud.call(
          new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: logGroupName, deletionProtectionEnabled }),
        );
      const remove = () => refusal(() => cloud.call(new DeleteLogGroupCommand({ logGroupName })));
      protect(true);
      expect(remove()).toBe("ValidationException");
      protect(false);
      expect(remove()).toBe("nothing");
    },
  },
  {
    operation: "DescribeLogStreams",
    fact: "a stream has its ARN, its time, and no size",
    source: "7 placebo streams; LocalStack test_create_and_delete_log_stream",
    check: () => {
      const cloud = group();
      cloud.services.logs.write(logGroupName, 1000);
      expect(cloud.call(new DescribeLogStreamsCommand({ logGroupName })).logStreams).toEqual([
        {
          logStreamName: "stream",
          arn: `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}:log-stream:stream`,
          creationTime: cloud.now(),
          storedBytes: 0,
        },
      ]);
    },
  },
  {
    operation: "GetResources",
    fact: "the last page has a token, an empty one",
    source: "734 of 750 placebo recordings; LocalStack test_get_resources",
    check: () => expect(group().call(new GetResourcesCommand({})).PaginationToken).toBe(""),
  },
]);
