import { appendFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Event } from "../engine/events.ts";
import type { Place } from "../state/paths.ts";
import { KEPT_RUNS, runFileName, runFiles, runsFolder } from "./files.ts";
import { type Begun, type Ended, type Happened, happenedOf } from "./records.ts";

/** Writes down what happens in a run, for a report to draw later. Never fails: the run matters more. */
export interface Recorder {
  add(event: Event): void;
  /** Resolves when everything is written that can be. */
  end(at: number, interrupted: boolean): Promise<void>;
}

/**
 * A recorder into a file of its own beside the environment's state. The file appears with the first event that is worth
 * keeping, so a run that changes nothing leaves none; the oldest runs give way.
 *
 * @param begun called once, with the time of the first event
 * @param trouble told once, when the file cannot be written
 */
export function makeRecorder(place: Place, begun: (at: number) => Begun, trouble: (text: string) => void): Recorder {
  const folder = runsFolder(place);
  let path: string | undefined;
  let pending: (Begun | Happened | Ended)[] = [];
  let writing: Promise<void> | undefined;
  let began = false;
  let broken = false;
  let failed = false;
  /** What each node waits for: told over and over, and kept once. */
  const waits = new Map<string, string>();

  const write = async (): Promise<void> => {
    try {
      for (let lines = pending; lines.length > 0; lines = pending) {
        pending = [];
        if (path === undefined) path = await makeRoom(folder, lines[0]?.at ?? 0);
        await appendFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""), { mode: 0o600 });
      }
    } catch (error) {
      broken = true;
      const why = error instanceof Error ? error.message : String(error);
      trouble(`what this run does is not kept for \`tap report\`: ${why}`);
    } finally {
      writing = undefined;
    }
  };
  const put = (line: Begun | Happened | Ended): void => {
    if (broken) return;
    pending.push(line);
    writing ??= write();
  };
  return {
    add(event) {
      const happened = happenedOf(event);
      if (happened === undefined) return;
      if (happened.event === "waiting") {
        if (waits.get(happened.node) === happened.for) return;
        waits.set(happened.node, happened.for);
      } else waits.delete(happened.node);
      if (happened.event === "failed") failed = true;
      if (!began) put(begun(happened.at));
      began = true;
      put(happened);
    },
    async end(at, interrupted) {
      if (began) put({ event: "ended", at, outcome: interrupted ? "interrupted" : failed ? "failed" : "done" });
      await writing;
    },
  };
}

/** @returns the path of the new run's file, for which the oldest have made room */
async function makeRoom(folder: string, at: number): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const old = (await runFiles(folder)).slice(0, -(KEPT_RUNS - 1));
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
  return join(folder, runFileName(at));
}
