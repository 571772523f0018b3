import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { done, outOfSync, unwell } from "./scene.ts";
import { type Environment, World } from "./world.ts";

/** Groups that their service makes by itself, and the nodes that they are. */
const groups = [
  ["/aws/rds/cluster/trading-cluster-dev/audit", "logs/database-audit"],
  ["/aws/lambda/trading-query-dev", "logs/query"],
] as const;

/** As a service makes it when it finds none: untagged, in the clear, for ever. */
function writeLate(world: World, logGroupName: string): void {
  const { logs } = world.cloud.services;
  const there = groupsOf(world).some((name) => name === logGroupName);
  if (there) world.cloud.call(new DeleteLogGroupCommand({ logGroupName }));
  world.cloud.call(new CreateLogGroupCommand({ logGroupName }));
  logs.write(logGroupName, 10, world.clock.now());
}

const groupsOf = (world: World) =>
  (world.cloud.call(new DescribeLogGroupsCommand({ limit: 50 })).logGroups ?? []).map((group) => group.logGroupName);

const ways: readonly (readonly [string, (dev: Environment) => void])[] = [
  ["with the state file", () => undefined],
  ["without it", (dev) => dev.forget()],
];
const cases = groups.flatMap((group) => ways.map((way) => [...group, ...way] as const));

test.each(cases)(
  "%s (%s), written again after a deletion by hand, %s: up mends it",
  async (name, node, _way, forget) => {
    using world = new World();
    const dev = world.environment("dev");
    await dev.up();
    writeLate(world, name);
    forget(dev);
    const rows = await dev.status();
    expect(Object.keys(outOfSync(rows))).toEqual([node]);
    expect(rows.find(({ id }) => id === node)?.changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["retentionDays", "kmsKeyArn", "tags.tap:id"]),
    );
    expect((await dev.plan()).conflicts).toEqual([]);
    expect(done(await dev.up())).toEqual({ [node]: "updated" });
    expect(outOfSync(await dev.status())).toEqual({});
  },
);

test.each(groups)(
  "%s, written after down: the next up takes it in, and the next down finds it",
  async (name, _node) => {
    using world = new World();
    const dev = world.environment("dev");
    await dev.up();
    await dev.takeDown();
    dev.forget();
    writeLate(world, name);
    const { endings, swept } = await dev.takeDown();
    expect(unwell(endings)).toEqual([]);
    expect([...swept.remaining.keys()]).toEqual([]);
    expect(groupsOf(world)).toEqual([]);

    writeLate(world, name);
    expect(unwell(await dev.up())).toEqual([]);
    expect(outOfSync(await dev.status())).toEqual({});
  },
);

test.each(cases)("%s (%s), %s: down leaves nothing of it", async (name, _node, _way, forget) => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  writeLate(world, name);
  forget(dev);
  const { endings, swept } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect([...swept.remaining.keys()]).toEqual([]);
  expect(groupsOf(world)).toEqual([]);
});

test("a group with a tag of somebody's is somebody's", async () => {
  using world = new World();
  const dev = world.environment("dev");
  const [[logGroupName]] = groups;
  writeLate(world, logGroupName);
  const resourceArn = world.cloud.arn("logs", `log-group:${logGroupName}`);
  world.cloud.call(new TagResourceCommand({ resourceArn, tags: { Owner: "somebody" } }));
  expect((await dev.plan()).conflicts.map(({ node }) => node)).toEqual(["logs/database-audit"]);
  await dev.takeDown();
  expect(groupsOf(world)).toEqual([logGroupName]);
});

// Found as an account in which somebody's untagged group with a key of his own waited for his function: `up` then missed
// "its" key, and `down` would have removed the group.
test.each<[string, (world: World, logGroupName: string) => void]>([
  [
    "a retention",
    ({ cloud }, logGroupName) => cloud.call(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 90 })),
  ],
  [
    "a key",
    ({ cloud }, logGroupName) => {
      const Principal = { Service: "logs.us-east-1.amazonaws.com", AWS: cloud.arn("iam", "root") };
      const Statement = [{ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      const { KeyMetadata } = cloud.call(new CreateKeyCommand({ Policy }));
      cloud.clock.jump(cloud.now() + 600_000);
      cloud.call(new DeleteLogGroupCommand({ logGroupName }));
      cloud.call(new CreateLogGroupCommand({ logGroupName, kmsKeyId: KeyMetadata?.Arn }));
    },
  ],
])("an untagged group to which somebody has given %s is somebody's, whatever its name", async (_, give) => {
  for (const [logGroupName, node] of groups) {
    using world = new World();
    const dev = world.environment("dev");
    writeLate(world, logGroupName);
    give(world, logGroupName);
    expect((await dev.plan()).conflicts).toMatchObject([{ node, message: expect.stringContaining("is not ours") }]);
    await dev.takeDown();
    expect(groupsOf(world)).toEqual([logGroupName]);
  }
});

test("an untagged group of somebody's cluster of that name is somebody's", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  const [[logGroupName]] = groups;
  writeLate(world, logGroupName);
  dev.forget();
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "DescribeDBClusters") return output;
    // What DescribeDBClusters answers is an object with DBClusters.
    const { DBClusters } = output as { DBClusters: object[] };
    return { ...output, DBClusters: DBClusters.map((cluster) => ({ ...cluster, TagList: [] })) };
  };
  expect((await dev.plan()).conflicts.map(({ node }) => node)).toContain("logs/database-audit");
  await dev.takeDown();
  expect(groupsOf(world)).toContain(logGroupName);
});
