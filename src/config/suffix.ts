import { bucketName, finalSnapshotName, name } from "./names.ts";
import { REGIONS } from "./regions.ts";

/** Tag value of what belongs to the whole account. */
export const SHARED = "shared";

const PATTERN = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What a suffix must look like, for messages. */
const FORM = "lower-case letters, digits and single hyphens, starting with a letter and ending in a letter or digit";

/** The longest name of each kind that a suffix goes into, with AWS's limit on it. */
function longestNames(suffix: string): { what: string; name: string; limit: number }[] {
  const function_ = name("processor", suffix);
  return [
    ...Object.keys(REGIONS).map((region) => ({
      what: "S3 bucket",
      name: bucketName(suffix, region, "0".repeat(12)),
      limit: 63,
    })),
    { what: "IAM role", name: function_, limit: 64 },
    { what: "Lambda function", name: function_, limit: 64 },
    { what: "RDS instance", name: name("reader-15", suffix), limit: 63 },
    { what: "RDS cluster", name: name("cluster", suffix), limit: 63 },
    { what: "RDS snapshot", name: finalSnapshotName(suffix, ""), limit: 255 },
    { what: "API Gateway stage", name: suffix, limit: 128 },
  ];
}

/**
 * Why `suffix` cannot be an environment, or undefined when it can. Reads after "expected".
 *
 * Limits: S3 "Bucket naming rules", IAM "Name requirements", Lambda CreateFunction, RDS "Naming constraints" (first
 * character a letter, no two hyphens in a row, none at the end), API Gateway CreateStage.
 */
export function suffixExpectation(suffix: string): string | undefined {
  if (!PATTERN.test(suffix)) return FORM;
  if (suffix === SHARED) return `another suffix: "${SHARED}" is the tag of what belongs to the whole account`;
  const over = longestNames(suffix).map((it) => ({ ...it, excess: it.name.length - it.limit }));
  const worst = over.reduce((a, b) => (b.excess > a.excess ? b : a));
  if (worst.excess <= 0) return undefined;
  const most = suffix.length - worst.excess;
  return `at most ${most} characters long: the ${worst.what} ${worst.name} would exceed ${worst.limit}`;
}
