import {
  AddTagsToResourceCommand,
  CreateDBInstanceCommand,
  type DBInstance,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RDSClient,
  StartDBClusterCommand,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { classify } from "../../../src/aws/errors.ts";
import { NotOursError } from "../../../src/engine/errors.ts";
import { DbInstance } from "../../../src/resources/rds/instance.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";
import { writer as me } from "./fixtures.ts";

const rds = mockClient(RDSClient);
beforeEach(() => rds.reset());

const wanted = {
  clusterIdentifier: "trading-cluster-dev",
  instanceClass: "db.r5.large",
  publiclyAccessible: false,
  promotionTier: 0,
  performanceInsights: false,
  monitoringInterval: 0,
  caCertificateIdentifier: "rds-ca-rsa2048-g1",
};
const live = {
  DBInstanceIdentifier: me.name,
  DBInstanceArn: `arn:aws:rds:us-east-1:123456789012:db:${me.name}`,
  DBInstanceStatus: "available",
  DBClusterIdentifier: "trading-cluster-dev",
  Engine: "aurora-mysql",
  DBInstanceClass: "db.r5.large",
  PubliclyAccessible: false,
  AutoMinorVersionUpgrade: false,
  PromotionTier: 0,
  PerformanceInsightsEnabled: false,
  MonitoringInterval: 0,
  CACertificateIdentifier: "rds-ca-rsa2048-g1",
  Endpoint: { Address: "writer.example", Port: 3306 },
  TagList: tagList(me),
};

test("one list serves all instances, on any page", async () => {
  const reader = identity("database/reader-1", "trading-reader-1-dev");
  rds
    .on(DescribeDBInstancesCommand)
    .resolvesOnce({ DBInstances: [{ DBInstanceIdentifier: "other" }, live], Marker: "more" })
    .resolvesOnce({ DBInstances: [{ ...live, DBInstanceIdentifier: reader.name, TagList: tagList(reader) }] });
  const aws = testAws();
  expect(await DbInstance.find(aws, me, undefined)).toEqual(live);
  expect((await DbInstance.find(aws, reader, undefined))?.DBInstanceIdentifier).toBe(reader.name);
  expect(await DbInstance.find(aws, { ...me, name: "none" }, undefined)).toBeUndefined();
  expect((await DbInstance.listOwned?.(aws, "dev"))?.map((o) => o.node)).toEqual([
    "database/writer",
    "database/reader-1",
  ]);
  expect(rds.calls()).toHaveLength(2);
});

test("someone else's of our name is an error", async () => {
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [{ ...live, TagList: [] }] });
  await expect(DbInstance.find(testAws(), me, undefined)).rejects.toThrow(NotOursError);
});

test("create", async () => {
  rds.on(CreateDBInstanceCommand).resolves({ DBInstance: live });
  expect(await DbInstance.create(testAws(), me, undefined, wanted, "token-1")).toBe(me.name);
  expect(rds.commandCalls(CreateDBInstanceCommand)[0]?.args[0].input).toEqual({
    DBInstanceIdentifier: me.name,
    DBClusterIdentifier: "trading-cluster-dev",
    Engine: "aurora-mysql",
    DBInstanceClass: "db.r5.large",
    PubliclyAccessible: false,
    AutoMinorVersionUpgrade: false,
    PromotionTier: 0,
    EnablePerformanceInsights: false,
    MonitoringInterval: 0,
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    Tags: tagList(me),
  });
});

test("a create that is too early or finds no capacity is sent again", () => {
  expect(classify(awsError("InvalidDBClusterStateFault"))).toBe("dependency");
  expect(classify(awsError("InsufficientDBInstanceCapacityFault"))).toBe("retry");
});

