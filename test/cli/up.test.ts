import { beforeEach, describe, expect, test } from "vitest";
import { node } from "../../src/engine/node.ts";
import { LockedError } from "../../src/state/holder.ts";
import { MemoryJournal } from "../state/memory-journal.ts";
import { jsonLines, Terminal, type TerminalOptions } from "./terminal.ts";
import { Toy, ToyCloud, toyNode, toyPlatform } from "./toy.ts";

let cloud: ToyCloud;
beforeEach(() => {
  cloud = new ToyCloud();
});

const yes = ["up", "--env", "dev", "--yes"];

describe("tap up", () => {
  test("creates what is missing, prints the outputs and a summary, and exits with 0", async () => {
    const ran = await new Terminal({ cloud }).run(...yes);
    expect(ran.code).toBe(0);
    expect(cloud.mutations).toEqual(["create toys/box", "create toys/ball"]);
    expect(ran.stdout).toContain("2 resources to create");
    expect(ran.stdout).toContain("boxId   thing-1\nballId  thing-2");
    expect(ran.stdout).toMatch(/Done in .*: 2 resources created\. \d+ AWS calls, 2 of them to change something\./);
    expect(ran.stderr).toBe("");
  });

  test("makes no mutating call the second time, and does not ask", async () => {
    await new Terminal({ cloud }).run(...yes);
    cloud.mutations.length = 0;
    const ran = await new Terminal({ cloud, typed: [] }).run("up", "--env", "dev");
    expect(ran.code).toBe(0);
    expect(cloud.mutations).toEqual([]);
    expect(ran.stdout).toContain("nothing to do; 2 resources stay as they are");
    expect(ran.stderr).toBe("");
  });

  test("says how long it will take, on the local AWS only once that was measured there", async () => {
    const journal = new MemoryJournal({ clock: cloud.clock });
    const plan = async (...args: string[]) => {
      const said = async (...more: string[]) =>
        (await new Terminal({ cloud, journal }).run("plan", "--env", "dev", ...args, ...more)).stdout;
      return { text: await said(), json: jsonLines(await said("--json"))[0] };
    };
    const usual = await plan();
    expect(usual.text).toContain("Time: about 5 s; longest path: toys/box → toys/ball");
    expect(usual.json).toMatchObject({
      estimateSeconds: 6,
      criticalPath: [
        { node: "toys/box", startSeconds: 0, seconds: 3 },
        { node: "toys/ball", startSeconds: 3, seconds: 3 },
      ],
    });
    const local = await plan("--local");
    expect(local.text).not.toContain("Time:");
    expect(local.json).not.toHaveProperty("estimateSeconds");
    journal.measured("toy:thing", "create", 50);
    expect((await plan("--local")).json).toMatchObject({ estimateSeconds: 100 });
  });

  test("notes what it finds when the state was lost, though there is nothing to do", async () => {
    await new Terminal({ cloud }).run(...yes);
    const journal = new MemoryJournal({ clock: cloud.clock });
    await new Terminal({ cloud, journal }).run(...yes);
    expect(journal.get("toys/ball")?.id).toBe("thing-2");
  });

  test("without a terminal and without --yes, refuses before it opens anything", async () => {
    const ran = await new Terminal({ cloud }).run("up", "--env", "dev");
    expect(ran.code).toBe(2);
    expect(ran.requests).toEqual([]);
    expect(ran.stderr).toContain("--yes: expected it to be given, since there is no terminal to ask on");
  });

  test("what the platform lacks is said last", async () => {
    const lacks = "There is no ball pump: the ball stays flat.";
    const ran = await new Terminal({ cloud, platform: { ...toyPlatform(), lacks }, isTTY: true }).run(...yes);
    expect(`${ran.stdout}${ran.stderr}`.trimEnd().split("\n").at(-1)).toContain(lacks);
  });

  test("without a terminal, an environment that there is not is said before a missing --yes", async () => {
    const ran = await new Terminal({ cloud }).run("up", "--env", "qa");
    expect(ran.code).toBe(2);
    expect(ran.requests).toEqual([]);
    expect(ran.stderr).toMatch(/^error: --env: /);
    expect(ran.stderr).not.toContain("--yes");
  });

  test.each([["yes"], ["y"], ["Y"]])("goes on when the user answers %s", async (answer) => {
    const ran = await new Terminal({ cloud, typed: [answer] }).run("up", "--env", "dev");
    expect(ran.code).toBe(0);
    expect(cloud.things.size).toBe(2);
    expect(ran.stderr).toContain("Bring up dev in us-east-1, account 123456789012 like this? [y/N]");
  });

  test.each([[["no"]], [["yess"]], [[]]])("changes nothing when the user answers %j", async (typed) => {
    const ran = await new Terminal({ cloud, typed }).run("up", "--env", "dev");
    expect(ran.code).toBe(1);
    expect(cloud.mutations).toEqual([]);
    expect(ran.stderr).toContain("Nothing was changed.");
  });

  test("--dry-run and plan change nothing, take no lock, and need no terminal", async () => {
    for (const args of [["up", "--dry-run"], ["plan"]]) {
      const ran = await new Terminal({ cloud }).run(...args, "--env", "dev");
      expect(ran.code).toBe(0);
      expect(ran.stdout).toContain("+ toys/ball");
      expect(ran.requests.map(({ purpose }) => purpose)).toEqual(["plan"]);
    }
    expect(cloud.mutations).toEqual([]);
  });

  test("prints every conflict and changes nothing when a name is taken", async () => {
    cloud.put("toy-box", { node: undefined, size: 1 });
    cloud.put("toy-ball", { node: undefined, size: 1 });
    const ran = await new Terminal({ cloud }).run(...yes);
    expect(ran.code).toBe(1);
    expect(cloud.mutations).toEqual([]);
    expect(ran.stderr).toContain("toys/box (toy:thing)\n      toy-box exists, but it is not ours");
    expect(ran.stderr).toContain("toys/ball (toy:thing)\n      toy-ball exists, but it is not ours");
  });

  test("names the failure and what was not begun because of it, and exits with 1", async () => {
    cloud.before = (call) => {
      if (call === "create toys/box") throw Object.assign(new Error("too many boxes"), { name: "BoxLimitExceeded" });
    };
    const ran = await new Terminal({ cloud }).run(...yes);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain("✗ toys/box (toy:thing): create\n      BoxLimitExceeded: too many boxes");
    expect(ran.stdout).toContain("Not begun because of it: toys/ball");
    expect(ran.stdout).toContain("1 resource failed, 1 not begun");
  });

  test("exits with 0 when something waits for the user, and says what", async () => {
    cloud.put("toy-box", { node: "toys/box", size: 3 });
    cloud.put("toy-ball", { node: "toys/ball", size: 1, waits: "hand over the ball" });
    const ran = await new Terminal({ cloud }).run(...yes);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("! Left to you: hand over the ball");
  });

  test("removes what is no longer declared with --prune only", async () => {
    cloud.put("toy-kite", { node: "toys/kite", size: 9 });
    const without = await new Terminal({ cloud }).run(...yes);
    expect(without.stdout).toContain("--prune removes it\n  · toys/kite");
    expect([...cloud.things.keys()]).toContain("toy-kite");
    const ran = await new Terminal({ cloud }).run(...yes, "--prune");
    expect(ran.code).toBe(0);
    expect([...cloud.things.keys()]).toEqual(["toy-box", "toy-ball"]);
    expect(ran.stdout).toContain("Plan: 1 resource to remove; 2 resources stay as they are.");
  });

  test("does not prune when something has failed", async () => {
    cloud.put("toy-kite", { node: "toys/kite", size: 9 });
    cloud.before = (call) => {
      if (call === "create toys/ball") throw new Error("no ball");
    };
    const ran = await new Terminal({ cloud }).run(...yes, "--prune");
    expect(ran.code).toBe(1);
    expect([...cloud.things.keys()]).toContain("toy-kite");
  });

  test("--json writes nothing but events to standard output, the last being the summary", async () => {
    const ran = await new Terminal({ cloud }).run(...yes, "--json");
    const events = jsonLines(ran.stdout);
    expect(events[0]).toMatchObject({
      event: "plan",
      environment: "dev",
      changes: [{ node: "toys/box" }, { node: "toys/ball" }],
    });
    expect(events.at(-2)).toMatchObject({ event: "outputs", outputs: { boxId: "thing-1", ballId: "thing-2" } });
    expect(events.at(-1)).toMatchObject({
      event: "summary",
      created: 2,
      updated: 0,
      removed: 0,
      retained: 0,
      unchanged: 0,
      failed: 0,
      mutatingCalls: 2,
      durationMs: expect.any(Number),
      calls: cloud.calls.calls,
    });
  });

  test("estimates the monthly cost, unless told not to or on the local AWS", async () => {
    const priced = { ...Toy, price: () => ({ what: "KMS key", usd: 1 }) };
    const key = node(priced, "toys/key", { name: "toy-key", want: () => ({ size: 1 }) });
    const platform = { ...toyPlatform(), nodes: [key] };
    const plan = async (options: Partial<TerminalOptions>, ...args: string[]) => {
      const terminal = new Terminal({ cloud, platform, ...options });
      const text = (await terminal.run("plan", "--env", "dev", ...args)).stdout;
      const [event] = jsonLines((await terminal.run("plan", "--env", "dev", "--json", ...args)).stdout);
      return { text, json: event?.["monthlyCost"] };
    };
    const shown = await plan({});
    expect(shown.text).toContain("Cost: about 1.00 USD a month more (us-east-1 list prices of 2");
    expect(shown.json).toMatchObject({ usd: 1, region: "us-east-1", items: [{ node: "toys/key", usd: 1 }] });
    for (const hidden of [await plan({}, "--no-cost"), await plan({ local: true })]) {
      expect(hidden.text).not.toContain("Cost");
      expect(hidden.json).toBeUndefined();
    }
  });

  test("a change that is planned is shown with its old and new value, and repaired", async () => {
    await new Terminal({ cloud }).run(...yes);
    const ball = cloud.things.get("toy-ball");
    if (ball !== undefined) ball.size = 7;
    const ran = await new Terminal({ cloud }).run(...yes);
    expect(ran.stdout).toContain("~ toys/ball  toy:thing  toy-ball\n      size: 7 → 1");
    expect(cloud.things.get("toy-ball")?.size).toBe(1);
  });

  test("exits with 3 when another run holds the lock, and says whose it is", async () => {
    const open = async () => {
      throw new LockedError("dev is locked: ann has been running it", { advice: "Wait until it has ended." });
    };
    const ran = await new Terminal({ cloud, open }).run(...yes);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toBe("error: dev is locked: ann has been running it\n→ Wait until it has ended.\n");
  });

  test("gives the lock back whatever happens", async () => {
    let closed = 0;
    const onClose = () => {
      closed++;
    };
    cloud.before = () => {
      throw new Error("broken");
    };
    await new Terminal({ cloud, onClose }).run(...yes);
    await new Terminal({ cloud, onClose, typed: ["no"] }).run("up", "--env", "dev");
    expect(closed).toBe(2);
  });

  test("tells the session what the options ask for", async () => {
    const ran = await new Terminal({ cloud, cwd: "/home/ann" }).run(
      ...["up", "--env", "dev", "--suffix", "pr-42", "--region", "us-west-2", "--yes", "--concurrency", "3"],
    );
    expect(ran.requests[0]).toMatchObject({
      dir: "/home/ann",
      env: "dev",
      suffix: "pr-42",
      region: "us-west-2",
      local: false,
      concurrency: 3,
      purpose: "change",
      command: "tap up --env dev --suffix pr-42",
    });
  });
});

