import { columnsOf, type Link, mean, type Slot } from "./layers.ts";

/** How large everything is, in pixels. */
export interface Sizes {
  readonly boxWidth: number;
  readonly boxHeight: number;
  /** Between columns, where arrows bend. */
  readonly columnGap: number;
  /** Between boxes of a column; arrows that go by take no more than this. */
  readonly rowGap: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything is. The upper left corner of the drawing is 0, 0. */
export interface Layout {
  /** The upper left corner of each box. */
  readonly boxes: readonly Point[];
  /** The arrows of each box, piece by piece: straight on a lane, bent between two columns. */
  readonly pieces: readonly (readonly [from: Point, to: Point][])[];
  readonly width: number;
  readonly height: number;
}

/**
 * Places boxes in columns, from what is needed to what needs it, without overlap.
 *
 * @param boxes how many there are
 * @param links no box comes before one that it needs
 */
export function layOut(boxes: number, links: readonly Link[], sizes: Sizes): Layout {
  const { boxWidth, boxHeight, columnGap } = sizes;
  const columns = columnsOf(boxes, links);
  const centre = heights(columns, sizes);
  let [top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const [slot, y] of centre) {
    top = Math.min(top, y - thickness(slot, sizes) / 2);
    bottom = Math.max(bottom, y + thickness(slot, sizes) / 2);
  }
  const places: Point[] = [];
  const pieces: [Point, Point][][] = Array.from({ length: boxes }, () => []);
  for (const [i, column] of columns.entries()) {
    const x = i * (boxWidth + columnGap);
    for (const slot of column) {
      const y = (centre.get(slot) ?? 0) - top;
      if (!slot.lane) places[slot.box] = { x, y: y - boxHeight / 2 };
      else
        pieces[slot.box]?.push([
          { x, y },
          { x: x + boxWidth, y },
        ]);
      for (const next of slot.after) {
        pieces[slot.box]?.push([
          { x: x + boxWidth, y },
          { x: x + boxWidth + columnGap, y: (centre.get(next) ?? 0) - top },
        ]);
      }
    }
  }
  const empty = columns.length === 0;
  return {
    boxes: places,
    pieces,
    width: empty ? 0 : columns.length * (boxWidth + columnGap) - columnGap,
    height: empty ? 0 : bottom - top,
  };
}

const thickness = ({ lane }: Slot, { boxHeight }: Sizes): number => (lane ? 0 : boxHeight);

/** The middle of every slot: as near to its neighbours as the order and the distances in its column allow. */
function heights(columns: readonly (readonly Slot[])[], sizes: Sizes): Map<Slot, number> {
  const y = new Map<Slot, number>();
  const distance = (a: Slot, b: Slot) =>
    (thickness(a, sizes) + thickness(b, sizes)) / 2 + (a.lane && b.lane ? sizes.rowGap / 2 : sizes.rowGap);
  for (const column of columns) settle(column, () => 0, distance, y);
  const near = (some: readonly Slot[], slot: Slot) =>
    mean(
      some.map((one) => y.get(one) ?? 0),
      y.get(slot),
    );
  for (let sweep = 0; sweep < 6; sweep++) {
    for (const column of columns) settle(column, (slot) => near(slot.before, slot), distance, y);
    for (const column of columns.toReversed()) settle(column, (slot) => near(slot.after, slot), distance, y);
  }
  for (const column of columns) settle(column, (slot) => near([...slot.before, ...slot.after], slot), distance, y);
  return y;
}

/**
 * Gives each slot of a column the place that it wants, or one near it, keeping order and distances: an isotonic
 * regression by pooling adjacent violators.
 */
function settle(
  column: readonly Slot[],
  wish: (slot: Slot) => number,
  distance: (above: Slot, below: Slot) => number,
  y: Map<Slot, number>,
): void {
  /** Neighbours that move together, by how much each of them wants to be moved. */
  const pools: Pool[] = [];
  /** Where the slots would be if all stood as close as they may, beginning at 0. */
  const closest: number[] = [];
  for (const [i, slot] of column.entries()) {
    const above = column[i - 1];
    const here = above === undefined ? 0 : (closest[i - 1] ?? 0) + distance(above, slot);
    closest.push(here);
    let pool: Pool = { sum: wish(slot) - here, slots: 1 };
    for (let last = pools.at(-1); last !== undefined && shift(last) > shift(pool); last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, slots: last.slots + pool.slots };
      pools.pop();
    }
    pools.push(pool);
  }
  let next = 0;
  for (const pool of pools) {
    for (const slot of column.slice(next, next + pool.slots)) y.set(slot, shift(pool) + (closest[next++] ?? 0));
  }
}

interface Pool {
  readonly sum: number;
  readonly slots: number;
}

const shift = ({ sum, slots }: Pool): number => sum / slots;
