import { beforeEach, describe, expect, test } from "vitest";
import type { SessionRequest } from "../../src/session/session.ts";
import { StateWriteError } from "../../src/state/errors.ts";
import { LockedError } from "../../src/state/holder.ts";
import { jsonLines, Terminal, type TerminalOptions } from "./terminal.ts";
import { ToyCloud, toySession } from "./toy.ts";

/** A cloud for each environment, all on one clock. */
let clouds: Record<"dev" | "staging", ToyCloud>;
let opened: string[];
let closed: string[];
beforeEach(() => {
  const dev = new ToyCloud();
  clouds = { dev, staging: Object.assign(new ToyCloud(), { clock: dev.clock }) };
  opened = [];
  closed = [];
});

const open = async (request: SessionRequest) => {
  const { env } = request;
  if (env !== "dev" && env !== "staging") throw new Error(`${env} was opened`);
  opened.push(env);
  return toySession(request, { cloud: clouds[env], onClose: () => void closed.push(env) });
};
const terminal = (options: Partial<TerminalOptions> = {}) => new Terminal({ cloud: clouds.dev, open, ...options });
const both = ["--env", "staging,dev"];
const yes = [...both, "--yes"];
const made = ["create toys/box", "create toys/ball"];

describe("tap up on several environments", () => {
  test("shows all plans, asks once, brings all up, and sums up each", async () => {
    const ran = await terminal({ typed: ["y"] }).run("up", ...both);
    expect(ran.code).toBe(0);
    expect([clouds.dev.mutations, clouds.staging.mutations]).toEqual([made, made]);
    expect(ran.stderr.match(/\[y\/N\]/g)).toHaveLength(1);
    expect(ran.stderr).toContain(
      "Bring up dev in us-east-1, account 123456789012, staging in us-east-1, account 123456789012 like this?",
    );
    const lines = ran.stdout.match(/^(Plan for \S+|dev|staging|Done in)/gm);
    expect(lines).toEqual(["Plan for dev", "Plan for staging", "dev", "Done in", "staging", "Done in"]);
    expect(ran.stdout).toMatch(/^\S+Z ✓ staging toys\/box: created thing-1 in 3\.0 s$/m);
    expect([opened, closed]).toEqual([
      ["dev", "staging"],
      ["dev", "staging"],
    ]);
  });

  test("works on all at the same time", async () => {
    const start = clouds.dev.clock.now();
    await terminal().run("up", "--env", "dev", "--yes");
    const one = clouds.dev.clock.now() - start;
    clouds.dev.things.clear();
    await terminal().run("up", ...yes);
    expect(clouds.dev.clock.now() - start).toBe(2 * one);
  });

  test("changes nothing in any when the user says no", async () => {
    const ran = await terminal({ typed: ["n"] }).run("up", ...both);
    expect(ran.code).toBe(1);
    expect([clouds.dev.mutations, clouds.staging.mutations]).toEqual([[], []]);
  });

  test("asks only about those in which there is something to do", async () => {
    await terminal().run("up", "--env", "dev", "--yes");
    const ran = await terminal({ typed: ["y"] }).run("up", ...both);
    expect(ran.stderr).toContain("Bring up staging in us-east-1, account 123456789012 like this? [y/N]");
    expect(ran.code).toBe(0);
  });

  test("one that is locked holds back all, and gives the others' locks back", async () => {
    const locked: typeof open = async (request) => {
      if (request.env === "staging")
        throw new LockedError("staging is locked: ann has been running it", { advice: "Wait until it has ended." });
      return open(request);
    };
    const ran = await terminal({ open: locked }).run("up", ...yes);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("error: staging is locked");
    expect(clouds.dev.mutations).toEqual([]);
    expect(closed).toEqual(["dev"]);
  });

  test("one that fails does not stop the others, and the worst exit code counts", async () => {
    clouds.dev.before = (call) => {
      if (call === "create toys/box") throw new Error("too many boxes");
    };
    const ran = await terminal().run("up", ...yes);
    expect(ran.code).toBe(1);
    expect(clouds.staging.mutations).toEqual(made);
    expect(ran.stdout).toMatch(/\ndev\n\n1 failure\n[\s\S]*\nstaging\n[\s\S]*\nDone in .*: 2 resources created/);
  });

  test("one whose name is taken does not stop the others", async () => {
    clouds.dev.put("toy-box", { node: undefined, size: 1 });
    const ran = await terminal().run("up", ...yes);
    expect(ran.code).toBe(1);
    expect(clouds.dev.mutations).toEqual([]);
    expect(clouds.staging.mutations).toEqual(made);
  });

  test("one whose run breaks off is told about, by name, and does not stop the others", async () => {
    const breaking: typeof open = async (request) => {
      const session = await open(request);
      if (request.env === "staging") return session;
      const outputs = () => {
        throw new StateWriteError("no space left");
      };
      return { ...session, platform: { ...session.platform, outputs } };
    };
    const ran = await terminal({ open: breaking }).run("up", ...yes);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("dev:\nerror: no space left\n");
    expect(ran.stdout).toMatch(/\nstaging\n[\s\S]*Done in/);
  });

  test("what went wrong first is told, not that a lock could not be given back thereafter", async () => {
    const stuck: typeof open = async (request) => {
      if (request.env === "staging") throw new LockedError("staging is locked", { advice: "Wait until it has ended." });
      const close = async () => {
        throw new StateWriteError("the lock of dev cannot be given back");
      };
      return { ...(await open(request)), close };
    };
    const ran = await terminal({ open: stuck }).run("up", ...yes);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("error: staging is locked");
    const alone = await terminal({ open: stuck }).run("up", "--env", "dev", "--yes");
    expect(alone.code).toBe(1);
    expect(alone.stderr).toContain("error: the lock of dev cannot be given back");
  });

  test("Ctrl-C while they are closed ends nothing half-way", async () => {
    const watched = terminal({
      open: async (request) => {
        const session = await open(request);
        const close = async () => {
          await new Promise((resolve) => setImmediate(resolve));
          listening.push(watched.signals.emit("SIGINT"));
          await session.close();
        };
        return { ...session, close };
      },
    });
    const listening: boolean[] = [];
    const ran = await watched.run("up", "--env", "dev", "--yes");
    expect([ran.code, listening, closed]).toEqual([0, [true], ["dev"]]);
  });

  test("Ctrl-C stops all", async () => {
    const watched = terminal();
    clouds.staging.after = () => watched.signals.emit("SIGINT");
    const ran = await watched.run("up", ...yes);
    expect(ran.code).toBe(130);
    expect([clouds.dev.mutations, clouds.staging.mutations]).toEqual([["create toys/box"], ["create toys/box"]]);
    expect(closed).toEqual(["dev", "staging"]);
  });

  test("--json names the environment with every event", async () => {
    const ran = await terminal().run("up", ...yes, "--json");
    const events = jsonLines(ran.stdout);
    const named = (event: string) => events.filter((e) => e["event"] === event).map((e) => e["environment"]);
    expect(named("plan")).toEqual(["dev", "staging"]);
    expect(named("done").sort()).toEqual(["dev", "dev", "staging", "staging"]);
    expect(named("summary")).toEqual(["dev", "staging"]);
    expect(events.at(-1)?.["event"]).toBe("summary");
    expect(events.filter((e) => e["environment"] === undefined)).toEqual([]);
  });

  test("of one environment, no event but the plan names it", async () => {
    const events = jsonLines((await terminal().run("up", "--env", "dev", "--yes", "--json")).stdout);
    expect(events.filter((e) => e["environment"] !== undefined).map((e) => e["event"])).toEqual(["plan", "outputs"]);
  });
});

