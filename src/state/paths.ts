import { join } from "node:path";

/** Which environment's files are meant. */
export interface Place {
  /** The state folder. */
  readonly dir: string;
  /** The suffix. */
  readonly environment: string;
  /** Whether it runs on the local AWS; such environments have a folder of their own. */
  readonly local: boolean;
}

export function folderOf({ dir, local }: Pick<Place, "dir" | "local">): string {
  return local ? join(dir, "local") : dir;
}

export function statePath(place: Place): string {
  return join(folderOf(place), `${place.environment}.json`);
}

/** The journal beside a state file. */
export const journalPath = (state: string): string => `${state.replace(/\.json$/, "")}.journal`;

export function lockPath(place: Place): string {
  return join(folderOf(place), `${place.environment}.lock`);
}
