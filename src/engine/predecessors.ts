import type { Json } from "./journal.ts";
import type { Found, Look, Looks } from "./look.ts";
import type { Node } from "./node.ts";
import type { Run } from "./run.ts";

/**
 * For each declared node of a kind that `succeeds`, everything that carries its tags and sits where it does: itself, and
 * what it has taken the place of.
 */
export function namesakes<Aws>(
  run: Run<Aws>,
  graph: Iterable<Node<Json, Aws>>,
  found: readonly Found<Aws>[],
): ReadonlyMap<Node<Json, Aws>, readonly Found<Aws>[]> {
  const succeeding = [...graph].filter(({ kind }) => kind.replace === "succeed");
  return new Map(
    succeeding.map((node) => {
      const key = node.key(run)?.value;
      const alike = found.filter((one) => one.node === node.id && one.type === node.kind.type && covers(one.key, key));
      return [node, alike];
    }),
  );
}

/** Whether a key says all that another one says. */
const covers = (key: Json | undefined, other: Json | undefined): boolean =>
  Object.entries(other ?? {}).every(([name, value]) =>
    Object.entries(key ?? {}).some(([n, v]) => n === name && v === value),
  );

/**
 * What declared resources have taken the place of: `up` removes it once everything uses the new ones.
 *
 * @param current AWS's id of what a declared node is by now; `undefined` while nothing has taken its place
 */
export function predecessors<Aws>(
  looks: Looks<Aws>,
  current: (node: Node<Json, Aws>) => string | undefined = (node) => standing(looks.declared.get(node)),
): Node<Json, Aws>[] {
  const leftOver = new Map([...looks.leftOver.keys()].map((node) => [node.id, node]));
  return [...looks.namesakes].flatMap(([node, alike]) => {
    const awsId = current(node);
    const others = awsId === undefined ? [] : alike.filter(({ id }) => id !== awsId);
    return others.map((one) => {
      const id = `${node.id}#${one.id}`;
      return leftOver.get(id) ?? one.asLeftOver(id);
    });
  });
}

/** What has failed takes nobody's place. */
const standing = (look: Look | undefined) =>
  look?.is === "present" && look.phase.is !== "failed" ? look.awsId : undefined;
