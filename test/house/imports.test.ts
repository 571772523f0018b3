import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { circlesOf, readImports, roomOf, root } from "./imports.ts";

const imports = await readImports();

/** The rows of the table of rooms: each room's name, and the rooms that it may import. */
async function readRooms(): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await readFile(join(root, "docs/architecture.md"), "utf8");
  const rows = text.matchAll(/^\| `([\w/]+)` \|[^|]*\|([^|]*)\|$/gm);
  return new Map(
    [...rows].map(([, name = "", may = ""]) => [
      name.replace(/^src\//, ""),
      [...may.matchAll(/\w+/g)].map(([room]) => room),
    ]),
  );
}

describe("imports, types included", async () => {
  const rooms = await readRooms();

  it("run in no circle", () => {
    expect(circlesOf(imports)).toEqual([]);
  });

  it("of a circle are all found", () => {
    const circle = { a: ["b"], b: ["c"], c: ["a", "d"], d: ["e"], e: ["d"], f: ["a"] };
    expect(circlesOf(new Map(Object.entries(circle)))).toEqual([
      ["a", "b", "c"],
      ["d", "e"],
    ]);
  });

  it("go from room to room only as the table in docs/architecture.md says", () => {
    const across = [...imports].flatMap(([file, paths]) =>
      paths.filter((path) => roomOf(path) !== roomOf(file)).map((path) => ({ file, path })),
    );
    expect(across.filter(({ file, path }) => !rooms.get(roomOf(file))?.includes(roomOf(path)))).toEqual([]);
    const used = new Set(across.map(({ file, path }) => `${roomOf(file)} -> ${roomOf(path)}`));
    const allowed = [...rooms].flatMap(([room, may]) => may.map((other) => `${room} -> ${other}`));
    expect(allowed.filter((one) => !used.has(one))).toEqual([]);
  });

  it("of the rooms go one way: what a room may import stands above it in the table", () => {
    const order = [...rooms.keys()];
    expect(new Set([...imports.keys()].map(roomOf))).toEqual(new Set(order));
    for (const [room, may] of rooms) {
      for (const other of may)
        expect(order.indexOf(other), `${room} imports ${other}`).toBeLessThan(order.indexOf(room));
      for (const other of may) expect(order, `${room} may import ${other}`).toContain(other);
    }
  });
});
