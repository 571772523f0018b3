import { createHash } from "node:crypto";
import type { Json } from "../../cloud/canonical.ts";
import type { Cloud } from "../../cloud/cloud.ts";

/**
 * Everything that AWS or chance chooses, as it may stand anywhere in a dump: ids, tokens, addresses. The in-memory AWS
 * counts its ids, so another order of the same calls gives other ones.
 */
const chosen = new RegExp(
  [
    /\b[a-z][a-z-]*-[0-9a-f]{17}\b/, // EC2
    /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/,
    /\b(?:cluster|db)-[0-9A-Z]{26}\b/,
    /\bAROA\d{16}\b/,
    /\bZ0\d{18}\b/, // hosted zones
    /\b[adnr]0\d{8}\b/, // API Gateway
    /-AA[0-9A-Za-z]{4}(?=\\*")/, // the end of a secret's ARN
    /(?<=tap\/[a-z0-9-]+\/)[0-9a-f]{32}/, // caller references
    /(?<=-final-[a-z0-9-]+-)[0-9a-f]{16}\b/, // final snapshots
    /_[0-9a-f]{32}\b/, // ACM's validation records
    /\bns-\d+\.awsdns-\d+\.[a-z.]+[a-z]\b/,
    /\b203\.0\.113\.\d+\b/,
    /\b10\.\d+\.\d+\.\d+\b(?!\/)/,
  ]
    .map((pattern) => pattern.source)
    .join("|"),
  "g",
);

/** How often the names of things are refined by the names of what they refer to. */
const rounds = 4;

/** Everything that exists in a cloud, one line each. */
export interface Description {
  /** With ids told apart as finely as may be: two clouds whose finest lines are the same differ in nothing. */
  readonly finest: readonly string[];
  /** First with all ids alike, then with ids told apart ever more finely. */
  all(): readonly (readonly string[])[];
}

/**
 * Describes a cloud such that two clouds have the same description when they differ in nothing but ids, tokens, times
 * and the order in which things came about. An id is called by where it stands, which tags it stands beside and what
 * stands around it; two things that look alike stay two lines.
 */
export function describeCloud(cloud: Cloud): Description {
  const texts = Object.entries(cloud.dump({ times: false })).flatMap(([service, resources]) =>
    Object.entries(resources).map(([key, state]) =>
      cut(JSON.stringify([`${service}/${key}`, settled(service, state)])),
    ),
  );
  const all = colourings(texts);
  const lines = (colours: ReadonlyMap<string, string> = new Map()) =>
    texts.map((text) => inOrder(named(text, colours))).sort();
  return { finest: lines(all.at(-1)), all: () => all.map(lines) };
}

/**
 * What is in one description and not in the other, as coarsely as it can be said.
 *
 * @param fine lines that do not count: those that are missing begin with "- ", those that are too many with "+ "
 */
export function difference(wanted: Description, found: Description, fine?: RegExp): string[] {
  const different = (a: readonly string[], b: readonly string[]) =>
    differentLines(a, b).filter((line) => fine?.test(line) !== true);
  const finest = different(wanted.finest, found.finest);
  if (finest.length === 0) return [];
  const others = found.all();
  const rounds = wanted.all().map((lines, round) => different(lines, others[round] ?? []));
  return rounds.find((lines) => lines.length > 0) ?? finest;
}

function differentLines(wanted: readonly string[], found: readonly string[]): string[] {
  const left = [...wanted];
  const more: string[] = [];
  for (const line of found) {
    const at = left.indexOf(line);
    if (at < 0) more.push(line);
    else left.splice(at, 1);
  }
  return [...left.map((line) => `- ${line}`), ...more.map((line) => `+ ${line}`)];
}

/** The text of one resource, cut once at the ids in it, since that takes longer than all else. */
interface Text {
  /** What stands before each id, and after the last. */
  readonly between: readonly string[];
  /** Each with the member of the resource that it is, as far as the text before it says. */
  readonly ids: readonly { readonly token: string; readonly member: string }[];
}

function cut(text: string): Text {
  const between: string[] = [];
  let end = 0;
  const ids = [...text.matchAll(chosen)].map(({ 0: token, index }) => {
    between.push(text.slice(end, index));
    end = index + token.length;
    return { token, member: text.slice(0, index).match(/"([^"]*)":[^:]*$/)?.[1] ?? "key" };
  });
  return { between: [...between, text.slice(end)], ids };
}

function colourings(texts: readonly Text[]): ReadonlyMap<string, string>[] {
  let colours = new Map<string, string>();
  const all = [colours];
  for (let round = 0; round < rounds; round++) {
    const seen = new Map<string, string[]>();
    for (const text of texts) {
      const whole = digest(inOrder(named(text, colours)));
      for (const { token, member } of text.ids) seen.set(token, [...(seen.get(token) ?? []), `${whole} ${member}`]);
    }
    colours = new Map([...seen].map(([token, places]) => [token, digest(places.sort().join("\n"))]));
    all.push(colours);
  }
  return all;
}

const named = ({ between, ids }: Text, colours: ReadonlyMap<string, string>): string =>
  between
    .map((piece, at) => {
      const { token } = ids[at] ?? {};
      if (token === undefined) return piece;
      return piece + (/^\d+\./.test(token) ? "<address>" : `<${colours.get(token) ?? "?"}>`);
    })
    .join("");

const digest = (text: string): string => createHash("md5").update(text).digest("hex").slice(0, 8);

/** The order of lists is the order in which things came about: it says nothing. Keys may hold ids, so they are sorted, too. */
function inOrder(text: string): string {
  const ordered = (value: Json): string => {
    if (Array.isArray(value)) return `[${value.map(ordered).sort().join()}]`;
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${ordered(item)}`);
    return `{${members.sort().join()}}`;
  };
  // Text that was made from a dump is JSON.
  return ordered(JSON.parse(text) as Json);
}

/**
 * Leaves out what nobody wanted: what others log, and how often the same ZIP was put into the bucket, which expires it.
 */
function settled(service: string, state: Json): Json {
  if (typeof state !== "object" || state === null || Array.isArray(state)) return state;
  if (service === "logs") {
    const { storedBytes: _, ...rest } = state;
    return rest;
  }
  if (service === "rds") {
    // Which instance writes, and in which zone each is, depends on which was there first.
    const { writer: _, zone: __, interfaceId: ___, ...rest } = state;
    return rest;
  }
  if (service === "ec2" && state["type"] === "lambda") {
    // AWS names an interface after the first of the functions that share it.
    const { description: _, requesterId: __, ...rest } = state;
    return rest;
  }
  if (service === "s3" && Array.isArray(state["versions"])) {
    const versions = state["versions"].map((version) => {
      if (typeof version !== "object" || version === null || Array.isArray(version)) return version;
      const { id: _, ...rest } = version;
      return rest;
    });
    const different = new Map(versions.map((version) => [JSON.stringify(version), version]));
    return { ...state, versions: [...different.values()] };
  }
  return state;
}
