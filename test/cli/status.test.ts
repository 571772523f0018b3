import { writeFileSync } from "node:fs";
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
      expect(ran.stdout).toContain(
        "dev: in sync (2 resources) · us-east-1, account 123456789012\n\n✓ toys: 2 in sync\n",
      );
    }
    expect(cloud.mutations).toEqual([]);
  });

  test("reports drift with both values; 0, or 2 with --exit-code", async () => {
    drift();
    const ran = await terminal().run("status", "--env", "dev");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(
      "dev: 1 of 2 differ (1 drifted) · us-east-1, account 123456789012\n\ntoys: 1 of 2 differs\n  ~ toys/ball  toy:thing  drifted  thing-2\n      size: 7 → 1\n\n→ tap up --env dev  repairs 1\n",
    );
    expect((await terminal().run("status", "--env", "dev", "--exit-code")).code).toBe(2);
  });

  test("--json has the shape that scripts rely on, on one line of standard output", async () => {
    drift();
    const ran = await terminal().run("status", "--env", "dev", "--json");
    expect(JSON.parse(ran.stdout)).toEqual({
      schema: 1,
      account: [],
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
              changes: [
                { path: "size", want: 1, live: 7, fix: "update", leaves: [{ path: "size", want: 1, live: 7 }] },
              ],
              command: "tap up --env dev",
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
    expect(ran.stdout).toContain("pr-2: in sync");
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
    expect(ran.stdout).toContain("fine: in sync (2 resources)");
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

  test("--all has a line for every resource", async () => {
    const ran = await terminal().run("status", "--env", "dev", "--all");
    expect(ran.stdout).toContain("✓ toys/box   toy:thing  in-sync  thing-1");
  });

  test("--markdown makes a comment of it, with the exit code of a report", async () => {
    drift();
    const ran = await terminal().run("status", "--env", "dev", "--markdown", "--exit-code");
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain("| <code>toys/ball</code><br>toy:thing <code>thing-2</code> | drifted |");
  });

  test.each([
    [["--watch", "--json"]],
    [["--watch", "--markdown"]],
    [["--watch", "--exit-code"]],
    [["--json", "--markdown"]],
    [["--watch", "4"]],
    [["--watch", "5.5"]],
  ])("%j is refused", async (args) => {
    const ran = await terminal().run("status", "--env", "dev", ...args);
    expect(ran.code).toBe(2);
    expect(ran.requests).toEqual([]);
  });

  test("says so when no environment is known", async () => {
    const ran = await terminal().run("status");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("No environment is known.");
    expect(JSON.parse((await terminal().run("status", "--json")).stdout)).toEqual({
      schema: 1,
      environments: [],
      account: [],
    });
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

describe("tap status --watch", () => {
  /** Does something before each round, and presses Ctrl-C in the last. */
  const watching = (rounds: readonly (() => void)[], options: Partial<TerminalOptions> = {}) => {
    let round = 0;
    const watched = terminal({
      open: async (request) => {
        const next = rounds[round++];
        if (next === undefined) watched.signals.emit("SIGINT");
        next?.();
        return toySession(request, { cloud });
      },
      ...options,
    });
    return watched;
  };
  const nothing = () => undefined;

  test("prints the report again when it has changed, with the time, and ends with 0", async () => {
    const start = cloud.clock.now();
    const ran = await watching([nothing, nothing, drift, nothing]).run("status", "--env", "dev", "--watch");
    expect(ran.code).toBe(0);
    expect(ran.requests).toHaveLength(5);
    expect(cloud.clock.now() - start).toBe(4 * 60_000);
    expect(ran.stdout.match(/^2026.*Z$|^dev: .*(?= ·)/gm)).toEqual([
      "2026-01-05T09:00:00Z",
      "dev: in sync (2 resources)",
      "2026-01-05T09:02:00Z",
      "dev: 1 of 2 differ (1 drifted)",
    ]);
    expect(ran.stderr).toBe("");
  });

  test("looks as often as it is told to", async () => {
    const start = cloud.clock.now();
    await watching([nothing, nothing]).run("status", "--env", "dev", "--watch", "5");
    expect(cloud.clock.now() - start).toBe(10_000);
  });

  test("goes on after a round that failed", async () => {
    const expired = () => {
      throw new CredentialsError("the session has expired", { advice: "Log in." });
    };
    const ran = await watching([nothing, expired, nothing]).run("status", "--env", "dev", "--watch");
    expect(ran.code).toBe(0);
    expect(ran.stdout.match(/^dev: \S+ \S+/gm)).toEqual(["dev: in sync", "dev: no report", "dev: in sync"]);
  });

  test("goes on after a round in which the settings could not be read", async () => {
    const watched = terminal();
    const pauses = [
      () => writeFileSync(join(cwd, "tap.yaml"), "environments: 3\n"),
      () => watched.signals.emit("SIGINT"),
    ];
    cloud.clock.sleep = async (_ms, signal) => {
      pauses.shift()?.();
      signal?.throwIfAborted();
    };
    const ran = await watched.run("status", "--env", "dev", "--watch");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/dev: in sync[\s\S]*no report: .*environments/);
  });

  test("is refused in the first round as any other command is", async () => {
    await writeFile(join(cwd, "tap.yaml"), "environments: 3\n");
    expect((await terminal().run("status", "--env", "dev", "--watch")).code).toBe(2);
  });

  test("ends at once when interrupted while it waits", async () => {
    const watched = terminal();
    cloud.clock.sleep = async (_ms, signal) => {
      watched.signals.emit("SIGINT");
      signal?.throwIfAborted();
    };
    expect((await watched.run("status", "--env", "dev", "--watch")).code).toBe(0);
    expect(watched.signals.eventNames()).toEqual([]);
  });
});
