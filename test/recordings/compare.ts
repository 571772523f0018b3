import { isRecord, type Plain, type Recorded } from "./exchange.ts";

/** What was seen at one place of an operation's replies. */
interface Seen {
  readonly types: Set<string>;
  /** Words of AWS's vocabulary, where it is one that the sanitiser keeps. */
  readonly values: Set<string>;
  /** How often it was there. */
  count: number;
}

/** What an operation has answered. */
interface Answers {
  /** By path, such as `DBClusters[].Status`; the reply itself is `""`. */
  readonly fields: Map<string, Seen>;
  /** `code (HTTP status)` */
  readonly errors: Set<string>;
  /** `a → b` of every state that one and the same resource has passed through. */
  readonly transitions: Map<string, Set<string>>;
  readonly last: Map<string, string>;
}

/**
 * Where two recordings of the same life differ: one line each, sorted. What AWS says and the model never does, and what
 * the model always says and AWS never does. A state or an error that only the model has shown is no difference: one run
 * does not meet everything.
 *
 * @param recording what an account has answered
 * @param model what the in-memory AWS has answered
 */
export function differences(recording: readonly Recorded[], model: readonly Recorded[]): string[] {
  const [real, ours] = [collect(recording), collect(model)];
  const found: string[] = [];
  for (const [operation, answers] of real) {
    const modelled = ours.get(operation);
    if (modelled === undefined) found.push(`${operation}: never asked of the model`);
    else found.push(...between(answers, modelled).map((difference) => `${operation} ${difference}`));
  }
  for (const operation of ours.keys()) if (!real.has(operation)) found.push(`${operation}: never asked in recording`);
  return [...new Set(found)].sort();
}

function between(real: Answers, ours: Answers): string[] {
  const found: string[] = [];
  for (const error of real.errors) if (!ours.errors.has(error)) found.push(`error ${error}: never in the model`);
  for (const [path, seen] of real.fields) {
    const known = ours.fields.get(path);
    // What is below something that is not there need not be said.
    if (known === undefined) {
      if (path !== "" && ours.fields.has(parentOf(path)))
        found.push(`${path}: absent in the model, present in recording`);
      continue;
    }
    const types = [...seen.types].filter((type) => !known.types.has(type));
    if (types.length > 0)
      found.push(`${path}: ${types.join(", ")} in recording, ${[...known.types].join(", ")} in the model`);
    for (const value of seen.values) {
      if (!known.values.has(value)) found.push(`${path}: value ${value} in recording, never in the model`);
    }
    for (const step of real.transitions.get(path) ?? []) {
      if (ours.transitions.get(path)?.has(step) !== true)
        found.push(`${path}: ${step} in recording, never in the model`);
    }
  }
  for (const [path, { count }] of ours.fields) {
    const parent = parentOf(path);
    const always = path !== "" && count === ours.fields.get(parent)?.count;
    if (always && real.fields.has(parent) && !real.fields.has(path)) {
      found.push(`${path}: absent in recording, always present in the model`);
    }
  }
  return found;
}

/** `DBClusters[].Status` is below `DBClusters[]`, and that below `DBClusters`. */
function parentOf(path: string): string {
  if (path.endsWith("[]")) return path.slice(0, -2);
  const dot = path.lastIndexOf(".");
  return dot === -1 ? "" : path.slice(0, dot);
}

function collect(lines: readonly Recorded[]): Map<string, Answers> {
  const operations = new Map<string, Answers>();
  for (const { service, operation, input, output, error } of lines) {
    const name = `${service} ${operation}`;
    const answers = operations.get(name) ?? {
      fields: new Map(),
      errors: new Set(),
      transitions: new Map(),
      last: new Map(),
    };
    operations.set(name, answers);
    // What never became an answer says nothing about AWS.
    if (error !== undefined && error.status !== null) answers.errors.add(`${error.name} (HTTP ${error.status})`);
    if (output !== undefined) note(answers, "", output, JSON.stringify(input));
  }
  return operations;
}

/** @param resource what tells whose state it is: the input of the call, or what an item of a list is called */
function note(answers: Answers, path: string, value: Plain, resource: string): void {
  const seen = answers.fields.get(path) ?? { types: new Set(), values: new Set(), count: 0 };
  answers.fields.set(path, seen);
  seen.count++;
  seen.types.add(typeOf(value));
  if (typeof value === "string" && isTerm(value)) {
    seen.values.add(value);
    if (/(Status|State)$/i.test(path)) follow(answers, path, value, resource);
  }
  if (Array.isArray(value)) for (const one of value) note(answers, `${path}[]`, one, resource);
  if (!isRecord(value)) return;
  const named = Object.entries(value).find(
    ([key, one]) => /(Id|Identifier|Arn|Name)$/.test(key) && typeof one === "string",
  );
  for (const [key, one] of Object.entries(value)) {
    // Keys of somebody's own maps are all alike.
    const member = isReplaced(key) ? "*" : key;
    note(answers, path === "" ? member : `${path}.${member}`, one, named === undefined ? resource : `${named[1]}`);
  }
}

function follow({ last, transitions }: Answers, path: string, value: string, resource: string): void {
  const before = last.get(`${path} ${resource}`);
  last.set(`${path} ${resource}`, value);
  if (before === undefined || before === value) return;
  transitions.set(path, (transitions.get(path) ?? new Set()).add(`${before} → ${value}`));
}

function typeOf(value: Plain): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? "time" : "string";
  return typeof value;
}

/** What the sanitiser has put in the place of something. */
const isReplaced = (text: string): boolean =>
  /^(text|arn|uuid|account|vpc|vpce|subnet|igw|nat|eipalloc|eipassoc|eni|rtb|rtbassoc|sg|sgr|acl|pl)-\d+$/.test(text);

const isTerm = (text: string): boolean =>
  text !== "" && text !== "bytes" && text !== "stream" && !isReplaced(text) && typeOf(text) !== "time";
