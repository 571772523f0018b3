import type { Failure } from "./events.ts";
import type { Looks } from "./look.ts";

/** What AWS said, apart from the resource of which it said so. */
const wordsOf = ({ code, message }: Failure): string => `${code ?? ""} ${message}`;

/** Failures that AWS explained in the same words: the first, and the nodes of which it said so again. */
export const sameWords = (failures: readonly Failure[]): { readonly first: Failure; readonly also: string[] }[] =>
  [...Map.groupBy(failures, wordsOf).values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ first, also: rest.map(({ node }) => node) }],
  );

/**
 * For what could not be looked at: the node that stands for the cause. It is the node itself, the one that it sits in, or
 * the first of which AWS said the same. Nodes that were seen are not in it.
 */
export function causesOf<Aws>({ declared }: Pick<Looks<Aws>, "declared">): ReadonlyMap<string, string> {
  const causes = new Map<string, string>();
  const said = new Map<string, string>();
  // In the order of the graph, so that what a node sits in comes before it.
  for (const [node, look] of declared) {
    if (look.is === "error") {
      const words = wordsOf(look.failure);
      if (!said.has(words)) said.set(words, node.id);
      causes.set(node.id, said.get(words) ?? node.id);
    } else if (look.is === "blocked") {
      causes.set(node.id, causes.get(look.by) ?? look.by);
    }
  }
  return causes;
}
