import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./atomic.ts";
import { StateError } from "./errors.ts";
import { formatChange, formatHeader, parseChange, parseHeader, type State, type StateChange } from "./schema.ts";

/** Adds `text` to the end of a file; durable once this resolves. When it fails, part of it may be there. */
export type AppendFile = (file: FileHandle, text: string) => Promise<void>;

export const appendDurably: AppendFile = async (file, text) => {
  // Into memory only, so it does not block; every turn through the thread pool would cost half as much as the disk.
  appendFileSync(file.fd, text);
  await file.datasync();
};

/**
 * The journal beside a state file: what has changed since that was written whole. The first line names the very text
 * that it continues, each further one is a change. It is begun by the process that writes it, and never continued by
 * another: a last line that is torn stays the last.
 */
export class JournalFile {
  readonly #path: string;
  readonly #append: AppendFile;
  #file: FileHandle | undefined;

  constructor(path: string, append: AppendFile) {
    this.#path = path;
    this.#append = append;
  }

  /**
   * Resolves when the change is durable.
   *
   * @param continued the text of the state file
   */
  async append(change: StateChange, continued: string): Promise<void> {
    const line = formatChange(change);
    if (this.#file !== undefined) return this.#append(this.#file, line);
    this.#file = await open(this.#path, "ax", 0o600);
    await this.#append(this.#file, formatHeader(digest(continued)) + line);
    await syncFolder(dirname(this.#path));
  }

  /** Removes it, if it is there: what it says is in the state file, or counts no longer. */
  async remove(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    await rm(this.#path, { force: true });
  }
}

/**
 * What a state is after the changes of the journal beside its file. A journal whose every change the file has already
 * counts for nothing, and so does the end of a line that was torn: nobody was told that it was durable.
 *
 * @param text of the state file, from which `state` was read
 * @param path of the journal, for messages
 * @throws StateError when the journal is damaged, from a newer tap, or does not belong to the state file
 */
export function replay(state: State, text: string, journal: string, path: string): State {
  const [first, ...lines] = wholeLines(journal);
  if (first === undefined) return state;
  const continues = parseHeader(first, path);
  const changes = lines.map((line, index) => parseChange(line, path, index + 2));
  const last = changes.at(-1);
  if (last === undefined) return state;
  if (continues !== digest(text)) {
    if (last.serial <= state.serial) return state;
    throw new StateError(`${path} does not continue the state file beside it, which is another or an older one`, {
      advice: `Both are left as they are. Move ${path} away to go on with the state file alone: what the journal says is found again by tags and names.`,
    });
  }
  const resources = new Map(Object.entries(state.resources));
  const retained = new Map(Object.entries(state.retained));
  const durations = new Map(Object.entries(state.durations ?? {}));
  for (const change of changes) {
    apply(resources, change.resources);
    apply(retained, change.retained);
    apply(durations, change.durations);
  }
  return {
    ...state,
    serial: last.serial,
    resources: Object.fromEntries(resources),
    retained: Object.fromEntries(retained),
    ...(durations.size === 0 ? {} : { durations: Object.fromEntries(durations) }),
  };
}

function apply<T>(to: Map<string, T>, changes: Readonly<Record<string, T | null>>): void {
  for (const [id, value] of Object.entries(changes)) {
    if (value === null) to.delete(id);
    else to.set(id, value);
  }
}

/** What follows the last newline was torn. A disk that writes blocks out of order can tear a last line anywhere. */
function wholeLines(journal: string): string[] {
  const lines = journal.split("\n").slice(0, -1);
  return isJson(lines.at(-1) ?? "") ? lines : lines.slice(0, -1);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
