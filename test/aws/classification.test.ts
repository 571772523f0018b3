import { expect, test } from "vitest";
import { advise, classify, isThrottled } from "../../src/aws/errors.ts";
import { BasePathMapping } from "../../src/resources/apigateway/base-path-mapping.ts";
import { awsError } from "../resources/support.ts";
import { type Row, rows } from "./error-table.ts";

/** As the engine asks: the kind first, and on a read, of which no kind has a word, nobody else. */
const classOf = ({ kind, phase, code, message, status }: Row) => {
  const error = awsError(code, message, status);
  return (phase === "look" ? undefined : kind.classify?.(error, phase)) ?? classify(error);
};

test.each(rows)("$kind.type, $phase: $code $message ($status) is $right ($source)", (row) => {
  expect(classOf(row)).toBe(row.right);
});

test("there are at least 150 different rows, each with a source", () => {
  const different = new Set(rows.map(({ kind, phase, code, message }) => [kind.type, phase, code, message].join("|")));
  expect(different.size).toBe(rows.length);
  expect(different.size).toBeGreaterThanOrEqual(150);
  expect(rows.filter(({ source }) => source === "")).toEqual([]);
});

test("a rate is a rate for the caller, too, and a quota is none, whatever its HTTP status", () => {
  for (const { code, message, status, right } of rows) {
    const throttled = isThrottled(awsError(code, message, status));
    if (throttled) expect(classify(awsError(code, message, status))).toBe("retry");
    if (right === "quota") expect(throttled).toBe(false);
  }
  expect(isThrottled(awsError("LimitExceededException", "Maximum number of APIs has been reached.", 429))).toBe(false);
  expect(isThrottled(awsError("LimitExceededException", "The request exceeded the rate limit.", 429))).toBe(true);
  expect(isThrottled(awsError("Whatever", "", 429))).toBe(true);
});

test.each([
  ["VpcLimitExceeded", "", "ec2:vpc", "VPCs per Region", "--service-code vpc"],
  ["AddressLimitExceeded", "", "ec2:elastic-ip", "Elastic IP addresses", "--service-code ec2"],
  [
    "LimitExceededException",
    "Cannot exceed quota for RolesPerAccount: 1000",
    "iam:role",
    "RolesPerAccount",
    "--service-code iam",
  ],
  ["InstanceQuotaExceededFault", "", "rds:instance", "DB instances", "--service-code rds"],
])("the advice on %s %s names the quota and where it is raised", (code, message, type, quota, service) => {
  const advice = advise(awsError(code, message), type);
  expect(advice).toContain(`: ${quota}.`);
  expect(advice).toContain(service);
  expect(advice).not.toMatch(/remove|delete/i);
});

test("a base-path mapping that AWS still refuses 30 s after the first call is refused for good", () => {
  const refused = awsError("BadRequestException", "Invalid domain name identifier specified");
  expect(BasePathMapping.classify?.(refused, "create", 29)).toBe("retry");
  expect(BasePathMapping.classify?.(refused, "create", 30)).toBeUndefined();
});
