import { existsSync, readFileSync, writeFileSync } from "node:fs";

const headings: readonly (readonly [heading: string, pattern: RegExp])[] = [
  ["Calls that are made of only one of the two", /: never asked /],
  ["Errors", /^\w+ \w+ error /],
  ["Never said here, and always by the model", /: absent in recording/],
  ["Said here, and never by the model", /: absent in the model/],
  ["Said otherwise", /^/],
];

/** Where a reply depends on who is first, and its line would come and go: compared with no emulator. */
const byChance: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^s3 HeadObject /, "asked only where another function's upload of the same code has not come first"],
];

/**
 * Holds differences between an emulator and the in-memory AWS against the list of the known ones,
 * `recorded-differences/<name>.txt`, in which ` # ` and a reason may follow a line. UPDATE_GOLDENS=1 keeps the new ones
 * instead, and the reasons of those that stay: read the difference before committing it.
 *
 * @returns what is not in the list, and what of the list is no more
 */
export function unlisted(name: string, differences: readonly string[]): { added: string[]; stale: string[] } {
  const file = new URL(`recorded-differences/${name}.txt`, import.meta.url);
  const found = differences.filter((line) => !byChance.some(([pattern]) => pattern.test(line)));
  const known = read(file);
  if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(file, text(found, known));
  const kept = read(file);
  return {
    added: found.filter((line) => !kept.has(line)),
    stale: [...kept.keys()].filter((line) => !found.includes(line)),
  };
}

/** The reason of each line, or nothing. */
function read(file: URL): Map<string, string | undefined> {
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [difference = "", reason] = line.split(" # ");
      return difference === "" || difference.startsWith("#") ? [] : [[difference, reason]];
    }),
  );
}

function text(found: readonly string[], reasons: ReadonlyMap<string, string | undefined>): string {
  const headingOf = (line: string) => headings.find(([, pattern]) => pattern.test(line))?.[0];
  const parts = headings.flatMap(([heading]) => {
    const lines = found.filter((line) => headingOf(line) === heading).sort();
    const said = lines.map((line) => (reasons.get(line) === undefined ? line : `${line} # ${reasons.get(line)}`));
    return lines.length === 0 ? [] : [[`# ${heading}`, "", ...said, ""].join("\n")];
  });
  return parts.join("\n");
}
