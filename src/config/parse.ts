import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import type { z } from "zod";
import { InputError, type Problem } from "./errors.ts";
import { formatPath, type Path, SETTINGS_FILE, type SettingsFile, valueAt } from "./file.ts";
import { nearest } from "./nearest.ts";
import { isPreset, PRESETS } from "./presets.ts";
import { fileSchema, KEY_SEPARATOR } from "./schema.ts";

/** The path in problems that concern the file as a whole. */
const WHOLE = "settings file";

/** How many mistakes are listed: to find the line of each takes a walk through the file. */
const most = 50;

/**
 * Checks the text of a settings file.
 *
 * @param name how messages call the file
 * @throws InputError listing what is wrong in it
 */
export function parseSettingsFile(text: string, name: string = SETTINGS_FILE): SettingsFile {
  const lines = new LineCounter();
  // That keys are unique is checked below: the parser compares each with every other one.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const { errors, warnings } = document;
  // The parser has given up on each level around it, too.
  const tooDeep = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (tooDeep) {
    throw new InputError([
      { path: WHOLE, source: at(tooDeep.pos[0]), expected: "settings; this is nested too deeply" },
    ]);
  }
  const broken = [
    ...[...errors, ...warnings].map(({ message, pos: [start] }) => ({ message, start })),
    ...repeatedKeys(document),
  ];
  if (broken.length > 0) {
    throw refusal(broken, ({ message, start }) => ({ path: WHOLE, source: at(start), expected: `YAML (${message})` }));
  }

  const source = (path: Path) => {
    const at = position(document, path);
    return at === undefined ? name : `${name}:${lines.linePos(at).line}`;
  };
  const content = toPlain(document, name);
  const parsed = fileSchema.safeParse(content ?? {});
  if (!parsed.success) throw refusal(problemsOf(parsed.error.issues, content), located(source));

  const { defaults = {}, environments } = parsed.data;
  const file: SettingsFile = { defaults, environments: new Map(Object.entries(environments ?? {})), source };
  const problems = presetProblems(file);
  if (problems.length > 0) throw refusal(problems, located(source));
  return file;
}

/** The error of a file with mistakes in it: it lists the first of them. */
function refusal<Mistake>(mistakes: readonly Mistake[], describe: (mistake: Mistake) => Problem): InputError {
  const more = mistakes.length - most;
  const others = more > 0 ? [{ path: WHOLE, expected: `none of ${more} other mistakes` }] : [];
  return new InputError([...mistakes.slice(0, most).map(describe), ...others]);
}

/** What is wrong with a value. */
interface Misfit {
  readonly at: Path;
  readonly value?: unknown;
  readonly expected: string;
}

const located =
  (source: (path: Path) => string) =>
  ({ at, ...rest }: Misfit): Problem => ({ path: formatPath(at) || WHOLE, ...rest, source: source(at) });

/** The keys that a mapping has had before. */
function repeatedKeys(document: Document): { message: string; start: number }[] {
  const repeated: { message: string; start: number }[] = [];
  visit(document, {
    Map: (_, { items }) => {
      const known = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        const { value, range } = key;
        if (known.has(value)) repeated.push({ message: `${value} is there twice`, start: range?.[0] ?? 0 });
        known.add(value);
      }
    },
  });
  return repeated;
}

function toPlain(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // A reference to nothing, or references that unfold without end.
    const message = error instanceof Error ? error.message : String(error);
    throw new InputError([{ path: WHOLE, source: name, expected: `YAML (${message})` }]);
  }
}

/** Offset of what `path` leads to, or of the nearest thing around it that is there. */
function position(document: Document, path: Path): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const step = path[length - 1];
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    // In a mapping the key is where a reader looks, even when the value begins on a later line.
    const key = isMap(parent)
      ? parent.items.map((pair) => pair.key).find((key) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    const node = key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}

function problemsOf(issues: readonly z.core.$ZodIssue[], content: unknown): Misfit[] {
  const problems = new Map<string, Misfit>();
  const add = (at: Path, expected: string, value?: unknown) => {
    const text = formatPath(at);
    // One value can break several rules, all of which have the same message.
    if (!problems.has(text)) problems.set(text, { at, value, expected });
  };
  for (const issue of issues) {
    const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) add([...path, key], knownName(key, issue.message.split(KEY_SEPARATOR)));
    } else if (issue.code === "invalid_key") {
      add(path, `a suffix of ${issue.issues[0]?.message}`, path.at(-1));
    } else {
      add(path, issue.message, valueAt(content, path));
    }
  }
  return [...problems.values()];
}

function knownName(key: string, known: readonly string[]): string {
  const guess = nearest(key, known);
  return guess === undefined ? `one of the names ${known.join(", ")}` : `a known name (did you mean ${guess}?)`;
}

/** dev, staging and prod are what their name says; any other environment says which of them it is like. */
function presetProblems({ defaults, environments }: SettingsFile): Misfit[] {
  return [...environments].flatMap(([environment, { preset }]) => {
    const wrong = isPreset(environment)
      ? preset !== undefined && preset !== environment
      : preset === undefined && defaults.preset === undefined;
    if (!wrong) return [];
    const expected = isPreset(environment) ? environment : `one of ${PRESETS.join(", ")}`;
    return [{ at: ["environments", environment, "preset"], value: preset, expected }];
  });
}
