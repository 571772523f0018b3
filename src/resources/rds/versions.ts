/**
 * Aurora MySQL versions read `8.0.mysql_aurora.3.10.4`: the compatible MySQL, then Aurora's major, minor and patch. The
 * minor version is the *line*: patches of one line add fixes and no features (Aurora User Guide, "Aurora versions").
 */

/** A line that AWS supports for years. */
export interface LtsLine {
  readonly line: string;
  /** The last day of standard support. */
  readonly until: string;
}

/**
 * The long-term support lines, newest first. Sources: Aurora User Guide, "Long-term support (LTS) and beta releases for
 * Amazon Aurora MySQL"; end dates: Release Notes, "Release calendars for Amazon Aurora MySQL", read in November 2026.
 */
export const ltsLines: readonly LtsLine[] = [
  { line: "8.0.mysql_aurora.3.10", until: "2028-04-30" },
  { line: "8.0.mysql_aurora.3.04", until: "2026-10-31" },
];

/** For example 8.0.mysql_aurora.3.10 of 8.0.mysql_aurora.3.10.4. */
export const lineOf = (version: string): string => version.slice(0, version.lastIndexOf("."));

/** Whether a version is of a line, whichever patch. */
export const isPatchOf = (line: string, version: string): boolean => lineOf(version) === line && /\.\d+$/.test(version);

/** For example 8.0.mysql_aurora.3 of 8.0.mysql_aurora.3.10.4. */
export const majorOf = (version: string): string => lineOf(lineOf(version));

/** The parameter group family, for example aurora-mysql8.0 of 8.0.mysql_aurora.3.10.4. */
export const familyOf = (version: string): string => `aurora-mysql${version.split(".").slice(0, 2).join(".")}`;

export const isLts = (version: string): boolean => ltsLines.some(({ line }) => line === lineOf(version));

/** Orders versions by their numbers: negative when `a` is the older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const numbers = (version: string) => (version.match(/\d+/g) ?? []).map(Number);
