/** One box of a picture. */
export interface Box {
  /** Unique in the picture. */
  readonly id: string;
  /** What is written in it, a line each. */
  readonly lines: readonly string[];
  /** The boxes that are drawn as one group; none when it stands by itself. */
  readonly group?: string;
  /** More about it, where a picture has room or a tool tip. */
  readonly title?: string;
}

/** Boxes and what each stands on. No box comes before one that it needs. */
export interface Drawing {
  readonly boxes: readonly Box[];
  /** From what is made first to what stands on it. Arrows that follow from others are left out. */
  readonly arrows: readonly (readonly [from: Box, to: Box])[];
}

/**
 * A box for each item, and arrows from what it needs.
 *
 * @param items in order: nothing comes before what it needs
 */
export function drawingOf<T>(items: readonly T[], needsOf: (item: T) => Iterable<T>, boxOf: (item: T) => Box): Drawing {
  const boxes = new Map(items.map((item) => [item, boxOf(item)]));
  const arrows = directArrows(items, needsOf).flatMap(([from, to]) => {
    const [a, b] = [boxes.get(from), boxes.get(to)];
    return a === undefined || b === undefined ? [] : [[a, b] as const];
  });
  return { boxes: [...boxes.values()], arrows };
}

/**
 * What each item stands on, without what follows from other arrows: the transitive reduction.
 *
 * @param items in order: nothing comes before what it needs
 * @param needsOf what an item needs; the item itself and what is not among the items do not count
 */
export function directArrows<T>(items: readonly T[], needsOf: (item: T) => Iterable<T>): [from: T, to: T][] {
  /** Everything below an item, near or far; filled from the bottom up. */
  const below = new Map<T, Set<T>>();
  return items.flatMap((item) => {
    const needed = new Set([...needsOf(item)].filter((need) => need !== item && below.has(need)));
    const far = new Set<T>();
    for (const need of needed) for (const one of below.get(need) ?? []) far.add(one);
    below.set(item, new Set([...far, ...needed]));
    return [...needed].filter((need) => !far.has(need)).map((need): [T, T] => [need, item]);
  });
}

/** The boxes by their groups, in the order of their first boxes. */
export function groupsOf(boxes: readonly Box[]): Map<string | undefined, Box[]> {
  return Map.groupBy(boxes, ({ group }) => group);
}
