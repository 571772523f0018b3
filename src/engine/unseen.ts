import type { Failure } from "./events.ts";
import type { Observations } from "./refresh.ts";

/**
 * What AWS said and what to do, apart from the resource of which it said so and the request in which it did. What may not
 * be done stays: who lacks two permissions has to be told both.
 */
const wordsOf = ({ code, message, advice }: Failure): string => {
  const words = message
    .replace(/^could not be looked at: /, "")
    .replace(/\bon resource: \S+/gi, "on resource")
    .replace(/\bEncoded authorization failure message: \S+/gi, "")
    .replace(/\brequest ?id:? *[\w`=-]+/gi, "");
  return [code, words, advice].join("\n");
};

/** Those of some failures that AWS has not explained in the same words before. */
export function unsaid(before: readonly Failure[], failures: readonly Failure[]): Failure[] {
  const said = new Set(before.map(wordsOf));
  return failures.filter((failure) => !said.has(wordsOf(failure)));
}

/** Failures that AWS explained in the same words: the first, and the nodes of which it said so again. */
export const sameWords = (failures: readonly Failure[]): { readonly first: Failure; readonly also: string[] }[] =>
  [...Map.groupBy(failures, wordsOf).values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ first, also: rest.map(({ node }) => node) }],
  );

/**
 * For what could not be looked at: the node that stands for the cause. It is the node itself, the one that it sits in, or
 * the first of which AWS said the same. Nodes that were seen are not in it.
 */
export function causesOf<Aws>({ declared }: Pick<Observations<Aws>, "declared">): ReadonlyMap<string, string> {
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
