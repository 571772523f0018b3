import { type At, left } from "./left.ts";
import type { Life } from "./life.ts";

/**
 * Lives a life and takes it down whatever happens, then looks at the account by other means.
 *
 * @param signal ends the life early; it is taken down all the same
 * @param suffix of the environment
 * @returns what went wrong, one line each; nothing when all is well and nothing is left
 */
export async function prove(life: Life, at: At, suffix: string, signal: AbortSignal): Promise<string[]> {
  const problems: string[] = [];
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      return false;
    }
  };
  await attempt(() => life.live(signal));
  // A second time: what stood in the way of the first may be over.
  if (!(await attempt(() => life.end()))) await attempt(() => life.end());
  return [...problems, ...(await left(at, suffix)).map((what) => `left in the account: ${what}`)];
}
