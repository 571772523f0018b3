/**
 * What stands on each thing, or has to be gone before it is removed.
 *
 * @param all each thing, with what it needs and what it outlives
 */
export function dependents<T>(
  all: Iterable<readonly [T, { readonly needs: readonly T[]; readonly outlives?: readonly T[] }]>,
): ReadonlyMap<T, readonly T[]> {
  const above = new Map<T, T[]>();
  const add = (to: T, ...some: readonly T[]) => {
    const known = above.get(to);
    if (known === undefined) above.set(to, [...some]);
    else known.push(...some);
  };
  for (const [one, { needs, outlives = [] }] of all) {
    for (const need of new Set(needs)) add(need, one);
    add(one, ...outlives);
  }
  return above;
}
