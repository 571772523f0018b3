import { beforeEach, describe, expect, test } from "vitest";
import { jsonLines, Terminal } from "./terminal.ts";
import { ToyCloud } from "./toy.ts";

let cloud: ToyCloud;
let forgotten: number;
const onRemove = () => {
  forgotten++;
};
const terminal = (typed?: readonly string[]) =>
  new Terminal({ cloud, onRemove, ...(typed === undefined ? {} : { typed }) });

beforeEach(() => {
  cloud = new ToyCloud();
  cloud.takes = 0;
  forgotten = 0;
  cloud.put("toy-box", { node: "toys/box", size: 3 });
  cloud.put("toy-ball", { node: "toys/ball", size: 1 });
});

const yes = ["down", "--env", "dev", "--yes"];

describe("tap down", () => {
  test("removes everything in reverse, proves that nothing is left, and forgets the state", async () => {
    const ran = await terminal().run(...yes);
    expect(ran.code).toBe(0);
    expect(cloud.mutations).toEqual(["remove toys/ball", "remove toys/box"]);
    expect(ran.stdout).toContain("Nothing is left: searched 1 resource type and the tags.");
    expect(forgotten).toBe(1);
  });

  test("removes what is no longer declared as well", async () => {
    cloud.put("toy-kite", { node: "toys/kite", size: 9 });
    expect((await terminal().run(...yes)).code).toBe(0);
    expect(cloud.things.size).toBe(0);
  });

  test("leaves alone what is not ours, though it has our name", async () => {
    cloud.things.clear();
    cloud.put("toy-box", { node: undefined, size: 5 });
    cloud.put("toy-ball", { node: "toys/ball", size: 1 });
    const ran = await terminal().run(...yes);
    expect(ran.code).toBe(0);
    expect([...cloud.things.keys()]).toEqual(["toy-box"]);
    expect(ran.stdout).toContain("left as it is");
  });

  test("does not ask when nothing is there", async () => {
    cloud.things.clear();
    const ran = await terminal([]).run("down", "--env", "dev");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toBe("");
    expect(forgotten).toBe(1);
  });

  test("removes nothing when the user declines", async () => {
    const ran = await terminal(["no"]).run("down", "--env", "dev");
    expect(ran.code).toBe(1);
    expect(cloud.mutations).toEqual([]);
    expect(ran.stderr).toContain("Remove 2 resources of dev");
    expect(forgotten).toBe(0);
  });

  test("removes what a late writer has made again", async () => {
    let late = true;
    cloud.after = (call) => {
      if (call !== "remove toys/box" || !late) return;
      late = false;
      // After the look that proves its removal.
      void cloud.clock.sleep(500).then(() => cloud.put("toy-box", { node: "toys/box", size: 3 }));
    };
    const ran = await terminal().run(...yes);
    expect(cloud.mutations).toEqual(["remove toys/ball", "remove toys/box", "remove toys/box"]);
    expect(cloud.things.size).toBe(0);
    expect(ran.code).toBe(0);
  });

  test("names what is still there, keeps the state, and exits with 1", async () => {
    cloud.after = (call) => {
      if (call === "remove toys/box") cloud.put("toy-kite", { node: "toys/kite", size: 1 });
      if (call === "remove toys/kite") cloud.put("toy-kite", { node: "toys/kite", size: 1 });
    };
    const ran = await terminal().run(...yes);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/still there\n {2}toys\/kite {2}toy:thing {2}thing-\d+/);
    expect(forgotten).toBe(0);
  });

  test("proves nothing when a search fails", async () => {
    cloud.before = (call) => {
      if (call === "search toy:thing") throw Object.assign(new Error("not allowed"), { name: "AccessDenied" });
    };
    const ran = await terminal().run(...yes);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("not proven that nothing is left");
    expect(forgotten).toBe(0);
  });

  test("names a failure once, lists what remains, and does not try it all again", async () => {
    cloud.before = (call) => {
      if (call === "remove toys/box") throw Object.assign(new Error("not allowed"), { name: "AccessDenied" });
    };
    const ran = await terminal().run(...yes);
    expect(ran.code).toBe(1);
    expect(ran.stdout.match(/✗ toys\/box \(toy:thing\): remove/g)).toHaveLength(1);
    expect(ran.stderr).toContain("1 resource is still there");
    expect(cloud.mutations).toEqual(["remove toys/ball"]);
  });

  test("on the local AWS refuses an environment that preserves its data, before it opens anything", async () => {
    const ran = await terminal().run("down", "--env", "prod", "--local", "--yes");
    expect(ran.code).toBe(2);
    expect(ran.requests).toEqual([]);
    expect(ran.stderr).toContain("takes no final snapshots");
  });

  test("--purge takes the environment's name: neither --yes nor another name will do", async () => {
    const bare = await terminal().run("down", "--env", "prod", "--purge", "--yes");
    expect(bare.code).toBe(2);
    expect(bare.requests).toEqual([]);
    expect(bare.stderr).toContain("--confirm: expected the environment's name, prod, since there is no terminal");
    expect(bare.stderr).not.toContain("--yes");
    const other = await terminal().run("down", "--env", "prod", "--purge", "--confirm", "dev");
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("expected the environment's name, prod");
    expect(cloud.mutations).toEqual([]);
    const named = await terminal().run("down", "--env", "prod", "--purge", "--confirm", "prod");
    expect(named.code).toBe(0);
    expect(cloud.mutations.length).toBeGreaterThan(0);
  });

  test("an interruption stops it with 130, and it continues later", async () => {
    const interrupted = terminal();
    cloud.after = () => interrupted.signals.emit("SIGINT");
    const ran = await interrupted.run(...yes);
    expect(ran.code).toBe(130);
    expect(cloud.mutations).toEqual(["remove toys/ball"]);
    expect(forgotten).toBe(0);
    cloud.after = () => undefined;
    expect((await terminal().run(...yes)).code).toBe(0);
  });

  test("--json ends with the summary", async () => {
    const ran = await terminal().run(...yes, "--json");
    const events = jsonLines(ran.stdout);
    expect(events.at(-2)).toMatchObject({ event: "swept", remaining: [], unsearched: [] });
    expect(events.at(-1)).toMatchObject({ event: "summary", created: 0, removed: 2, unchanged: 0, failed: 0 });
  });

  test("--dry-run shows what would be removed", async () => {
    const ran = await terminal().run("down", "--env", "dev", "--dry-run");
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain("− toys/box   toy:thing  thing-1");
    expect(cloud.mutations).toEqual([]);
  });
});
