import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateVpcCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import type { Outcome } from "../../src/engine/outcome.ts";
import { refresh } from "../../src/engine/refresh.ts";
import { up } from "../../src/engine/up.ts";
import { findEnvironment, knownEnvironments } from "../../src/session/environment.ts";
import { openSession } from "../../src/session/open.ts";
import type { Session, SessionRequest } from "../../src/session/session.ts";
import { formatState, type State } from "../../src/state/schema.ts";
import { Terminal, type TerminalOptions } from "../cli/terminal.ts";
import { ToyCloud } from "../cli/toy.ts";
import { zip } from "../lifecycle/world.ts";
import { temporaryFolder } from "./folder.ts";
import { location, SharedBucket } from "./shared-bucket.ts";

// They are found before anything is sent, and the bucket takes any.
beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
});
afterAll(() => void vi.unstubAllEnvs());

const state = "s3://acme-tap-state/trading";
const binding = { account: "123456789012", region: "us-east-1" };
const sample: State = { ...binding, environment: "dev", serial: 7, resources: {}, retained: {} };

/** A project's folder, and an account with a bucket for its state. */
async function project(yaml?: string) {
  const shared = new SharedBucket();
  shared.cloud.services.lambda.onInvoke = (_function, event) => event;
  const dir = await temporaryFolder();
  if (yaml !== undefined) await writeFile(join(dir, "tap.yaml"), yaml);
  const code = join(dir, "trade-service.zip");
  await writeFile(code, zip);
  const request: SessionRequest = {
    dir,
    env: "dev",
    local: false,
    variables: {},
    purpose: "change",
    command: "tap up --env dev",
  };
  const open = async (changes: Partial<SessionRequest> = {}): Promise<Session<Aws>> => {
    const asked = { ...request, ...changes };
    const session = await openSession(await findEnvironment(asked, shared.clock), asked, { code, clock: shared.clock });
    onTestFinished(() => session.close());
    return session;
  };
  const terminal = (options: Partial<TerminalOptions> = {}) =>
    new Terminal({ cloud: Object.assign(new ToyCloud(), { clock: shared.clock }), cwd: dir, ...options });
  return { shared, dir, request, open, terminal };
}

const put = ({ cloud }: SharedBucket, key: string, Body: string) =>
  cloud.call(new PutObjectCommand({ Bucket: location.bucket, Key: key, Body }));

const remove = ({ cloud }: SharedBucket, key: string) =>
  cloud.call(new DeleteObjectCommand({ Bucket: location.bucket, Key: key }));

const go = async ({ run, platform, kinds }: Session<Aws>): Promise<Outcome[]> => {
  const endings = await up(run, platform.nodes, await refresh(run, platform.nodes, kinds));
  return [...endings.values()];
};

/** Changes of the platform: those of state and lock are not among them. */
const changes = ({ cloud }: SharedBucket) =>
  cloud.log.filter(({ mutating, input }) => mutating && !("Bucket" in input && input.Bucket === location.bucket));

