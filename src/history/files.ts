import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { namesIn } from "../state/atomic.ts";
import { folderOf, type Place } from "../state/paths.ts";
import { type Begun, type Ended, type Happened, lineSchema } from "./records.ts";

/** How many runs are kept. */
export const KEPT_RUNS = 10;

/** The folder of an environment's run files, beside its state. No environment's name has a dot. */
export const runsFolder = (place: Place): string => join(folderOf(place), `${place.environment}.runs`);

/** A run's file, by the time at which it began (milliseconds since the epoch): names sort by time. */
export const runFileName = (at: number): string => `${new Date(at).toISOString().replaceAll(":", "-")}.jsonl`;

/** The names of the run files, oldest first. */
export const runFiles = async (folder: string): Promise<string[]> =>
  (await namesIn(folder)).filter((name) => /^\d[\dTZ.-]*\.jsonl$/.test(name)).sort();

/** What is known of one run. */
export interface RecordedRun {
  readonly begun: Begun;
  readonly events: readonly Happened[];
  /** Missing when the process was killed, or still runs. */
  readonly ended?: Ended;
}

/**
 * The last runs, the newest first. Lines that cannot be read are passed over: the last one of a killed run, or a newer
 * tap's.
 *
 * @throws Error when the folder or a file in it cannot be read
 */
export async function readRuns(place: Place): Promise<RecordedRun[]> {
  const folder = runsFolder(place);
  const names = await runFiles(folder);
  const runs = await Promise.all(names.map(async (name) => runOf(await readFile(join(folder, name), "utf8"))));
  return runs.filter((run) => run !== undefined).reverse();
}

function runOf(text: string): RecordedRun | undefined {
  const lines = text.split("\n").flatMap((line) => lineOf(line) ?? []);
  const begun = lines.find((line) => line.event === "begun");
  const ended = lines.find((line) => line.event === "ended");
  const events = lines.filter((line) => line.event !== "begun" && line.event !== "ended");
  return begun && { begun, events, ...(ended && { ended }) };
}

function lineOf(line: string): Begun | Happened | Ended | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
