import { expect, test } from "vitest";
import { advise, classify, isThrottled } from "../../src/aws/errors.ts";
import { ApiGatewayAccount } from "../../src/resources/apigateway/account.ts";
import { BasePathMapping } from "../../src/resources/apigateway/base-path-mapping.ts";
import type { AnyAwsKind } from "../../src/resources/define.ts";
import { awsKinds } from "../../steps/kinds.ts";
import type { ErrorRow } from "../cloud/error-rows.ts";
import { services } from "../cloud/services.ts";
import { awsError } from "../resources/support.ts";

const rows = Object.values(services).flatMap(({ errors = [] }) => errors);

type Judging = Pick<AnyAwsKind, "type" | "classify">;

/** Whatever has something to say of an error: the kinds, and the setting of the account, which has no place among them. */
const kinds = new Map([...awsKinds, ApiGatewayAccount].map((kind: Judging) => [kind.type, kind]));

/** What the kind says of it itself; on a read no kind has a word. */
const ownWord = ({ type, phase, code, message, status }: ErrorRow) =>
  phase === "look" ? undefined : kinds.get(type)?.classify?.(awsError(code, message, status), phase);

/** As the engine asks: the kind first, then everybody. */
const classOf = (row: ErrorRow) => ownWord(row) ?? classify(awsError(row.code, row.message, row.status));

test.each(rows)("$type, $phase: $code $message ($status) is $right ($source)", (row) => {
  expect(classOf(row)).toBe(row.right);
});

test("there are at least 150 different rows, each with a source", () => {
  const different = new Set(rows.map(({ type, phase, code, message }) => [type, phase, code, message].join("|")));
  expect(different.size).toBe(rows.length);
  expect(different.size).toBeGreaterThanOrEqual(150);
  expect(rows.filter(({ source }) => source === "")).toEqual([]);
});

test("every kind that has a word on errors is held to it, and no row is of a type that there is not", () => {
  const held = new Set(rows.filter((row) => ownWord(row) !== undefined).map(({ type }) => type));
  const judging = [...kinds.values()].filter(({ classify: word }) => word !== undefined).map(({ type }) => type);
  expect(judging.filter((type) => !held.has(type))).toEqual([]);
  expect(rows.filter(({ type }) => !kinds.has(type))).toEqual([]);
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