describe("a run with shared state", () => {
  test("keeps it in S3, holds the lock meanwhile, and the next one on another machine goes on from there", async () => {
    const { shared, open, dir } = await project(`defaults:\n  state: ${state}\n`);
    const first = await open();
    expect(first.state.path).toBe(`${state}/dev.json`);
    await expect(open()).rejects.toThrow('has been running "tap up --env dev"');
    expect(new Set((await go(first)).map(({ is }) => is))).not.toContain("failed");
    expect(shared.text("dev.lock")).toBeDefined();
    await first.close();
    expect(shared.text("dev.lock")).toBeUndefined();

    const made = changes(shared).length;
    const other = await open({ dir: await temporaryFolder(), state });
    expect(other.state.entries().size).toBeGreaterThan(50);
    expect([...other.state.entries()]).toEqual([...first.state.entries()]);
    await go(other);
    expect(changes(shared)).toHaveLength(made);
    expect([other.calls.mutating, made > 50]).toEqual([0, true]);
    await expect(readFile(join(dir, "state", "dev.json"))).rejects.toThrow("ENOENT");
  });

  test("of 16 that are opened at once, exactly one proceeds", async () => {
    const { open } = await project();
    const outcomes = await Promise.allSettled(Array.from({ length: 16 }, () => open({ state })));
    const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(reasons).toHaveLength(15);
    for (const reason of reasons) expect(reason).toMatchObject({ name: "LockedError", exitCode: 3 });
  });

  test("stops before its next change when its lock was taken away", async () => {
    const { shared, open } = await project();
    const session = await open({ state });
    let taken = 0;
    shared.cloud.intercept = (call, apply) => {
      const output = apply();
      if (taken === 0 && call.operation === "CreateVpc") {
        taken = shared.clock.now();
        remove(shared, "trading/dev.lock");
      }
      return output;
    };
    const endings = await go(session);
    const messages = endings.flatMap((ending) => (ending.is === "failed" ? [ending.failure.message] : []));
    expect(messages.join("\n")).toContain("has lost the lock of dev");
    // What had asked for the lock before it was gone: the answer and the call take 50 ms each.
    expect(Math.max(...changes(shared).map(({ at }) => at))).toBeLessThanOrEqual(taken + 100);
    await session.close();
    expect(shared.text("dev.lock")).toBeUndefined();
  });

  test("stops before its next change when somebody else has written the state", async () => {
    const { shared, open } = await project();
    const session = await open({ state });
    let written = 0;
    shared.cloud.intercept = (call, apply) => {
      const output = apply();
      if (written === 0 && call.operation === "CreateVpc") {
        written = shared.clock.now();
        put(shared, "trading/dev.json", formatState({ ...sample, serial: 99 }));
      }
      return output;
    };
    const endings = await go(session);
    const messages = endings.flatMap((ending) => (ending.is === "failed" ? [ending.failure.message] : []));
    expect(messages.join("\n")).toContain("was written by somebody else");
    // The next write of the state finds it out: lock, write, look, each there and back.
    expect(Math.max(...changes(shared).map(({ at }) => at))).toBeLessThanOrEqual(written + 1000);
    expect(JSON.parse(shared.text("dev.json") ?? "")).toMatchObject({ serial: 99 });
  });

  test.each([
    ["lost its lock", "LockedError"],
    ["lost its state to somebody else", "StateChangedError"],
  ])("that has %s sends AWS no change at all, and may go on reading", async (_, name) => {
    const { shared, open } = await project();
    const { run, state: journal } = await open({ state });
    const aws = run.aws(0);
    await aws.ec2(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    if (name === "LockedError") remove(shared, "trading/dev.lock");
    else {
      put(shared, "trading/dev.json", formatState({ ...sample, serial: 99 }));
      await expect(journal.put("a", { type: "t", name: "n", token: "t" })).rejects.toMatchObject({ name });
    }
    const made = changes(shared).length;
    await expect(aws.ec2(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" }))).rejects.toMatchObject({ name });
    expect(changes(shared)).toHaveLength(made);
    expect((await aws.ec2(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  });

  test("refuses a state of another account before it changes anything, and gives the lock back", async () => {
    const { shared, open } = await project();
    put(shared, "trading/dev.json", formatState({ ...sample, account: "210987654321" }));
    await expect(open({ state })).rejects.toThrow("expected 210987654321, where dev was made");
    expect(changes(shared)).toEqual([]);
    expect(shared.text("dev.lock")).toBeUndefined();
  });

  test("mentions a state file that is not used", async () => {
    const { open, dir } = await project();
    await mkdir(join(dir, "state"));
    await writeFile(join(dir, "state", "dev.json"), formatState(sample));
    const said: string[] = [];
    await open({ state, onProgress: (text) => said.push(text) });
    expect(said.join()).toContain("dev.json is not used: the state is in s3://acme-tap-state/trading/dev.json");
  });

  test("looking takes no lock, and needs no versions", async () => {
    const { shared, open } = await project();
    await open({ state, purpose: "look" });
    expect(shared.writes()).toEqual([]);
  });
});

describe("where a state is", () => {
  const at = async (yaml: string, request: Partial<SessionRequest>) => {
    const { dir, shared } = await project(yaml);
    const { place } = await findEnvironment({ dir, local: false, variables: {}, ...request }, shared.clock);
    return (await place()).text().name.replace(dir, "");
  };
  const yaml = [
    "defaults: { state: s3://acme-tap-state/common }",
    "environments:",
    "  prod: { state: s3://acme-tap-state/prod/ }",
    "  dev:",
  ].join("\n");

  test.each<[string, Partial<SessionRequest>, string]>([
    ["the defaults' place", { env: "dev" }, "s3://acme-tap-state/common/dev.json"],
    ["the environment's own", { env: "prod" }, "s3://acme-tap-state/prod/prod.json"],
    ["a copy's with its environment's", { env: "prod", suffix: "pr-1" }, "s3://acme-tap-state/prod/pr-1.json"],
    ["--state before all", { env: "prod", state }, "s3://acme-tap-state/trading/prod.json"],
    ["the folder, locally", { env: "prod", local: true }, "/state/local/prod.json"],
  ])("%s", async (_, request, name) => {
    expect(await at(yaml, request)).toBe(name);
  });

  test("without any of it, the project's folder", async () => {
    expect(await at("environments: { dev: { } }", { env: "dev" })).toBe("/state/dev.json");
  });

  test("a copy goes by what is recorded", async () => {
    const { dir, shared } = await project("environments: { staging: { region: us-west-2 } }");
    const recorded = { ...sample, environment: "pr-1", region: "us-west-2", settingsOf: "staging" };
    put(shared, "trading/pr-1.json", formatState(recorded));
    const request = { dir, suffix: "pr-1", local: false, state, variables: {} };
    expect(await (await findEnvironment(request, shared.clock)).settings()).toMatchObject({
      settingsOf: "staging",
      region: "us-west-2",
    });
  });

  test("every environment that has a state is known", async () => {
    const { dir, shared } = await project(yaml);
    for (const key of ["common/dev", "common/pr-7", "common/prod", "prod/prod", "prod/lost"]) {
      put(shared, `${key}.json`, "{}");
    }
    const known = await knownEnvironments({ dir, local: false, variables: { AWS_REGION: "us-west-2" } }, shared.clock);
    expect(known.map(({ name, request }) => [name, request.variables["AWS_REGION"]])).toEqual([
      ["prod", undefined],
      ["dev", undefined],
      ["pr-7", undefined],
    ]);
  });
});

describe("the command line", () => {
  test.each([
    ["up", ["up", "--env", "dev"]],
    ["plan", ["plan", "--env", "dev"]],
    ["down", ["down", "--env", "dev"]],
    ["status", ["status", "--env", "dev"]],
    ["outputs", ["outputs", "--env", "dev"]],
    ["config", ["config", "--env", "dev"]],
    ["unlock", ["unlock", "--env", "dev"]],
    ["state show", ["state", "show", "--env", "dev"]],
    ["state list", ["state", "list"]],
  ])("tap %s refuses a bad place, and one together with --local", async (_, args) => {
    const { terminal } = await project();
    for (const bad of ["bucket", "s3://", "s3://Bucket/x", "s3://bucket//x", "s3://bucket/../x", "https://b/x"]) {
      const ran = await terminal().run(...args, "--state", bad);
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("expected a place in S3")]);
    }
    const both = await terminal().run(...args, "--state", state, "--local");
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("cannot be used with option '--local'")]);
  });

  test("passes the place on, and refuses a bucket that down would empty", async () => {
    const { terminal } = await project();
    const ran = await terminal().run("outputs", "--env", "dev", "--state", state);
    expect(ran.requests[0]).toMatchObject({ state, local: false });
    const own = "s3://trading-artifacts-dev-us-east-1-123456789012/state";
    const refused = await terminal().run("unlock", "--env", "dev", "--state", own);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("does not empty")]);
  });

  test.each([
    ["up", ["up", "--yes"], 2],
    ["down", ["down", "--yes"], 2],
    ["a dry run of down", ["down", "--dry-run"], 1],
    ["plan", ["plan"], 1],
    ["status", ["status"], 1],
    ["outputs", ["outputs"], 1],
    ["config", ["config"], 1],
    ["report", ["report", "--out", "page.html"], 1],
    ["doctor", ["doctor"], 1],
    ["unlock", ["unlock"], 0],
    ["state show", ["state", "show"], 1],
    ["state pull", ["state", "pull"], 1],
  ])("tap %s reads a shared state no more often than it must", async (_, args, times) => {
    const { dir, shared, terminal } = await project();
    put(shared, "trading/dev.json", formatState(sample));
    const open: TerminalOptions["open"] = async (request, environment) => {
      const session = await openSession(environment, request, {
        code: join(dir, "trade-service.zip"),
        clock: shared.clock,
      });
      await session.close();
      throw new Error("opened");
    };
    await terminal({ open }).run(...args, "--env", "dev", "--state", state);
    const isRead = ({ operation, input }: (typeof shared.cloud.log)[number]) =>
      operation === "GetObject" && "Key" in input && input.Key === "trading/dev.json";
    expect(shared.cloud.log.filter(isRead)).toHaveLength(times);
  });

  test("tap.yaml is checked as well", async () => {
    const { terminal } = await project("defaults:\n  state: bucket/prefix\n");
    const ran = await terminal().run("config", "--env", "dev");
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining("tap.yaml:2: defaults.state: expected a place"),
    ]);
  });

  test("tap unlock shows whose lock it is, asks, and removes it", async () => {
    const { open, shared, terminal } = await project();
    const session = await open({ state });
    const args = ["unlock", "--env", "dev", "--state", state];
    const asked = await terminal({ typed: ["no"] }).run(...args);
    expect(asked.stdout).toContain(`"tap up --env dev", process ${process.pid}`);
    expect([asked.code, shared.text("dev.lock") === undefined]).toEqual([1, false]);
    expect(await terminal().run(...args, "--yes")).toMatchObject({ code: 0 });
    expect(shared.text("dev.lock")).toBeUndefined();
    await session.close();
    expect((await terminal().run(...args)).stdout).toBe("dev is not locked.\n");
  });
});

