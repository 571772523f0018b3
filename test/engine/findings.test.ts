import { expect, test } from "vitest";
import { type Change, type Kind, ready } from "../../src/engine/kind.ts";
import { node } from "../../src/engine/node.ts";
import { refresh } from "../../src/engine/refresh.ts";
import type { Run } from "../../src/engine/run.ts";
import { type StatusRow, statusRows } from "../../src/engine/status.ts";
import { up } from "../../src/engine/up.ts";
import { Toy, ToyCloud, toySession } from "../cli/toy.ts";
import { MemoryJournal } from "../state/memory-journal.ts";

/** What a toy is like besides what is wanted of it. */
interface Looks {
  colour: string | null;
  friends: Record<string, string>;
  /** The strings that hold it back. */
  tied: boolean;
}

type Live = Parameters<typeof Toy.id>[0] & { readonly looks: Looks; readonly friends?: Looks["friends"] };

class Denied extends Error {
  override name = "AccessDeniedException";
}

/** A toy box in which others can be put, and a look at it by another process each time. */
function scene() {
  const cloud = new ToyCloud();
  cloud.takes = 0;
  const looks: Looks = { colour: null, friends: {}, tied: false };
  const calls: string[] = [];
  const may = { watch: true };
  const kind: Kind<ToyCloud, undefined, { readonly size: number }, Live, { readonly id: string }> = {
    ...Toy,
    find: async (...given) => {
      calls.push("find");
      const found = await Toy.find(...given);
      return found && { ...found, looks: { ...looks } };
    },
    phase: () => ready,
    changes: (want, live, me) => [
      ...Toy.changes(want, live, me),
      ...Object.entries(live.friends ?? {}).map(
        ([name, does]): Change => ({
          path: `friends.${name}`,
          want: undefined,
          live: does,
          fix: does === "opens" ? "update" : "leave",
          weight: "access",
        }),
      ),
      ...(live.looks.tied
        ? [{ path: "tied", want: undefined, live: true, fix: "lift", weight: "outage" } satisfies Change]
        : []),
    ],
    update: async (aws, live, want, changes, me) => {
      for (const { path } of changes) {
        if (path === "tied") looks.tied = false;
        if (path.startsWith("friends.")) delete looks.friends[path.slice("friends.".length)];
      }
      await Toy.update(aws, live, want, changes, me);
    },
    watch: [
      {
        what: "friends",
        read: async () => {
          calls.push("watch");
          if (!may.watch) throw new Denied("not authorized to perform: toy:ListFriends");
          return { friends: { ...looks.friends } };
        },
      },
    ],
    unsent: { altered: () => [], recorded: (live) => ({ colour: live.looks.colour }) },
  };
  const box = node(kind, "toys/box", { name: "toy-box", want: () => ({ size: 3 }) });
  const journal = new MemoryJournal({ clock: cloud.clock });
  type Ruling = ReturnType<typeof toySession>["run"]["ruling"];
  const runWith = (ruling?: Ruling) => {
    const { run } = toySession(
      { env: "dev", dir: ".", local: false, variables: {} } as Parameters<typeof toySession>[0],
      {
        cloud,
        journal,
      },
    );
    return ruling === undefined ? run : { ...run, ruling };
  };
  const look = (ruling?: Ruling) => refresh(runWith(ruling), [box], [], true);
  return {
    cloud,
    looks,
    calls,
    journal,
    forbid: () => {
      may.watch = false;
    },
    status: async (ruling?: Ruling): Promise<StatusRow | undefined> => statusRows(await look(ruling))[0],
    statusWhere: async (reports: Run<ToyCloud>["reports"]): Promise<StatusRow | undefined> =>
      statusRows(await refresh({ ...runWith(), reports }, [box], [], true))[0],
    up: async (ruling?: Ruling) => (await up(runWith(ruling), [box], await look(ruling))).get(box)?.is,
  };
}