describe("an interrupted tap up", () => {
  test("finishes the call in flight, begins nothing new, and exits with 130; the next run continues", async () => {
    const journal = new MemoryJournal({ clock: cloud.clock });
    const terminal = new Terminal({ cloud, journal });
    cloud.after = () => terminal.signals.emit("SIGINT");
    const ran = await terminal.run(...yes);
    expect(ran.code).toBe(130);
    expect(cloud.mutations).toEqual(["create toys/box"]);
    expect(ran.stderr).toContain("finishing the calls in flight");
    expect(ran.stderr).toContain("run the same command again to continue");
    expect(journal.get("toys/box")?.id).toBe("thing-1");
    cloud.after = () => undefined;
    expect((await new Terminal({ cloud, journal }).run(...yes)).code).toBe(0);
    expect(cloud.mutations).toEqual(["create toys/box", "create toys/ball"]);
  });

  test("ends at once at the second signal", async () => {
    const terminal = new Terminal({ cloud });
    cloud.after = () => {
      terminal.signals.emit("SIGINT");
      terminal.signals.emit("SIGTERM");
    };
    expect((await terminal.run(...yes)).exits).toEqual([130]);
  });

  test("while it only looks, gives up at once, and has changed nothing", async () => {
    const terminal = new Terminal({ cloud, platform: { ...toyPlatform(), nodes: [toyNode("toys/box", 1)] } });
    cloud.before = () => terminal.signals.emit("SIGTERM");
    const ran = await terminal.run(...yes);
    expect(ran.code).toBe(130);
    expect(cloud.mutations).toEqual([]);
    expect(ran.stderr).toContain("Interrupted. Nothing was changed.");
  });

  test("listens no longer once it has ended", async () => {
    const terminal = new Terminal({ cloud });
    await terminal.run(...yes);
    expect(terminal.signals.eventNames()).toEqual([]);
  });
});
