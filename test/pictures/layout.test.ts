import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { directArrows } from "../../src/pictures/drawing.ts";
import { type Layout, layOut } from "../../src/pictures/layout.ts";

const sizes = { boxWidth: 100, boxHeight: 40, columnGap: 50, rowGap: 10 };

type Links = readonly (readonly [from: number, to: number])[];

/** Graphs in which every box needs a few of those before it. */
const graphs = (boxes: number) =>
  fc
    .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: boxes, size: "max" })
    .map((all) => all.map((needs, i) => (i === 0 ? [] : needs.map((need) => need % i))));

const linksOf = (needs: readonly (readonly number[])[]): Links =>
  directArrows([...needs.keys()], (i) => needs[i] ?? []);

/** Pairs of boxes of one column that are nearer than they may be. */
function overlaps({ boxes }: Layout): unknown[] {
  const columns = Map.groupBy(boxes, ({ x }) => x);
  return [...columns.values()].flatMap((column) => {
    const sorted = column.toSorted((a, b) => a.y - b.y);
    return sorted.filter(({ y }, i) => {
      const above = sorted[i - 1];
      return above !== undefined && y - above.y < sizes.boxHeight + sizes.rowGap - 0.001;
    });
  });
}

describe("the layout", () => {
  test("overlaps nothing, keeps to its size, and puts every box right of what it needs", () => {
    fc.assert(
      fc.property(graphs(40), (needs) => {
        const links = linksOf(needs);
        const layout = layOut(needs.length, links, sizes);
        expect(layout.boxes).toHaveLength(needs.length);
        expect(overlaps(layout)).toEqual([]);
        for (const { x, y } of layout.boxes) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.001);
          expect(x + sizes.boxWidth).toBeLessThanOrEqual(layout.width + 0.001);
          expect(y + sizes.boxHeight).toBeLessThanOrEqual(layout.height + 0.001);
        }
        for (const [from, to] of links) expect(layout.boxes[to]?.x).toBeGreaterThan(layout.boxes[from]?.x ?? 0);
      }),
    );
  });

  test("leads every arrow from its box to its target, and through no box", () => {
    fc.assert(
      fc.property(graphs(25), (needs) => {
        const links = linksOf(needs);
        const { boxes, pieces } = layOut(needs.length, links, sizes);
        const at = (x: number, y: number) => `${x} ${y.toFixed(3)}`;
        for (const [from, to] of links) {
          const [source, target] = [boxes[from], boxes[to]];
          if (source === undefined || target === undefined) throw new Error("a box was not placed");
          const reached = new Set([at(source.x + sizes.boxWidth, source.y + sizes.boxHeight / 2)]);
          for (const [a, b] of (pieces[from] ?? []).toSorted(([a], [b]) => a.x - b.x)) {
            if (reached.has(at(a.x, a.y))) reached.add(at(b.x, b.y));
          }
          expect(reached).toContain(at(target.x, target.y + sizes.boxHeight / 2));
        }
        const lanes = pieces.flat().filter(([a, b]) => b.x - a.x === sizes.boxWidth);
        for (const [{ x, y }] of lanes) {
          const through = boxes.filter((box) => box.x === x && box.y < y && y < box.y + sizes.boxHeight);
          expect(through).toEqual([]);
        }
      }),
    );
  });

  test("places a thousand boxes, also where each needs the one before it", () => {
    const chain = Array.from({ length: 1000 }, (_, i) => (i === 0 ? [] : [i - 1]));
    const wide = Array.from({ length: 1000 }, (_, i) =>
      [7, 11, 13].map((by) => Math.floor(i / by)).filter((n) => n < i),
    );
    for (const needs of [chain, wide]) {
      const layout = layOut(1000, linksOf(needs), sizes);
      expect(layout.boxes).toHaveLength(1000);
      expect(overlaps(layout)).toEqual([]);
    }
  });

  test("draws nothing of nothing", () => {
    expect(layOut(0, [], sizes)).toEqual({ boxes: [], pieces: [], width: 0, height: 0 });
  });
});

test("an arrow that follows from others is left out", () => {
  const needs: Record<string, string[]> = { a: [], b: ["a"], c: ["b", "a", "c", "elsewhere"], d: ["a", "c"] };
  expect(directArrows(Object.keys(needs), (item) => needs[item] ?? [])).toEqual([
    ["a", "b"],
    ["b", "c"],
    ["c", "d"],
  ]);
});