describe("a setting that was changed by hand is named and repaired", () => {
  const cases: [string, Partial<DBInstance>, object][] = [
    ["instanceClass", { DBInstanceClass: "db.t3.medium" }, { DBInstanceClass: "db.r5.large" }],
    ["publiclyAccessible", { PubliclyAccessible: true }, { PubliclyAccessible: false }],
    ["autoMinorVersionUpgrade", { AutoMinorVersionUpgrade: true }, { AutoMinorVersionUpgrade: false }],
    ["promotionTier", { PromotionTier: 5 }, { PromotionTier: 0 }],
    ["performanceInsights", { PerformanceInsightsEnabled: true }, { EnablePerformanceInsights: false }],
    ["monitoringInterval", { MonitoringInterval: 60 }, { MonitoringInterval: 0 }],
    [
      "caCertificateIdentifier",
      { CACertificateIdentifier: "rds-ca-2019" },
      { CACertificateIdentifier: "rds-ca-rsa2048-g1" },
    ],
  ];
  test.each(cases)("%s", async (path, by, settings) => {
    rds.on(ModifyDBInstanceCommand).resolves({});
    const drifted = { ...live, ...by };
    const changes = DbInstance.changes(wanted, drifted, me);
    expect(changes.map((c) => [c.path, c.fix])).toEqual([[path, "update"]]);
    await DbInstance.update(testAws(), drifted, wanted, changes, me);
    expect(rds.calls().map((c) => c.args[0].input)).toEqual([
      { DBInstanceIdentifier: me.name, ApplyImmediately: true, ...settings },
    ]);
  });

  test("tags", async () => {
    rds.on(AddTagsToResourceCommand).resolves({});
    const drifted = { ...live, TagList: live.TagList.filter((t) => t.Key !== "Name") };
    const changes = DbInstance.changes(wanted, drifted, me);
    expect(changes.map((c) => c.path)).toEqual(["tags.Name"]);
    await DbInstance.update(testAws(), drifted, wanted, changes, me);
    expect(rds.calls().map((c) => c.args[0].input)).toEqual([{ ResourceName: live.DBInstanceArn, Tags: tagList(me) }]);
  });
});

test("another cluster or engine takes another instance; a certificate that is not asked for is AWS's choice", () => {
  const moved = { ...live, DBClusterIdentifier: "other", Engine: "mysql" };
  expect(DbInstance.changes(wanted, moved, me).map((c) => [c.path, c.fix])).toEqual([
    ["clusterIdentifier", "replace"],
    ["engine", "replace"],
  ]);
  const { caCertificateIdentifier: _, ...free } = wanted;
  expect(DbInstance.changes(free, { ...live, CACertificateIdentifier: "rds-ca-2019" }, me)).toEqual([]);
});

test("what is on its way counts as done", () => {
  const pending = { DBInstanceClass: "db.r5.large", CACertificateIdentifier: "rds-ca-rsa2048-g1" };
  const modifying = {
    ...live,
    DBInstanceClass: "db.t3.medium",
    CACertificateIdentifier: "rds-ca-2019",
    PendingModifiedValues: pending,
  };
  expect(DbInstance.changes(wanted, modifying, me)).toEqual([]);
});

test.each([
  ["available", "ready"],
  ["storage-optimization", "ready"],
  ["creating", "pending"],
  ["configuring-log-exports", "pending"],
  ["stopped", "pending"],
  ["deleting", "leaving"],
  ["insufficient-capacity", "failed"],
  ["scaling-storage", "pending"],
  ["levitating", "pending"],
])("%s is %s", (DBInstanceStatus, is) => {
  expect(DbInstance.phase({ ...live, DBInstanceStatus }).is).toBe(is);
});

test("its endpoint is known once it has one", () => {
  const { Endpoint: _, ...creating } = live;
  expect(DbInstance.outputs(creating)).toEqual({ instanceIdentifier: me.name, instanceClass: "db.r5.large" });
  expect(DbInstance.outputs(live)).toMatchObject({ endpoint: "writer.example" });
});

describe("remove", () => {
  const how = { token: "t", protect: true };

  test("makes no snapshot, since the data is the cluster's; one that is gone is success", async () => {
    rds.on(DeleteDBInstanceCommand).rejects(awsError("DBInstanceNotFoundFault", "gone", 404));
    await DbInstance.remove(testAws(), live, how, me);
    expect(rds.calls().map((c) => c.args[0].input)).toEqual([
      { DBInstanceIdentifier: me.name, SkipFinalSnapshot: true },
    ]);
  });

  test("a stopped one is started with its cluster, once", async () => {
    rds.on(StartDBClusterCommand).resolvesOnce({}).rejects(awsError("InvalidDBClusterStateFault"));
    const stopped = { ...live, DBInstanceStatus: "stopped" };
    await DbInstance.remove(testAws(), stopped, how, me);
    await DbInstance.remove(testAws(), stopped, how, me);
    expect(rds.commandCalls(DeleteDBInstanceCommand)).toHaveLength(0);
  });
});
