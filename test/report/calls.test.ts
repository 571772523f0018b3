import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../../src/aws/aws.ts";
import type { CallRecord } from "../../src/aws/caller.ts";
import { callText } from "../../src/report/calls.ts";
import { makeStyle } from "../../src/report/style.ts";
import { Terminal, type TerminalOptions } from "../cli/terminal.ts";
import { ToyCloud, toySession } from "../cli/toy.ts";
import { awsError } from "../cloud/errors.ts";
import { World } from "../lifecycle/world.ts";

const at = Date.parse("2026-11-03T12:03:14.120Z");
const good: CallRecord = {
  service: "ec2",
  operation: "DescribeVpcs",
  mutating: false,
  at,
  durationMs: 84.6,
  attempt: 1,
  status: 200,
  requestId: "4f3a",
};
const bad: CallRecord = { ...good, operation: "CreateVpc", mutating: true, attempt: 2, error: "Throttling\u001b[2J" };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "tap-calls-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** A terminal on a toy cloud, whose session tells of two calls. */
const telling = (options: Partial<TerminalOptions> = {}) => {
  const cloud = new ToyCloud();
  const open: TerminalOptions["open"] = async (request) => {
    for (const call of [good, bad]) request.onCall?.(call);
    return toySession(request, { cloud });
  };
  return new Terminal({ cloud, cwd: dir, open, ...options });
};

test("a call is a line with service, operation, time, attempt, error and request id", () => {
  const plain = makeStyle(false);
  expect(callText(good, plain)).toBe("2026-11-03T12:03:14.120Z ec2 DescribeVpcs 85 ms, request 4f3a");
  expect(callText(bad, plain)).toBe(
    "2026-11-03T12:03:14.120Z ec2 CreateVpc 85 ms, attempt 2, Throttling\\x1b[2J, request 4f3a",
  );
});

test("each attempt is told of, with its number", async () => {
  using world = new World();
  const environment = world.environment();
  let sent = 0;
  world.cloud.intercept = (_, apply) => {
    if (sent++ === 0) throw awsError("RequestLimitExceeded", "slow down", 503);
    return apply();
  };
  await environment.connection().since(world.clock.now()).ec2(new DescribeVpcsCommand({}));
  expect(environment.calls).toMatchObject([
    { attempt: 1, error: "RequestLimitExceeded", status: 503 },
    { attempt: 2, status: 200 },
  ]);
});

test("--verbose shows them on standard error, and no others see them", async () => {
  const shown = await telling().run("up", "--env", "dev", "--yes", "--verbose");
  expect(shown.code).toBe(0);
  expect(shown.stderr.match(/ ec2 (DescribeVpcs|CreateVpc) 85 ms/g)).toHaveLength(2);
  const json = await telling().run("up", "--env", "dev", "--yes", "--verbose", "--json");
  expect(json.stderr).toContain("ec2 DescribeVpcs");
  expect(json.stdout).not.toContain("DescribeVpcs");
  expect((await telling().run("up", "--env", "dev", "--yes")).stderr).toBe("");
});

test("--verbose rewrites no lines in a terminal", async () => {
  const hideCursor = "\u001b[?25l";
  const seen = async (...args: string[]) =>
    (await telling({ isTTY: true }).run("up", "--env", "dev", "--yes", ...args)).stdout.includes(hideCursor);
  expect([await seen(), await seen("--verbose")]).toEqual([true, false]);
});

test("--debug-log appends a JSON line for each call, readable by its owner only", async () => {
  const log = ["--debug-log", "calls.jsonl"];
  for (const command of ["plan", "status"]) expect((await telling().run(command, "--env", "dev", ...log)).code).toBe(0);
  const lines = (await readFile(join(dir, "calls.jsonl"), "utf8")).trimEnd().split("\n");
  const one = { ...good, at: "2026-11-03T12:03:14.120Z" };
  expect(lines.map((line) => JSON.parse(line))).toEqual([one, { ...bad, at: one.at }, one, { ...bad, at: one.at }]);
});

test("a debug log that cannot be written is refused before anything else happens", async () => {
  const ran = await telling().run("up", "--env", "dev", "--yes", "--debug-log", "no/such/folder.jsonl");
  expect([ran.code, ran.requests]).toEqual([2, []]);
  expect(ran.stderr).toContain("--debug-log: expected a file that can be written (ENOENT)");
});

test("a debug log that can be written no more is said so, once, and the run goes on", async () => {
  // Every write to it fails, as on a full disk.
  const ran = await telling().run("up", "--env", "dev", "--yes", "--debug-log", "/dev/full");
  expect(ran.code).toBe(0);
  expect(ran.stderr.match(/^No more calls are logged in \/dev\/full: ENOSPC.*$/gm)).toHaveLength(1);
});

test("a call ends as it has, even where whoever is told of it fails", async () => {
  using world = new World();
  const { clock, cloud } = world;
  const record = () => {
    throw new Error("no space left");
  };
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const { ec2 } = connect({ region: cloud.region, clock, credentials, record }).since(clock.now());
  expect(await ec2(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }))).toMatchObject({ Vpc: { State: "pending" } });
});
