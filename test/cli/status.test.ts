import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CredentialsError } from "../../src/session/errors.ts";
import { STATE_SCHEMA } from "../../src/state/schema.ts";
import { Terminal, type TerminalOptions } from "./terminal.ts";
import { ToyCloud, toySession } from "./toy.ts";

let cloud: ToyCloud;
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tap-status-"));
  cloud = new ToyCloud();
  cloud.takes = 0;
  cloud.put("toy-box", { node: "toys/box", size: 3 });
  cloud.put("toy-ball", { node: "toys/ball", size: 1 });
});
afterEach(() => rm(cwd, { recursive: true }));

const terminal = (options: Partial<TerminalOptions> = {}) => new Terminal({ cloud, cwd, ...options });
const drift = () => {
  const ball = cloud.things.get("toy-ball");
  if (ball !== undefined) ball.size = 7;
};

/** Makes environments known by their state files. */
async function record(folder: "state" | "state/local", ...environments: string[]): Promise<void> {
  await mkdir(join(cwd, folder), { recursive: true });
  for (const environment of environments) {
    const state = { schema: STATE_SCHEMA, account: "123456789012", region: "us-east-2", environment, serial: 1 };
    await writeFile(
      join(cwd, folder, `${environment}.json`),
      JSON.stringify({ ...state, resources: {}, retained: {} }),
    );
  }
}

describe("tap status", () => {
  test("reports what is in sync with 0, with and without --exit-code", async () => {
    for (const args of [[], ["--exit-code"]]) {
      const ran = await terminal().run("status", "--env", "dev", ...args);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toContain("dev in us-east-1, account 123456789012: 2 in sync");
    }
    expect(cloud.mutations).toEqual([]);
  });

  test("reports drift with both values; 0, or 2 with --exit-code", async () => {
    drift();
    const ran = await terminal().run("status", "--env", "dev");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("~ toys/ball  toy:thing  drifted  thing-2\n      size: 7 → 1");
    expect((await terminal().run("status", "--env", "dev", "--exit-code")).code).toBe(2);
  });

  test("--json has the shape that scripts rely on, on one line of standard output", async () => {
    drift();
    const ran = await terminal().run("status", "--env", "dev", "--json");
    expect(JSON.parse(ran.stdout)).toEqual({
      schema: 1,
      environments: [
        {
          environment: "dev",
          region: "us-east-1",
          account: "123456789012",
          local: false,
          inSync: false,
          resources: [
            { id: "toys/box", step: "toys", type: "toy:thing", awsId: "thing-1", status: "in-sync", changes: [] },
            {
              id: "toys/ball",
              step: "toys",
              type: "toy:thing",
              awsId: "thing-2",
              status: "drifted",
              changes: [{ path: "size", want: 1, live: 7, fix: "update" }],
            },
          ],
          unsearched: [],
        },
      ],
    });
  });

  test("without --env, reports on state files and settings, real and local", async () => {
    await record("state", "pr-1");
    await record("state/local", "pr-2");
    await writeFile(join(cwd, "tap.yaml"), "environments:\n  staging:\n");
    const ran = await terminal().run("status", "--json");
    const { environments } = JSON.parse(ran.stdout);
    expect(environments.map((e: { environment: string; local: boolean }) => [e.environment, e.local])).toEqual([
      ["staging", false],
      ["pr-1", false],
      ["pr-2", true],
    ]);
    const local = await terminal().run("status", "--local", "--json");
    expect(local.requests.map(({ suffix }) => suffix)).toEqual(["pr-2"]);
  });

  test("AWS_REGION does not move an environment that is recorded elsewhere", async () => {
    await record("state", "pr-1");
    const ran = await terminal({ variables: { AWS_REGION: "us-west-2" } }).run("status");
    expect(ran.requests.map(({ variables }) => variables["AWS_REGION"])).toEqual([undefined]);
  });

  test("ENVIRONMENT_SUFFIX names one environment", async () => {
    await record("state", "pr-1", "pr-2");
    const ran = await terminal({ variables: { ENVIRONMENT_SUFFIX: "pr-2" } }).run("status");
    expect(ran.requests).toHaveLength(1);
    expect(ran.stdout).toContain("pr-2 in us-east-1");
  });

  test("one environment that cannot be reported on does not hide the others", async () => {
    await record("state", "broken", "fine");
    const open: TerminalOptions["open"] = async (request) => {
      if (request.suffix === "broken")
        throw new CredentialsError("no AWS credentials were found", { advice: "Log in." });
      return toySession(request, { cloud });
    };
    const ran = await terminal({ open }).run("status");
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("broken: no report\n  no AWS credentials were found\n  → Log in.");
    expect(ran.stdout).toContain("fine in us-east-1, account 123456789012: 2 in sync");
    const json = JSON.parse((await terminal({ open }).run("status", "--json")).stdout);
    expect(json.environments[0]).toEqual({
      environment: "broken",
      region: null,
      account: null,
      local: false,
      inSync: false,
      resources: [],
      error: "no AWS credentials were found",
    });
    expect((await terminal({ open }).run("status", "--suffix", "broken")).code).toBe(2);
  });

  test("says so when no environment is known", async () => {
    const ran = await terminal().run("status");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("No environment is known.");
    expect(JSON.parse((await terminal().run("status", "--json")).stdout)).toEqual({ schema: 1, environments: [] });
  });

  test("is not in sync while left-overs cannot be searched for", async () => {
    cloud.before = (call) => {
      if (call.startsWith("search")) throw new Error("not allowed");
    };
    const ran = await terminal().run("status", "--env", "dev", "--exit-code");
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain("what is left over could not be searched for");
  });
});
