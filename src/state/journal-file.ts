import { appendFileSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./atomic.ts";
import { StateError } from "./errors.ts";
import {
  damaged,
  formatChange,
  formatHeader,
  parseChange,
  parseHeader,
  type State,
  type StateChange,
} from "./schema.ts";
import { digestOf } from "./seal.ts";

/** Adds `text` to the end of a file; durable once this resolves. When it fails, part of it may be there. */
export type AppendFile = (file: FileHandle, text: string) => Promise<void>;

export const appendDurably: AppendFile = async (file, text) => {
  // Into memory only, so it does not block; every turn through the thread pool would cost half as much as the disk.
  appendFileSync(file.fd, text);
  await file.datasync();
};

/** Stands between what a line says and its digest. JSON has none in it but where it is laid out, which ours is not. */
const separator = "\t";

/** The digest of a line: of what it says and, by the digest before it, of all lines before. */
const chained = (before: string, says: string): string => digestOf(before + says);

/**
 * The journal beside a state file: what has changed since that was written whole. The first line names the very text
 * that it continues, each further one is a change. A line that is lost, moved or changed breaks the chain of the lines'
 * digests. It is begun by the process that writes it, and never continued by another: a last line that is torn stays the
 * last.
 */
export class JournalFile {
  readonly #path: string;
  readonly #append: AppendFile;
  #file: FileHandle | undefined;
  /** Of the last line. */
  #digest = "";

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
    if (this.#file !== undefined) return this.#append(this.#file, this.#line(formatChange(change)));
    this.#file = await open(this.#path, "ax", 0o600);
    const header = this.#line(formatHeader(digestOf(continued)));
    await this.#append(this.#file, header + this.#line(formatChange(change)));
    await syncFolder(dirname(this.#path));
  }

  /** Removes it, if it is there: what it says is in the state file, or counts no longer. */
  async remove(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#digest = "";
    await rm(this.#path, { force: true });
  }

  #line(says: string): string {
    this.#digest = chained(this.#digest, says);
    return `${says}${separator}${this.#digest}\n`;
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
  const [first, ...lines] = linesOf(journal, path);
  if (first === undefined) return state;
  const continues = parseHeader(first, path);
  const changes = lines.map((line, index) => parseChange(line, path, index + 2));
  const last = changes.at(-1);
  if (last === undefined) return state;
  const isNext = continues === digestOf(text);
  if (!isNext && last.serial > state.serial) {
    throw new StateError(`${path} does not continue the state file beside it, which is another or an older one`, {
      advice: `Both are left as they are. Move ${path} away to go on with the state file alone: what the journal says is found again by tags and names.`,
    });
  }
  requireConsecutive(isNext ? [state, ...changes] : changes, path, isNext ? 1 : 2);
  if (!isNext) return state;
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

/** Each change follows the one before it. Also a journal of a tap that wrote no digests shows so that a line is lost. */
function requireConsecutive(all: readonly Pick<State, "serial">[], path: string, firstLine: number): void {
  all.slice(1).forEach(({ serial }, index) => {
    const before = all[index]?.serial ?? 0;
    if (serial !== before + 1) throw damaged(path, `after version ${before} comes ${serial}`, firstLine + index + 1);
  });
}

/** What the lines of a journal say, without an end that was torn. @throws StateError */
function linesOf(journal: string, path: string): string[] {
  const lines = journal.split("\n");
  const end = lines.pop() ?? "";
  if (!(lines[0] ?? end).includes(separator)) return linesWithoutDigests(lines);
  if (end === "" && hasGap(lines.at(-1) ?? "")) lines.pop();
  if (end !== "" && !isTornEnd(end)) lines.push(end);
  let digest = "";
  return lines.map((line, index) => {
    const at = line.indexOf(separator);
    const says = line.slice(0, Math.max(at, 0));
    digest = chained(digest, says);
    if (line.slice(at + 1) === digest) return says;
    // A newer tap may write its lines in another way, and says so in the first.
    if (index === 0) parseHeader(says, path);
    throw damaged(path, "it is not what tap has written there, by its digest", index + 1);
  });
}

/** The end of a file without a newline: cut off before its digest was there, which is the last of a line. */
const isTornEnd = (end: string): boolean => !new RegExp(`${separator}.{64}`).test(end);

/** Zeros where a block never reached the disk, which may write blocks out of order: the line's first, or another of 512 bytes. */
const hasGap = (line: string): boolean => line.startsWith("\0\0") || line.includes("\0".repeat(512));

/** The same of a tap that wrote no digests: what is no JSON at the end was torn. */
function linesWithoutDigests(lines: readonly string[]): string[] {
  return isJson(lines.at(-1) ?? "") ? [...lines] : lines.slice(0, -1);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
