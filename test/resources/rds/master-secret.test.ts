import { DescribeDBClustersCommand, RDSClient } from "@aws-sdk/client-rds";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, test } from "vitest";
import { MasterSecret } from "../../../src/resources/rds/master-secret.ts";
import { identity, testAws } from "../support.ts";
import { liveCluster } from "./fixtures.ts";

const rds = mockClient(RDSClient);
beforeEach(() => rds.reset());

const me = identity("database/master-secret", "master-secret");
const key = { clusterIdentifier: "trading-cluster-dev" };
const { MasterUserSecret, ...creating } = liveCluster;

test("is found with its cluster, if that is the environment's", async () => {
  rds.on(DescribeDBClustersCommand).resolves({ DBClusters: [liveCluster] });
  expect(await MasterSecret.find(testAws(), me, key)).toEqual(liveCluster);
  expect(await MasterSecret.find(testAws(), { ...me, environment: "prod" }, key)).toBeUndefined();
  expect(await MasterSecret.find(testAws(), me, { clusterIdentifier: "other" })).toBeUndefined();
});

test("is pending until RDS names it", () => {
  expect(MasterSecret.phase(creating).is).toBe("pending");
  expect(MasterSecret.phase(liveCluster).is).toBe("ready");
  expect(MasterSecret.outputs(liveCluster)).toEqual({ masterSecretArn: MasterUserSecret.SecretArn });
  expect(MasterSecret.id(liveCluster)).toBe(MasterUserSecret.SecretArn);
});

test("a secret that RDS cannot rotate goes on working, and is said", () => {
  const impaired = { ...liveCluster, MasterUserSecret: { ...MasterUserSecret, SecretStatus: "impaired" } };
  expect(MasterSecret.phase(impaired).is).toBe("ready");
  expect(MasterSecret.note?.(impaired)).toMatch(/cannot rotate the master password/);
  expect(MasterSecret.note?.(liveCluster)).toBeUndefined();
});

test("a cluster that is not visible yet is waited for", async () => {
  const error: unknown = await MasterSecret.create(testAws(), me, key, undefined, "t").catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Error);
  expect(MasterSecret.classify?.(error, "create")).toBe("dependency");
  expect(MasterSecret.classify?.(new Error("other"), "create")).toBeUndefined();
});