describe("tap down and status on several environments", () => {
  test("down removes both after one question", async () => {
    for (const cloud of Object.values(clouds)) cloud.put("toy-box", { node: "toys/box", size: 3 });
    const ran = await terminal({ typed: ["y"] }).run("down", ...both);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(
      "Remove 1 resource of dev in us-east-1, account 123456789012, 1 resource of staging in",
    );
    expect([clouds.dev.things.size, clouds.staging.things.size]).toEqual([0, 0]);
  });

  test("status reports on each", async () => {
    const ran = await terminal().run("status", ...both);
    expect(ran.stdout.match(/^\S+: not up/gm)).toEqual(["dev: not up", "staging: not up"]);
  });

  test("plan shows each and changes nothing", async () => {
    const ran = await terminal().run("plan", ...both);
    expect(ran.stdout.match(/^Plan for \S+/gm)).toEqual(["Plan for dev", "Plan for staging"]);
    expect([clouds.dev.mutations, clouds.staging.mutations]).toEqual([[], []]);
  });
});

describe("is refused before anything is opened", () => {
  test.each([
    ["up", ["--env", "dev,dev", "--yes"], '--env: expected each environment once, got "dev,dev"'],
    ["up", ["--env", "dev,stagin", "--yes"], "did you mean staging?"],
    ["up", ["--env", "dev,", "--yes"], "--env"],
    ["up", [...both, "--suffix", "pr-1", "--yes"], "--suffix: expected none, since --env names several environments"],
    ["down", [...both, "--purge"], "--purge: expected --env to name one environment only"],
    ["status", ["--env", "dev,dev"], "--env: expected each environment once"],
    ["plan", ["--env", "dev,nowhere"], "--env"],
    ["outputs", both, "argument 'staging,dev' is invalid. expected one only."],
  ])("%s %j", async (command, args, said) => {
    const ran = await terminal({ typed: [] }).run(command, ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(said);
    expect(opened).toEqual([]);
  });

  test("when ENVIRONMENT_SUFFIX names one", async () => {
    const ran = await terminal({ variables: { ENVIRONMENT_SUFFIX: "pr-1" } }).run("up", ...yes);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("ENVIRONMENT_SUFFIX");
  });
});