test("what opens is taken away, what is somebody's own is left and named", async () => {
  const { looks, status, up } = scene();
  expect(await up()).toBe("created");
  expect(await status()).toMatchObject({ status: "in-sync" });
  Object.assign(looks.friends, { thief: "opens", neighbour: "stays" });
  expect(await status()).toMatchObject({
    status: "drifted",
    changes: [{ path: "friends.thief", weight: "access" }],
    findings: [{ path: "friends.neighbour", fix: "leave" }],
  });
  expect(await up()).toBe("updated");
  expect(looks.friends).toEqual({ neighbour: "stays" });
  expect(await status()).toMatchObject({ status: "flagged", changes: [] });
  expect(await up()).toBe("unchanged");
});

test("what limits is left until it is named", async () => {
  const { looks, status, up } = scene();
  await up();
  looks.tied = true;
  expect(await up()).toBe("unchanged");
  expect(looks.tied).toBe(true);
  expect(await status()).toMatchObject({ status: "flagged", findings: [{ path: "tied", fix: "lift" }] });
  const lift = (of: string, { path }: Change) => (of === "toys/box" && path === "tied" ? "lifted" : undefined);
  expect(await up(lift)).toBe("updated");
  expect(looks.tied).toBe(false);
});

test("a finding that is accepted does not count, and counts again with another value", async () => {
  const { looks, status, up } = scene();
  await up();
  looks.friends["neighbour"] = "stays";
  const accept = (_: string, { live }: Change) => (live === "stays" ? "accepted" : undefined);
  expect(await status(accept)).toMatchObject({ status: "in-sync", accepted: [{ path: "friends.neighbour" }] });
  looks.friends["neighbour"] = "moves in";
  expect(await status(accept)).toMatchObject({ status: "flagged", findings: [{ path: "friends.neighbour" }] });
});

test("a setting that nobody sends is recorded by up, and a later change of it is named until it is back", async () => {
  const { looks, status, up, journal } = scene();
  looks.colour = "red";
  await up();
  expect(journal.get("toys/box")?.recorded).toEqual({ colour: "red" });
  looks.colour = "blue";
  const finding = { path: "colour", want: "red", live: "blue", fix: "leave", weight: "setting" };
  expect(await status()).toMatchObject({ status: "flagged", findings: [finding] });
  // Not even an up that changes something else makes it ours.
  looks.friends["thief"] = "opens";
  expect(await up()).toBe("updated");
  expect(await status()).toMatchObject({ status: "flagged", findings: [finding] });
  looks.colour = "red";
  expect(await status()).toMatchObject({ status: "in-sync" });
});

test("what a state of before has not recorded is said to be so, and recorded by the next up", async () => {
  const { looks, status, up, journal } = scene();
  await up();
  const { recorded: _, ...entry } = journal.get("toys/box") ?? { type: "", name: "", token: "" };
  await journal.put("toys/box", entry);
  expect(await status()).toMatchObject({ status: "in-sync", unrecorded: ["colour"] });
  looks.colour = "red";
  expect(await up()).toBe("unchanged");
  expect((await status())?.unrecorded).toBeUndefined();
});

test("what AWS refuses to show is said, and hinders nothing", async () => {
  const { status, up, forbid } = scene();
  await up();
  forbid();
  const row = await status();
  expect(row).toMatchObject({ status: "in-sync", unwatched: [{ what: "friends", failure: { node: "toys/box" } }] });
  expect(await up()).toBe("unchanged");
});

test("a watch begins with the look itself where the state has the id, and nobody watches what was just made", async () => {
  const { status, up, calls } = scene();
  await up();
  expect(calls).not.toContain("watch");
  calls.length = 0;
  await status();
  expect(calls).toEqual(["watch", "find"]);
});

test("what a local AWS has no call for is not looked for, and said not to be reported", async () => {
  const { up, calls, statusWhere } = scene();
  await up();
  calls.length = 0;
  expect(await statusWhere((_, what) => what !== "friends")).toMatchObject({
    status: "in-sync",
    unreported: ["friends"],
  });
  expect(calls).toEqual(["find"]);
});
