import type { Change } from "../engine/kind.ts";
import type { Style } from "./style.ts";
import { clean, show } from "./text.ts";

/** One changed property: old → new. */
export const changeText = ({ path, live, want, fix }: Change, style: Style): string =>
  `${clean(path)}: ${show(live)} → ${show(want)}${fix === "replace" ? style.warn(" (needs replacement)") : ""}`;

/** A change as JSON; what is not there is null. */
export const changeJson = ({ path, want, live, fix }: Change) => ({
  path,
  want: want ?? null,
  live: live ?? null,
  fix,
});
