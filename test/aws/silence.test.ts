import { CreateVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, test, vi } from "vitest";
import { type Aws, connect } from "../../src/aws/aws.ts";
import type { CallRecord } from "../../src/aws/caller.ts";
import { classify } from "../../src/aws/errors.ts";
import { patient, toSend } from "../../src/aws/patience.ts";
import { InterruptedError } from "../../src/engine/errors.ts";
import { userCredentials } from "../../src/session/credentials.ts";
import { StateBucket } from "../../src/state/s3/bucket.ts";
import { ConditionalObject } from "../../src/state/s3/object.ts";
import { hurriedClock } from "../silent/hurried-clock.ts";
import { silentServer } from "../silent/server.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const region = "us-east-1";
/** Real connections, and time-outs that take a hundredth of theirs. */
const clock = hurriedClock(100);

function connected(port: number, signal?: AbortSignal): { readonly aws: Aws; readonly calls: CallRecord[] } {
  const calls: CallRecord[] = [];
  const record = (call: CallRecord) => void calls.push(call);
  const endpoint = `http://127.0.0.1:${port}`;
  const options = { region, clock, credentials, endpoint, record, ...(signal && { signal }) };
  return { aws: connect(options).since(0), calls };
}
const failing = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "an answer",
    (error: unknown) => error,
  );

test("a read that nobody answers is sent again, with more patience each time, and given up", async () => {
  await using server = await silentServer();
  const { aws, calls } = connected(server.port);
  const error = await failing(aws.ec2(new DescribeVpcsCommand({})));
  expect([classify(error), String(error)]).toEqual(["unknown", "TimeoutError: no answer within 60 s"]);
  expect(server.requests()).toBe(3);
  expect(calls.map(({ attempt, error }) => [attempt, error])).toEqual([1, 2, 3].map((n) => [n, "TimeoutError"]));
});

test("a change that nobody answers is sent once, and its outcome is unknown", async () => {
  await using server = await silentServer();
  const { aws } = connected(server.port);
  expect(classify(await failing(aws.ec2(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }))))).toBe("unknown");
  expect(server.requests()).toBe(1);
});

test("after Ctrl-C, a change in flight gets five seconds, and nothing new is sent", async () => {
  await using server = await silentServer();
  const controller = new AbortController();
  const { aws } = connected(server.port, controller.signal);
  const create = () => failing(aws.ec2(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })));
  const change = create();
  const read = failing(aws.ec2(new DescribeVpcsCommand({})));
  await vi.waitFor(() => expect(server.requests()).toBe(2));
  controller.abort(new InterruptedError("interrupted"));
  expect(await create()).toBeInstanceOf(InterruptedError);
  const error = await change;
  expect([classify(error), String(error)]).toEqual(["unknown", "TimeoutError: interrupted before there was an answer"]);
  expect(await read).toBeInstanceOf(InterruptedError);
  expect(server.requests()).toBe(2);
});

test("a proxy that takes the connection and opens no tunnel is not waited for", async () => {
  await using server = await silentServer();
  vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${server.port}`);
  try {
    const aws = connect({ region, clock, credentials }).since(0);
    const error = await failing(aws.sts(new GetCallerIdentityCommand({})));
    expect(classify(error)).toBe("unknown");
    expect(server.requests()).toBeGreaterThan(0);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a state in S3 that nobody answers for: reading and writing end, with the reason", async () => {
  await using server = await silentServer();
  const location = { bucket: "state", prefix: "" };
  const endpoint = `http://127.0.0.1:${server.port}`;
  const bucket = new StateBucket({ location, region, credentials, clock, endpoint });
  const object = new ConditionalObject(bucket, "dev.json");
  for (const work of [() => object.read(), () => object.write("{}")]) {
    expect(String(await failing(work()))).toMatch(/cannot be read: no answer within 40 s/);
  }
});

test("credentials that nobody answers for are an error in the end", async () => {
  await using server = await silentServer();
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, "test");
  for (const name of ["AWS_PROFILE", "HTTPS_PROXY"]) vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_ENDPOINT_URL_STS", `http://127.0.0.1:${server.port}`);
  try {
    const settings = { environment: "dev", region, roleArn: "arn:aws:iam::123456789012:role/deploy" };
    const provider = await userCredentials(settings, clock, { connection: 50, read: 100 });
    expect(classify(await failing(provider()))).toBe("unknown");
    expect(server.requests()).toBeGreaterThan(0);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("what is large may take its time", () => {
  expect(toSend(0)).toBe(patient.write);
  expect(toSend(4 * 1024 * 1024)).toBe(patient.write + 256_000);
});
