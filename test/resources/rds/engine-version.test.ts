import {
  DescribeDBClustersCommand,
  DescribeDBEngineVersionsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { EngineVersion } from "../../../src/resources/rds/engine-version.ts";
import { compareVersions, ltsLines } from "../../../src/resources/rds/versions.ts";
import { identity, testAws } from "../support.ts";
import { liveCluster } from "./fixtures.ts";

const rds = mockClient(RDSClient);
const me = identity("database/engine-version", "aurora-mysql");
const key = { version: "lts", instanceClass: "db.r5.large", clusterIdentifier: "trading-cluster-dev" };
const offer = (version: string, Status = "available") => ({
  EngineVersion: `8.0.mysql_aurora.${version}`,
  DBParameterGroupFamily: "aurora-mysql8.0",
  Status,
});

/** Offers versions, and db.r5.large for all of them. */
function offering(...versions: ReturnType<typeof offer>[]): void {
  rds.on(DescribeDBEngineVersionsCommand).resolves({ DBEngineVersions: versions });
}

beforeEach(() => {
  rds.reset();
  rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [] });
  rds.on(DescribeOrderableDBInstanceOptionsCommand).resolves({
    OrderableDBInstanceOptions: [{ DBInstanceClass: "db.r5.large" }, { DBInstanceClass: "db.r5.large" }],
  });
});

describe("before there is a cluster", () => {
  test("lts is the newest patch, by number, of the newest long-term line, on any page", async () => {
    rds
      .on(DescribeDBEngineVersionsCommand)
      .resolvesOnce({
        DBEngineVersions: [offer("3.04.6"), offer("3.10.10"), offer("3.10.11", "deprecated")],
        Marker: "m",
      })
      .resolvesOnce({ DBEngineVersions: [offer("3.10.9"), offer("3.12.0")] });
    expect(await EngineVersion.find(testAws(), me, key)).toEqual({
      engineVersion: "8.0.mysql_aurora.3.10.10",
      family: "aurora-mysql8.0",
    });
    expect(rds.commandCalls(DescribeOrderableDBInstanceOptionsCommand).map((c) => c.args[0].input)).toEqual([
      { Engine: "aurora-mysql", EngineVersion: "8.0.mysql_aurora.3.10.10", DBInstanceClass: "db.r5.large", Vpc: true },
    ]);
  });

  test("lts is an older long-term line where the newest is not offered", async () => {
    offering(offer("3.12.0"), offer("3.04.3"), offer("3.04.6"));
    expect((await EngineVersion.find(testAws(), me, key))?.engineVersion).toBe("8.0.mysql_aurora.3.04.6");
  });

  test("an explicit version is that one and no other", async () => {
    offering(offer("3.12.0"), offer("3.12.1"));
    const ask = (version: string) => EngineVersion.find(testAws(), me, { ...key, version });
    expect((await ask("8.0.mysql_aurora.3.12.0"))?.engineVersion).toBe("8.0.mysql_aurora.3.12.0");
    await expect(ask("8.0.mysql_aurora.3.12.2")).rejects.toThrow("does not offer");
  });
});

describe("what is not offered is said together with what is", () => {
  const find = (version: string) => EngineVersion.find(testAws(), me, { ...key, version });

  test("a version", async () => {
    offering(offer("3.12.0"), offer("3.09.0"));
    await expect(find("8.0.mysql_aurora.3.05.2")).rejects.toThrow(
      "region us-east-1 does not offer Aurora MySQL 8.0.mysql_aurora.3.05.2; offered: 8.0.mysql_aurora.3.09.0, 8.0.mysql_aurora.3.12.0",
    );
  });

  test("a long-term line", async () => {
    offering(offer("3.12.0"));
    await expect(find("lts")).rejects.toThrow(/long-term support line .*3\.10 until 2028-04-30.*offered: .*3\.12\.0/);
  });

  test("an instance class", async () => {
    offering(offer("3.10.4"));
    const input = { EngineVersion: "8.0.mysql_aurora.3.10.4" };
    rds.on(DescribeOrderableDBInstanceOptionsCommand, input).resolves({
      OrderableDBInstanceOptions: [{ DBInstanceClass: "db.r6g.large" }, { DBInstanceClass: "db.r6g.large" }],
    });
    rds
      .on(DescribeOrderableDBInstanceOptionsCommand, { ...input, DBInstanceClass: "db.r5.large" })
      .resolves({ OrderableDBInstanceOptions: [] });
    await expect(find("lts")).rejects.toThrow(
      "region us-east-1 does not offer db.r5.large for Aurora MySQL 8.0.mysql_aurora.3.10.4; offered: db.r6g.large",
    );
  });
});

describe("once there is a cluster", () => {
  const withCluster = (engineVersion: string, Status = "available") =>
    rds
      .on(DescribeDBClustersCommand)
      .resolves({ DBClusters: [{ ...liveCluster, EngineVersion: engineVersion, Status }] });

  test.each([
    ["lts", "8.0.mysql_aurora.3.10.0"],
    ["lts", "8.0.mysql_aurora.3.04.2"],
    ["8.0.mysql_aurora.3.12.1", "8.0.mysql_aurora.3.12.0"],
  ])("asked for %s, its %s stays, and only the list of clusters is read", async (version, live) => {
    withCluster(live);
    expect(await EngineVersion.find(testAws(), me, { ...key, version })).toEqual({
      engineVersion: live,
      family: "aurora-mysql8.0",
    });
    expect(rds.calls()).toHaveLength(1);
  });

  test.each([
    ["of another line", "8.0.mysql_aurora.3.08.2", "available"],
    ["on its way out", "8.0.mysql_aurora.3.10.0", "deleting"],
  ])("one %s does not count", async (_, live, status) => {
    withCluster(live, status);
    offering(offer("3.10.4"));
    expect((await EngineVersion.find(testAws(), me, key))?.engineVersion).toBe("8.0.mysql_aurora.3.10.4");
  });
});

test("the long-term lines stand newest first", () => {
  const lines = ltsLines.map((l) => l.line);
  expect([...lines].sort((a, b) => compareVersions(b, a))).toEqual(lines);
});

test("a stored key is read back", () => {
  expect(EngineVersion.parseKey(key)).toEqual(key);
  expect(() => EngineVersion.parseKey({ version: "lts" })).toThrow();
});
