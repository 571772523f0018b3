import {
  AddTagsToResourceCommand,
  CreateDBClusterParameterGroupCommand,
  DeleteDBClusterParameterGroupCommand,
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBClusterParametersCommand,
  ListTagsForResourceCommand,
  ModifyDBClusterParameterGroupCommand,
  type Parameter,
  RDSClient,
  ResetDBClusterParameterGroupCommand,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { NotOursError } from "../../../src/engine/errors.ts";
import { DbClusterParameterGroup } from "../../../src/resources/rds/cluster-parameter-group.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const rds = mockClient(RDSClient);
beforeEach(() => rds.reset());

const me = identity("database/parameter-group", "trading-parameters-dev");
const wanted = {
  family: "aurora-mysql8.0",
  description: "Logging and TLS",
  parameters: { general_log: "1", log_output: "FILE", tls_version: "TLSv1.3" },
};
const key = { parameters: Object.keys(wanted.parameters) };
const group = {
  DBClusterParameterGroupName: me.name,
  DBClusterParameterGroupArn: `arn:aws:rds:us-east-1:123456789012:cluster-pg:${me.name}`,
  DBParameterGroupFamily: "aurora-mysql8.0",
  Description: "Logging and TLS",
};
const parameter = (ParameterName: string, ParameterValue?: string, ApplyType = "dynamic"): Parameter => ({
  ParameterName,
  ApplyType,
  ...(ParameterValue === undefined ? {} : { ParameterValue }),
});
const byName = (...list: Parameter[]) => new Map(list.map((p) => [p.ParameterName ?? "", p]));
const live = {
  ...group,
  tags: me.tags,
  changed: byName(parameter("general_log", "1"), parameter("tls_version", "TLSv1.3", "static")),
  unchanged: byName(parameter("log_output", "FILE")),
};
const inputs = () => rds.calls().map((c) => c.args[0].input);

describe("find", () => {
  test("reads what differs from the engine's own, on any page, and the rest of what is wanted by name", async () => {
    rds.on(DescribeDBClusterParameterGroupsCommand).resolves({ DBClusterParameterGroups: [group] });
    rds.on(ListTagsForResourceCommand).resolves({ TagList: tagList(me) });
    rds
      .on(DescribeDBClusterParametersCommand, { Source: "user" })
      .resolvesOnce({ Parameters: [parameter("general_log", "1")], Marker: "more" })
      .resolvesOnce({ Parameters: [parameter("tls_version", "TLSv1.3", "static")] });
    rds
      .on(DescribeDBClusterParametersCommand, { Filters: [{ Name: "parameter-name", Values: ["log_output"] }] })
      .resolves({ Parameters: [parameter("log_output", "FILE"), parameter("not_asked_for", "1")] });
    expect(await DbClusterParameterGroup.find(testAws(), me, key)).toEqual(live);
  });

  test("asks once when everything wanted differs from the engine's own", async () => {
    rds.on(DescribeDBClusterParameterGroupsCommand).resolves({ DBClusterParameterGroups: [group] });
    rds.on(ListTagsForResourceCommand).resolves({ TagList: tagList(me) });
    rds.on(DescribeDBClusterParametersCommand).resolves({ Parameters: [parameter("general_log", "1")] });
    await DbClusterParameterGroup.find(testAws(), me, { parameters: ["general_log"] });
    expect(rds.commandCalls(DescribeDBClusterParametersCommand)).toHaveLength(1);
  });

  test("absent, or someone else's", async () => {
    rds
      .on(DescribeDBClusterParameterGroupsCommand)
      .rejectsOnce(awsError("DBParameterGroupNotFoundFault", "no such group", 404))
      .resolves({ DBClusterParameterGroups: [group] });
    rds.on(ListTagsForResourceCommand).resolves({ TagList: [] });
    rds.on(DescribeDBClusterParametersCommand).resolves({ Parameters: [] });
    expect(await DbClusterParameterGroup.find(testAws(), me, key)).toBeUndefined();
    await expect(DbClusterParameterGroup.find(testAws(), me, key)).rejects.toThrow(NotOursError);
  });
});

test("create makes the group; its parameters are an update", async () => {
  rds.on(CreateDBClusterParameterGroupCommand).resolves({});
  expect(await DbClusterParameterGroup.create(testAws(), me, key, wanted, "t")).toBe(me.name);
  expect(inputs()).toEqual([
    {
      DBClusterParameterGroupName: me.name,
      DBParameterGroupFamily: "aurora-mysql8.0",
      Description: "Logging and TLS",
      Tags: tagList(me),
    },
  ]);
});

test("a wanted value that is the engine's own is in sync", () => {
  expect(DbClusterParameterGroup.changes(wanted, live, me)).toEqual([]);
});

test("what differs is set and what is not wanted is reset, static ones with the next restart", async () => {
  rds.on(ModifyDBClusterParameterGroupCommand).resolves({}).on(ResetDBClusterParameterGroupCommand).resolves({});
  const drifted = {
    ...live,
    changed: byName(
      parameter("general_log", "0"),
      parameter("tls_version", "TLSv1.2", "static"),
      parameter("wait_timeout", "5"),
      parameter("binlog_format", "ROW", "static"),
    ),
    unchanged: byName(parameter("log_output", "TABLE")),
  };
  const changes = DbClusterParameterGroup.changes(wanted, drifted, me);
  expect(changes).toEqual([
    { path: "parameters.general_log", want: "1", live: "0", fix: "update" },
    { path: "parameters.log_output", want: "FILE", live: "TABLE", fix: "update" },
    { path: "parameters.tls_version", want: "TLSv1.3", live: "TLSv1.2", fix: "update" },
    { path: "parameters.wait_timeout", want: undefined, live: "5", fix: "update" },
    { path: "parameters.binlog_format", want: undefined, live: "ROW", fix: "update" },
  ]);
  await DbClusterParameterGroup.update(testAws(), drifted, wanted, changes, me);
  expect(inputs()).toEqual([
    {
      DBClusterParameterGroupName: me.name,
      Parameters: [
        { ParameterName: "general_log", ParameterValue: "1", ApplyMethod: "immediate" },
        { ParameterName: "log_output", ParameterValue: "FILE", ApplyMethod: "immediate" },
        { ParameterName: "tls_version", ParameterValue: "TLSv1.3", ApplyMethod: "pending-reboot" },
      ],
    },
    {
      DBClusterParameterGroupName: me.name,
      Parameters: [
        { ParameterName: "wait_timeout", ApplyMethod: "immediate" },
        { ParameterName: "binlog_format", ApplyMethod: "pending-reboot" },
      ],
    },
  ]);
});

test("only what changed is sent, twenty at a time", async () => {
  rds.on(ModifyDBClusterParameterGroupCommand).resolves({});
  const names = Array.from({ length: 45 }, (_, i) => `p${i}`);
  const many = { ...wanted, parameters: Object.fromEntries(names.map((name) => [name, "1"])) };
  const bare = { ...live, changed: byName(parameter("p0", "1")), unchanged: byName() };
  const changes = DbClusterParameterGroup.changes(many, bare, me);
  await DbClusterParameterGroup.update(testAws(), bare, many, changes, me);
  const sent = rds.commandCalls(ModifyDBClusterParameterGroupCommand).map((c) => c.args[0].input.Parameters ?? []);
  expect(sent.map((p) => p.length)).toEqual([20, 20, 4]);
  expect(sent.flat().map((p) => p.ParameterName)).toEqual(names.slice(1));
});

test("family and description cannot be changed in place; tags can", async () => {
  rds.on(AddTagsToResourceCommand).resolves({});
  const drifted = { ...live, DBParameterGroupFamily: "aurora-mysql5.7", Description: "x", tags: {} };
  const changes = DbClusterParameterGroup.changes(wanted, drifted, me);
  expect(changes.filter((c) => c.fix === "replace").map((c) => c.path)).toEqual(["family", "description"]);
  await DbClusterParameterGroup.update(testAws(), drifted, wanted, changes, me);
  expect(inputs()).toEqual([{ ResourceName: group.DBClusterParameterGroupArn, Tags: tagList(me) }]);
});

test("removing one that is gone is success", async () => {
  rds.on(DeleteDBClusterParameterGroupCommand).rejects(awsError("DBParameterGroupNotFoundFault", "gone", 404));
  await DbClusterParameterGroup.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(inputs()).toEqual([{ DBClusterParameterGroupName: me.name }]);
});
