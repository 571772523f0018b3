import type { Settings } from "../config/settings.ts";
import type { Change } from "../engine/kind.ts";
import { canonical } from "../resources/compare.ts";

/**
 * What the user has decided about findings.
 *
 * @param accepted those that the settings accept, each with the value that it may have
 * @param lifted those that the command line lifts: "functions/processor:Concurrency.ReservedConcurrentExecutions"
 */
export const rulingOf =
  (accepted: Settings["accept"] = [], lifted: readonly string[] = []) =>
  (node: string, { path, live }: Change): "accepted" | "lifted" | undefined => {
    if (lifted.includes(`${node}:${path}`)) return "lifted";
    const isAccepted = accepted.some(
      ({ resource, finding, value }) =>
        resource === node && finding === path && canonical(value) === canonical(live ?? null),
    );
    return isAccepted ? "accepted" : undefined;
  };
