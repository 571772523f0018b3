import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AllocateAddressCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Finding } from "../../src/doctor/check.ts";
import { diagnose } from "../../src/doctor/doctor.ts";
import { documentsOf } from "../../src/policy/documents.ts";
import { type Statement, statementsFor } from "../../src/policy/policy.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { Cloud, type CloudOptions } from "../cloud/cloud.ts";
import { awsError } from "../cloud/errors.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tap-doctor-"));
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIA0000000000000001");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

const ids = [
  "node",
  "credentials",
  "clock",
  "region",
  "permissions",
  "vpcs",
  "elastic-ips",
  "nat-gateways",
  "database",
  "database-quota",
  "domain",
  "state",
  "lock",
];

/** An account whose deployer has the policy of dev, or another one. */
function accountWith(
  policy: (statement: Statement) => Statement[] = (statement) => [statement],
  options?: CloudOptions,
) {
  const cloud = new Cloud({ clock: new VirtualClock(), ...(options && { options }) });
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: {} }] };
  const path = { RoleName: "deployer", Path: "/people/" };
  cloud.call(new CreateRoleCommand({ ...path, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const domain = { name: "api.example.com", zone: "example.com" };
  const subject = { environment: "dev", region: "us-east-1", account: cloud.account, domain } as const;
  documentsOf(statementsFor(subject).flatMap(policy)).forEach((document, i) => {
    const PolicyDocument = JSON.stringify(document);
    cloud.call(new PutRolePolicyCommand({ RoleName: "deployer", PolicyName: `part-${i}`, PolicyDocument }));
  });
  return cloud;
}

/** What the doctor says of an environment in an account, by check. */
async function examined(cloud: Cloud, { skew = 0, env = "dev" } = {}) {
  using _connection = cloud.connect();
  const { clock } = cloud;
  const { checks } = await diagnose(
    { dir, env, local: false, variables: {} },
    {
      clock,
      serverTime: async () => new Date(clock.now() - skew),
      resolveNs: async (zone) => cloud.services.route53.resolveNs(zone),
    },
  );
  expect(checks.map(({ id }) => id)).toEqual(ids);
  const findings = new Map<string, Finding>(checks.map(({ id, ...finding }) => [id, finding]));
  return {
    of: (id: string) => findings.get(id),
    bad: checks.filter(({ status }) => status !== "ok").map(({ id, status }) => `${id}: ${status}`),
  };
}

const withDomain = () =>
  writeFile(join(dir, "tap.yaml"), "defaults: {domain: {name: api.example.com, zone: example.com}}\n");

describe("in an account where all is well", () => {
  test("everything is ok, and nothing is changed, there or here", async () => {
    const cloud = accountWith();
    const { of, bad } = await examined(cloud);
    expect(bad).toEqual([]);
    expect(cloud.log.filter(({ mutating }) => mutating)).toEqual([]);
    expect(await readdir(dir)).toEqual([]);
    expect(of("credentials")?.what).toBe("account 123456789012, arn:aws:sts::123456789012:assumed-role/deployer/tap");
    expect(of("permissions")?.what).toMatch(/^arn:aws:iam::123456789012:role\/people\/deployer may do all of the \d+/);
    expect(of("database")?.what).toBe(
      "Aurora MySQL 8.0.mysql_aurora.3.10.2 on db.r5.large is on offer in us-east-1a and us-east-1b",
    );
    expect(of("elastic-ips")?.what).toBe("Elastic IPs in us-east-1: 0 of 5 in use, up adds 1");
    expect(of("lock")?.what).toBe("dev is not locked");
  });
});

describe("credentials", () => {
  test("that end soon are a warning", async () => {
    const cloud = accountWith();
    vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", new Date(cloud.now() + 20 * 60_000).toISOString());
    const { of } = await examined(cloud);
    expect(of("credentials")).toMatchObject({ status: "warning", fix: expect.stringContaining("aws sso login") });
    expect(of("credentials")?.what).toMatch(/: for (20 min|19 min \d+ s)$/);
  });

  test("of another account than the settings name are an error", async () => {
    await writeFile(join(dir, "tap.yaml"), 'defaults: {account: "999999999999"}\n');
    const { of } = await examined(accountWith());
    expect(of("credentials")).toMatchObject({ status: "error", what: expect.stringContaining("999999999999") });
  });

  test("that AWS does not accept leave the rest unlooked at, but for what needs none", async () => {
    const cloud = accountWith();
    cloud.intercept = (call, apply) => {
      if (call.operation === "GetCallerIdentity") throw awsError("InvalidClientTokenId", "The token is invalid.", 403);
      return apply();
    };
    const { of, bad } = await examined(cloud);
    const needing = ids.slice(3, 10).map((id) => `${id}: warning`);
    expect(bad).toEqual(["credentials: error", ...needing]);
    const unasked = "not looked at: AWS has not told who the credentials belong to";
    expect(of("region")?.what).toBe(unasked);
    await withDomain();
    expect((await examined(cloud)).of("domain")?.what).toBe(unasked);
  });
});

describe("the clock", () => {
  test.each([
    [50_000, "ok"],
    [-70_000, "warning"],
    [290_000, "warning"],
    [310_000, "error"],
    [-400_000, "error"],
  ])("off by %i ms is: %s", async (skew, status) => {
    const { of } = await examined(accountWith(), { skew });
    expect(of("clock")?.status).toBe(status);
  });
});

describe("permissions", () => {
  test("that are missing are named", async () => {
    const cloud = accountWith(({ Action, ...rest }) => {
      const less = Action.filter((action) => !["ec2:CreateVpc", "rds:CreateDBCluster"].includes(action));
      return less.length === 0 ? [] : [{ ...rest, Action: less }];
    });
    const { of, bad } = await examined(cloud);
    expect(bad).toEqual(["permissions: error"]);
    expect(of("permissions")?.what).toMatch(/may not do 2 of the \d+ actions .*: ec2:CreateVpc, rds:CreateDBCluster$/);
    expect(of("permissions")?.fix).toContain("tap policy --env dev");
  });

  test("of another environment's deployer are not enough", async () => {
    const { of } = await examined(accountWith(), { env: "staging" });
    expect(of("permissions")?.what).toMatch(/ec2:\w+, .* and \d+ more$/);
  });

  test("are a warning where IAM may not be asked for them", async () => {
    const cloud = accountWith();
    cloud.intercept = (call, apply) => {
      if (/Simulate|^GetRole$/.test(call.operation)) throw awsError("AccessDenied", "not authorized", 403);
      return apply();
    };
    const { of, bad } = await examined(cloud);
    expect(bad).toEqual(["permissions: warning"]);
    expect(of("permissions")?.what).toContain("AccessDenied");
    expect(of("permissions")?.fix).toContain("iam:SimulatePrincipalPolicy");
  });

  test("of the root user cannot be simulated", async () => {
    const cloud = accountWith();
    cloud.services.sts.caller = "root";
    expect((await examined(cloud)).of("permissions")).toMatchObject({ status: "warning" });
  });
});

describe("quotas", () => {
  test("that have no room are named with the request for more", async () => {
    const cloud = accountWith(undefined, { quotas: { addresses: 1, instances: 2 } });
    for (let i = 0; i < 5; i++) cloud.call(new CreateVpcCommand({ CidrBlock: `10.${i}.0.0/16` }));
    cloud.call(new AllocateAddressCommand({ Domain: "vpc" }));
    const { of, bad } = await examined(cloud);
    expect(bad).toEqual(["vpcs: warning", "elastic-ips: error", "database-quota: error"]);
    expect(of("vpcs")?.what).toBe(
      "VPCs in us-east-1: 5 of 5 in use, up adds 1; too many, unless the account's quota was raised",
    );
    expect(of("elastic-ips")?.fix).toBe(
      "aws service-quotas request-service-quota-increase --region us-east-1 --service-code ec2 --quota-code L-0263D0A3 --desired-value 2",
    );
    expect(of("database-quota")?.what).toBe("DBInstances: 0 of 2 in use, up adds 3");
  });

  test("do not count what is there already", async () => {
    const cloud = accountWith(undefined, { quotas: { addresses: 1 } });
    const tags = { ManagedBy: "tap", Environment: "dev" };
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const TagSpecifications = [{ ResourceType: "elastic-ip" as const, Tags }];
    cloud.call(new AllocateAddressCommand({ Domain: "vpc", TagSpecifications }));
    expect((await examined(cloud)).bad).toEqual([]);
  });
});

describe("the database", () => {
  test("is an error where its class is not on offer", async () => {
    await writeFile(join(dir, "tap.yaml"), "defaults: {database: {instanceClass: db.r9.large}}\n");
    const { of } = await examined(accountWith());
    expect(of("database")).toMatchObject({ status: "error", what: expect.stringContaining("db.t3.medium") });
  });
});

describe("the domain", () => {
  test("that has no zone yet, or one that is not delegated, is a warning with what to set", async () => {
    await withDomain();
    const cloud = accountWith();
    const before = await examined(cloud);
    expect(before.bad).toEqual(["domain: warning"]);
    expect(before.of("domain")?.what).toContain("there is no zone example.com yet");
    cloud.call(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "tap/dev/1" }));
    const after = await examined(cloud);
    expect(after.of("domain")).toMatchObject({ status: "warning", what: "example.com is delegated to nobody" });
    expect(after.of("domain")?.fix).toMatch(/set its name servers to ns-\d+\./);
  });
});

