import { APIGatewayClient, UpdateAccountCommand } from "@aws-sdk/client-api-gateway";
import { CreateVpcCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { expect, onTestFinished, test } from "vitest";
import { caller, type Transport } from "../../src/aws/caller.ts";
import { RateLimiter } from "../../src/aws/limits.ts";
import { patient } from "../../src/aws/patience.ts";
import { SharedReads } from "../../src/aws/reads.ts";
import { Semaphore } from "../../src/aws/semaphore.ts";
import { VirtualClock } from "../cloud/clock.ts";

const lineOf = (clock: VirtualClock): Transport => ({
  clock,
  patience: patient,
  take: async () => undefined,
  reads: new SharedReads(),
  reading: new Semaphore(1),
  writing: new Semaphore(1),
  record: () => undefined,
  before: async () => undefined,
});

test("a call that its rate limit holds back keeps no other call from the only slot", async () => {
  const clock = new VirtualClock(0);
  const limiter = new RateLimiter(clock);
  const sent: string[] = [];
  const line: Transport = {
    ...lineOf(clock),
    take: (service, operation) => limiter.take("us-east-1", service, operation),
    record: ({ operation, at }) => void sent.push(`${operation} at ${at}`),
  };
  const mocked = [mockClient(APIGatewayClient), mockClient(EC2Client)] as const;
  mocked[0].on(UpdateAccountCommand).resolves({});
  mocked[1].on(CreateVpcCommand).resolves({});
  onTestFinished(() => {
    for (const one of mocked) one.restore();
  });
  const apigateway = caller("apigateway", line, () => new APIGatewayClient({ region: "us-east-1" }));
  const ec2 = caller("ec2", line, () => new EC2Client({ region: "us-east-1" }));
  const update = () => apigateway(new UpdateAccountCommand({}));
  await Promise.all([update(), update(), ec2(new CreateVpcCommand({}))]);
  expect(sent).toEqual(["UpdateAccount at 0", "CreateVpc at 0", "UpdateAccount at 20000"]);
});

test("the SDK makes nothing ready for a log", async () => {
  const client = new EC2Client({
    region: "us-east-1",
    credentials: async () => {
      throw new Error("none");
    },
  });
  const logs = () => client.middlewareStack.identify().filter((name) => name.startsWith("loggerMiddleware"));
  expect(logs()).toHaveLength(1);
  const ec2 = caller("ec2", lineOf(new VirtualClock(0)), () => client);
  await expect(ec2(new DescribeVpcsCommand({}))).rejects.toThrow("none");
  expect(logs()).toEqual([]);
});

test("how long an answer is waited for has nothing to do with how often the call was throttled", async () => {
  const clock = new VirtualClock(0);
  const took: number[] = [];
  const line: Transport = {
    ...lineOf(clock),
    record: ({ durationMs, error }) => {
      if (error === "TimeoutError") took.push(durationMs);
    },
  };
  const mocked = mockClient(EC2Client);
  onTestFinished(() => mocked.restore());
  let throttled = 25;
  mocked.on(DescribeVpcsCommand).callsFake(() => {
    if (throttled-- > 0) throw Object.assign(new Error("Rate exceeded"), { name: "RequestLimitExceeded" });
    return new Promise(() => undefined);
  });
  const ec2 = caller("ec2", line, () => new EC2Client({ region: "us-east-1" }));
  await expect(ec2(new DescribeVpcsCommand({}))).rejects.toThrow("no answer within 60 s");
  expect(took).toEqual([15_000, 30_000, 60_000]);
});
