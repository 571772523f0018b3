import type { Json } from "./journal.ts";
import type { Node } from "./node.ts";
import type { Observation, Observations } from "./refresh.ts";

/**
 * What declared resources have taken the place of: `up` removes it once everything uses the new ones.
 *
 * @param current AWS's id of what a declared node is by now; `undefined` while nothing has taken its place
 */
export function predecessors<Aws>(
  looks: Observations<Aws>,
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
const standing = (look: Observation | undefined) =>
  look?.is === "present" && look.phase.is !== "failed" ? look.awsId : undefined;