describe("state and lock", () => {
  test("a damaged state is an error, and what does not need it is examined all the same", async () => {
    await mkdir(join(dir, "state"));
    await writeFile(join(dir, "state", "dev.json"), "{");
    expect((await examined(accountWith())).bad).toEqual(["state: error"]);
  });

  test("the holder of the lock is named", async () => {
    await mkdir(join(dir, "state"));
    const holder = { owner: "ada", host: "elsewhere", pid: 7, startedAt: "2026-01-01T00:00:00.000Z" };
    const lock = { ...holder, command: "tap up --env dev", nonce: "7d444840-9dc0-41d1-b245-5ffdce74fad2" };
    await writeFile(join(dir, "state", "dev.lock"), JSON.stringify(lock));
    expect((await examined(accountWith())).of("lock")).toMatchObject({
      status: "warning",
      what: 'ada has locked it: "tap up --env dev", process 7 on elsewhere, since 2026-01-01T00:00:00.000Z',
    });
  });
});

test("a check that fails stops no other", async () => {
  const cloud = accountWith();
  cloud.intercept = (call, apply) => {
    if (call.operation === "DescribeVpcs") throw new RangeError("boom");
    if (call.operation === "DescribeAvailabilityZones") throw awsError("UnauthorizedOperation", "no", 403);
    return apply();
  };
  const { of, bad } = await examined(cloud);
  expect(bad).toEqual(["region: warning", "vpcs: error"]);
  expect(of("vpcs")?.what).toBe("could not be looked at: boom");
  expect(of("region")?.what).toBe("not looked at, since AWS does not allow it: UnauthorizedOperation");
});

test("a wrong environment is refused", async () => {
  const wrong = diagnose({ dir, env: "prdo", local: false, variables: {} }, { clock: new VirtualClock() });
  await expect(wrong).rejects.toMatchObject({ exitCode: 2 });
});
