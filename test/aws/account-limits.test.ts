import { DeleteRestApiCommand } from "@aws-sdk/client-api-gateway";
import { DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { GetHostedZoneCommand } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AccountLimits, type RegionLimits } from "../../src/aws/account-limits.ts";
import { type Aws, connect } from "../../src/aws/aws.ts";
import { InterruptedError } from "../../src/engine/errors.ts";
import { VirtualClock } from "../cloud/clock.ts";
import { Cloud } from "../cloud/cloud.ts";

let clock: VirtualClock;
let cloud: Cloud;
let shares: AccountLimits;
beforeEach(() => {
  clock = new VirtualClock();
  cloud = new Cloud({ clock, options: { rateLimits: false } });
  cloud.connect();
  shares = new AccountLimits(clock);
});
afterEach(() => cloud.disconnect());

const account = "123456789012";
const connected = (share: RegionLimits, { region = "us-east-1", signal = new AbortController().signal } = {}): Aws =>
  connect({ region, clock, credentials: { accessKeyId: "x", secretAccessKey: "x" }, share, signal }).since(0);
/** Neither is there: what counts is when AWS was asked. */
const removeApi = (aws: Aws) => aws.apigateway(new DeleteRestApiCommand({ restApiId: "none" })).catch(() => undefined);
const readZone = (aws: Aws) => aws.route53(new GetHostedZoneCommand({ Id: "none" })).catch(() => undefined);
/** When calls came, in seconds after the first. */
const times = () => cloud.log.map(({ at }) => (at - (cloud.log[0]?.at ?? 0)) / 1000);

describe("the rates of AWS", () => {
  test("are those of an account and region, however many connections there are", async () => {
    const two = [1, 2].map(() => connected(shares.of(account, "us-east-1")));
    await Promise.all(two.map(removeApi));
    expect(times()).toEqual([0, 30]);
  });

  test("are other ones in another region, and in another account", async () => {
    const places = [shares.of(account, "us-east-1"), shares.of(account, "us-west-2"), shares.of("2", "us-east-1")];
    const regions = ["us-east-1", "us-west-2", "us-east-1"];
    await Promise.all(places.map((share, i) => removeApi(connected(share, { region: regions[i] ?? "" }))));
    expect(times()).toEqual([0, 0, 0]);
  });

  test("of Route 53 are the account's, in whatever region", async () => {
    const regions = ["us-east-1", "us-west-2"];
    const zones = regions.map((region) => connected(shares.of(account, region), { region }));
    await Promise.all(zones.flatMap((aws) => Array.from({ length: 26 }, () => readZone(aws))));
    expect(times()).toEqual([...Array(50).fill(0), 0.1, 0.2]);
  });

  test("hold up nothing else: what waits for its turn has no place among the calls in flight", async () => {
    const share = shares.of(account, "us-east-1", 1);
    const aws = connected(share);
    const removals = [removeApi(aws), removeApi(aws)];
    await clock.sleep(1_000);
    await aws.ec2(new DescribeVpcsCommand({}));
    const start = clock.now();
    await share.writing.use(async () => undefined);
    expect(clock.now()).toBe(start);
    await Promise.all(removals);
  });

  test("are not waited for when the user asks to stop", async () => {
    const controller = new AbortController();
    const aws = connected(shares.of(account, "us-east-1"), { signal: controller.signal });
    await removeApi(aws);
    const start = clock.now();
    void clock.sleep(1_000).then(() => controller.abort(new InterruptedError("interrupted")));
    await expect(aws.apigateway(new DeleteRestApiCommand({ restApiId: "none" }))).rejects.toThrow(InterruptedError);
    expect(clock.now() - start).toBe(1_000);
    expect(cloud.log).toHaveLength(1);
  });
});

test("the calls in flight are counted for all connections together", async () => {
  let inFlight = 0;
  let most = 0;
  cloud.intercept = async (_call, apply) => {
    most = Math.max(most, ++inFlight);
    await clock.sleep(1_000);
    inFlight--;
    return apply();
  };
  const two = [1, 2].map(() => connected(shares.of(account, "us-east-1", 2)));
  await Promise.all(two.flatMap((aws) => Array.from({ length: 10 }, () => aws.ec2(new DescribeVpcsCommand({})))));
  expect(most).toBe(16);
});
