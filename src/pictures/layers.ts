/** An arrow between two boxes by their positions in the order; `from` comes before `to`. */
export type Link = readonly [from: number, to: number];

/** Something in a column: a box, or the lane on which the arrows of a box in an earlier column go by. */
export interface Slot {
  /** The box, or the box whose arrows these are. */
  readonly box: number;
  readonly lane: boolean;
  /** What it is joined with in the column before, and in the one after. */
  readonly before: Slot[];
  readonly after: Slot[];
}

/**
 * The columns of a drawing: every box right of all that it needs, with lanes for arrows that go further than to the next
 * column. The arrows of one box share their lanes. What belongs together is brought close.
 *
 * @param boxes how many there are
 */
export function columnsOf(boxes: number, links: readonly Link[]): Slot[][] {
  const layers = layersOf(boxes, links);
  const columns: Slot[][] = Array.from({ length: Math.max(-1, ...layers) + 1 }, () => []);
  const slotOf = layers.map((layer, box) => {
    const slot: Slot = { box, lane: false, before: [], after: [] };
    columns[layer]?.push(slot);
    return slot;
  });
  const lanes = new Map<string, Slot>();
  for (const [from, to] of links) {
    const [source, target] = [slotOf[from], slotOf[to]];
    if (source === undefined || target === undefined) continue;
    let last = source;
    for (let layer = (layers[from] ?? 0) + 1; layer < (layers[to] ?? 0); layer++) {
      const name = `${from} ${layer}`;
      const lane = lanes.get(name) ?? { box: from, lane: true, before: [], after: [] };
      if (!lanes.has(name)) {
        lanes.set(name, lane);
        columns[layer]?.push(lane);
        join(last, lane);
      }
      last = lane;
    }
    join(last, target);
  }
  arrange(columns);
  return columns;
}

function join(left: Slot, right: Slot): void {
  left.after.push(right);
  right.before.push(left);
}

/** The column of each box. */
function layersOf(boxes: number, links: readonly Link[]): number[] {
  const layers = new Array<number>(boxes).fill(0);
  const needs = Array.from({ length: boxes }, (): number[] => []);
  const uses = Array.from({ length: boxes }, (): number[] => []);
  for (const [from, to] of links) {
    needs[to]?.push(from);
    uses[from]?.push(to);
  }
  const at = (box: number) => layers[box] ?? 0;
  for (let box = 0; box < boxes; box++) layers[box] = Math.max(-1, ...(needs[box] ?? []).map(at)) + 1;
  // What is used by more than it needs moves towards its users: shorter arrows altogether.
  for (let box = boxes - 1; box >= 0; box--) {
    const users = uses[box] ?? [];
    if (users.length > (needs[box]?.length ?? 0)) layers[box] = Math.max(at(box), Math.min(...users.map(at)) - 1);
  }
  return layers;
}

/** Sorts the columns, to and fro, by where their neighbours are: the fewer arrows cross, the better. */
function arrange(columns: Slot[][]): void {
  const place = new Map<Slot, number>();
  const number = (column: readonly Slot[]) =>
    column.forEach((slot, i) => {
      // Of the column's height, so that short and long columns can be compared.
      place.set(slot, (i + 0.5) / column.length);
    });
  for (const column of columns) number(column);
  const sort = (column: Slot[], side: "before" | "after") => {
    const wish = new Map(
      column.map((slot) => [
        slot,
        mean(
          slot[side].map((s) => place.get(s) ?? 0),
          place.get(slot),
        ),
      ]),
    );
    column.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
    number(column);
  };
  for (let sweep = 0; sweep < 8; sweep++) {
    for (const column of columns) sort(column, "before");
    for (const column of columns.toReversed()) sort(column, "after");
  }
}

/** The mean of some numbers, or another one where there are none. */
export const mean = (numbers: readonly number[], otherwise = 0): number =>
  numbers.length === 0 ? otherwise : numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
