import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { InputError, type Problem } from "./errors.ts";
import { formatPath, type Path, SETTINGS_FILE, type SettingsFile, valueAt } from "./file.ts";
import { nearest } from "./nearest.ts";
import { isPreset, PRESETS } from "./presets.ts";
import { fileSchema, KEY_SEPARATOR } from "./schema.ts";

/** The path in problems that concern the file as a whole. */
const WHOLE = "settings file";

/**
 * Checks the text of a settings file.
 *
 * @param name how messages call the file
 * @throws InputError listing everything that is wrong in it
 */
export function parseSettingsFile(text: string, name: string = SETTINGS_FILE): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const mistakes = [...document.errors, ...document.warnings].map(({ message, pos: [at] }): Problem => {
    const { line, col } = lines.linePos(at);
    return { path: WHOLE, source: `${name}:${line}:${col}`, expected: `YAML (${message})` };
  });
  if (mistakes.length > 0) throw new InputError(mistakes);

  const source = (path: Path) => {
    const at = position(document, path);
    return at === undefined ? name : `${name}:${lines.linePos(at).line}`;
  };
  const content = toPlain(document, name);
  const parsed = fileSchema.safeParse(content ?? {});
  if (!parsed.success) throw new InputError(problemsOf(parsed.error.issues, content, source));

  const { defaults = {}, environments } = parsed.data;
  const file: SettingsFile = { defaults, environments: new Map(Object.entries(environments ?? {})), source };
  const problems = presetProblems(file);
  if (problems.length > 0) throw new InputError(problems);
  return file;
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

function problemsOf(issues: readonly z.core.$ZodIssue[], content: unknown, source: (path: Path) => string): Problem[] {
  const problems = new Map<string, Problem>();
  const add = (path: Path, expected: string, value?: unknown) => {
    const text = formatPath(path) || WHOLE;
    // One value can break several rules, all of which have the same message.
    if (!problems.has(text)) problems.set(text, { path: text, value, expected, source: source(path) });
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
function presetProblems({ defaults, environments, source }: SettingsFile): Problem[] {
  return [...environments].flatMap(([environment, { preset }]) => {
    const wrong = isPreset(environment)
      ? preset !== undefined && preset !== environment
      : preset === undefined && defaults.preset === undefined;
    if (!wrong) return [];
    const path = ["environments", environment, "preset"];
    const expected = isPreset(environment) ? environment : `one of ${PRESETS.join(", ")}`;
    return [{ path: formatPath(path), value: preset, expected, source: source(path) }];
  });
}
