import {
  AddTagsToResourceCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBSubnetGroupCommand,
  DescribeDBSubnetGroupsCommand,
  ListTagsForResourceCommand,
  ModifyDBSubnetGroupCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { classify } from "../../../src/aws/errors.ts";
import { NotOursError } from "../../../src/engine/errors.ts";
import { DbSubnetGroup } from "../../../src/resources/rds/subnet-group.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const rds = mockClient(RDSClient);
beforeEach(() => rds.reset());

const me = identity("database/subnet-group", "trading-subnets-dev");
const wanted = { description: "Private subnets", subnetIds: ["subnet-2", "subnet-1"] };
const group = {
  DBSubnetGroupName: me.name,
  DBSubnetGroupArn: `arn:aws:rds:us-east-1:123456789012:subgrp:${me.name}`,
  DBSubnetGroupDescription: "Private subnets",
  SubnetGroupStatus: "Complete",
  Subnets: [{ SubnetIdentifier: "subnet-1" }, { SubnetIdentifier: "subnet-2" }],
};
const live = { ...group, tags: me.tags };

test("find reads the group and its tags", async () => {
  rds.on(DescribeDBSubnetGroupsCommand, { DBSubnetGroupName: me.name }).resolves({ DBSubnetGroups: [group] });
  rds.on(ListTagsForResourceCommand, { ResourceName: group.DBSubnetGroupArn }).resolves({ TagList: tagList(me) });
  expect(await DbSubnetGroup.find(testAws(), me, undefined)).toEqual(live);
});

test("find: absent, its tags not visible yet, or someone else's", async () => {
  rds
    .on(DescribeDBSubnetGroupsCommand)
    .rejectsOnce(awsError("DBSubnetGroupNotFoundFault"))
    .resolves({ DBSubnetGroups: [group] });
  rds.on(ListTagsForResourceCommand).rejectsOnce(awsError("DBSubnetGroupNotFoundFault")).resolves({ TagList: [] });
  expect(await DbSubnetGroup.find(testAws(), me, undefined)).toBeUndefined();
  // The engine looks again.
  await expect(DbSubnetGroup.find(testAws(), me, undefined)).rejects.toThrow("DBSubnetGroupNotFoundFault");
  await expect(DbSubnetGroup.find(testAws(), me, undefined)).rejects.toThrow(NotOursError);
});

test("create", async () => {
  rds.on(CreateDBSubnetGroupCommand).resolves({});
  expect(await DbSubnetGroup.create(testAws(), me, undefined, wanted, "t")).toBe(me.name);
  expect(rds.calls().map((c) => c.args[0].input)).toEqual([
    {
      DBSubnetGroupName: me.name,
      DBSubnetGroupDescription: "Private subnets",
      SubnetIds: ["subnet-2", "subnet-1"],
      Tags: tagList(me),
    },
  ]);
});

test.each([
  ["description", { DBSubnetGroupDescription: "other" }],
  ["subnetIds", { Subnets: [...group.Subnets, { SubnetIdentifier: "subnet-3" }] }],
])("%s is repaired in place", async (path, by) => {
  rds.on(ModifyDBSubnetGroupCommand).resolves({});
  expect(DbSubnetGroup.changes(wanted, live, me)).toEqual([]);
  const changes = DbSubnetGroup.changes(wanted, { ...live, ...by }, me);
  expect(changes.map((c) => [c.path, c.fix])).toEqual([[path, "update"]]);
  await DbSubnetGroup.update(testAws(), live, wanted, changes, me);
  expect(rds.calls().map((c) => c.args[0].input)).toEqual([
    { DBSubnetGroupName: me.name, DBSubnetGroupDescription: "Private subnets", SubnetIds: ["subnet-2", "subnet-1"] },
  ]);
});

test("tags are repaired", async () => {
  rds.on(AddTagsToResourceCommand).resolves({});
  const changes = DbSubnetGroup.changes(wanted, { ...live, tags: { ...me.tags, Name: "x" } }, me);
  expect(changes.map((c) => c.path)).toEqual(["tags.Name"]);
  await DbSubnetGroup.update(testAws(), live, wanted, changes, me);
  expect(rds.calls().map((c) => c.args[0].input)).toEqual([
    { ResourceName: group.DBSubnetGroupArn, Tags: tagList(me) },
  ]);
});

test("phase", () => {
  expect(DbSubnetGroup.phase(live).is).toBe("ready");
  expect(DbSubnetGroup.phase({ ...live, SubnetGroupStatus: "Creating" }).is).toBe("pending");
});

test("remove: gone is success, in use is waited for", async () => {
  const inUse = awsError("InvalidDBSubnetGroupStateFault");
  rds.on(DeleteDBSubnetGroupCommand).rejectsOnce(awsError("DBSubnetGroupNotFoundFault")).rejects(inUse);
  const remove = () => DbSubnetGroup.remove(testAws(), live, { token: "t", protect: false }, me);
  await remove();
  await expect(remove()).rejects.toBe(inUse);
  expect(classify(inUse)).toBe("dependency");
});