describe.each([
  ["in S3", ["--state", state]],
  ["in a file", []],
  ["in a local file", ["--local"]],
])("tap state %s", (_, where) => {
  async function given(content: string | State | undefined) {
    const made = await project();
    const { dir, shared } = made;
    const text = typeof content === "object" ? formatState(content) : content;
    const folder = join(dir, "state", where.includes("--local") ? "local" : ".");
    const inS3 = where.includes("--state");
    if (text !== undefined && inS3) put(shared, "trading/dev.json", text);
    if (text !== undefined && !inS3) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "dev.json"), text);
    }
    const tap = (...args: string[]) => made.terminal().run("state", ...args, ...where);
    const stored = () =>
      inS3 ? shared.text("dev.json") : readFile(join(folder, "dev.json"), "utf8").catch(() => undefined);
    const push = async (pushed: string | State, ...args: string[]) => {
      const text = typeof pushed === "string" ? pushed : formatState(pushed);
      await writeFile(join(dir, "copy.json"), text);
      return tap("push", "copy.json", "--env", "dev", ...args);
    };
    return { ...made, tap, push, stored };
  }

  test("show is a table", async () => {
    const { tap } = await given({
      ...sample,
      resources: {
        "network/vpc": { type: "ec2:vpc", name: "trading-vpc", id: "vpc-1", token: "t" },
        "network/nat": { type: "ec2:nat", name: "nat", token: "t", intent: { action: "create", at: 0 } },
      },
      retained: { "encryption/key": { type: "kms:key", id: "key-1", reason: "it encrypts", at: 0 } },
    });
    const { code, stdout } = await tap("show", "--env", "dev");
    expect(code).toBe(0);
    expect(stdout).toContain("dev in us-east-1, account 123456789012\n");
    expect(stdout).toMatch(/network\/vpc +ec2:vpc +trading-vpc +vpc-1\n/);
    expect(stdout).toMatch(/network\/nat +ec2:nat +nat +being created since 1970-01-01T00:00:00.000Z\n/);
    expect(stdout).toMatch(/encryption\/key +kms:key +key-1 +it encrypts \(1970-01-01T00:00:00.000Z\)\n/);
  });

  test("pull prints what push takes", async () => {
    const { tap, stored } = await given(sample);
    expect(await tap("pull", "--env", "dev")).toMatchObject({ code: 0, stdout: formatState(sample), stderr: "" });
    expect(await stored()).toBe(formatState(sample));
  });

  test("there may be none", async () => {
    const { tap } = await given(undefined);
    for (const command of ["show", "pull"]) {
      const ran = await tap(command, "--env", "dev");
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([1, "", expect.stringContaining("dev has no state")]);
    }
    expect((await tap("list")).stdout).toContain("No environment has a state in ");
  });

  test.each<[string, string | State, RegExp]>([
    ["what it records", sample, /^dev {2}us-east-1 {2}123456789012 {2}version 7 {2}0 resources\n$/],
    ["what is wrong with it", "{}", /^dev +\S+dev\.json is damaged/],
  ])("list shows each environment, and %s", async (_, content, text) => {
    const { tap } = await given(content);
    expect(await tap("list")).toMatchObject({ code: 0, stdout: expect.stringMatching(text) });
  });

  test.each([
    ["the first", undefined],
    ["a newer one", sample],
  ])("push stores %s", async (_, before) => {
    const { push, stored } = await given(before);
    const newer = { ...sample, serial: 8 };
    const ran = await push(newer);
    expect([ran.code, ran.stderr, ran.stdout]).toEqual([0, "", expect.stringContaining("version 8")]);
    expect(await stored()).toBe(formatState(newer));
    expect((await push(newer)).stdout).toContain("this very state already");
  });

  test.each<[string, string | State, string]>([
    ["an older one", { ...sample, serial: 6 }, "serial: expected more than 7"],
    ["another of the same version", { ...sample, settingsOf: "staging" }, "serial: expected more than 7"],
    ["one of another account", { ...sample, serial: 8, account: "210987654321" }, "account: expected 123456789012"],
    ["one of another region", { ...sample, serial: 8, region: "us-west-2" }, "region: expected us-east-1"],
    ["one of another environment", { ...sample, serial: 8, environment: "prod" }, "is the state of prod, not of dev"],
    ["one from a newer tap", JSON.stringify({ ...sample, schema: 3 }), "newer tap"],
    ["a damaged one", "{}", "copy.json is damaged"],
  ])("push refuses %s, and changes nothing", async (_, pushed, message) => {
    const { push, stored } = await given(sample);
    const ran = await push(pushed);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(await stored()).toBe(formatState(sample));
  });

  test("push refuses a region that is not the one that is asked for", async () => {
    const { push, stored } = await given(undefined);
    const ran = await push(sample, "--region", "us-west-2");
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("region: expected us-west-2")]);
    expect(await stored()).toBeUndefined();
  });

  test("push waits for no one, and needs a file", async () => {
    const { tap, push, dir, shared, stored } = await given(sample);
    const { backendOf } = await import("../../src/session/backend.ts");
    const { noSettingsFile } = await import("../../src/config/file.ts");
    const request = { dir, env: "dev", local: where.includes("--local"), variables: {} };
    const at = where.includes("--state") ? { state } : {};
    const home = await backendOf({ ...request, ...at }, noSettingsFile, shared.clock);
    const lock = await home.of("dev").lock({ command: "tap up --env dev", clock: shared.clock });
    const ran = await push({ ...sample, serial: 8 });
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining("dev is locked")]);
    await lock.release();
    expect(await stored()).toBe(formatState(sample));
    const missing = await tap("push", "nowhere.json", "--env", "dev");
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("a readable state file (ENOENT)")]);
  });
});
