import { describe, expect, test } from "vitest";
import {
  accessLogGroup,
  bucketName,
  databaseLogGroup,
  executionLogGroup,
  finalSnapshotName,
  functionLogGroup,
  keyAlias,
  name,
  regionAlias,
} from "../../src/config/names.ts";
import { nearest } from "../../src/config/nearest.ts";
import { suffixExpectation } from "../../src/config/suffix.ts";

describe("names", () => {
  test("carry the suffix", () => {
    expect(name("vpc", "dev")).toBe("trading-vpc-dev");
    expect(bucketName("dev", "us-east-1", "123456789012")).toBe("trading-artifacts-dev-us-east-1-123456789012");
    expect(keyAlias("dev", "us-east-1")).toBe("alias/trading-us-east-1-dev");
    expect(regionAlias("us-east-1")).toBe("alias/trading-us-east-1");
    expect(functionLogGroup(name("processor", "dev"))).toBe("/aws/lambda/trading-processor-dev");
    expect(accessLogGroup("dev")).toBe("/aws/apigateway/trading-access-dev");
    expect(databaseLogGroup("dev", "slowquery")).toBe("/aws/rds/cluster/trading-cluster-dev/slowquery");
    expect(executionLogGroup("a1b2c3", "dev")).toBe("API-Gateway-Execution-Logs_a1b2c3/dev");
  });

  test("of a final snapshot are the same for each retry of a teardown, and differ between teardowns", () => {
    const first = finalSnapshotName("prod", "token-1");
    expect(first).toMatch(/^trading-final-prod-[0-9a-f]{16}$/);
    expect(finalSnapshotName("prod", "token-1")).toBe(first);
    expect(finalSnapshotName("prod", "token-2")).not.toBe(first);
  });
});

describe("suffix", () => {
  test.each(["dev", "pr-42", "a", "x1-y2-z3", "a".repeat(22)])("%s is accepted", (suffix) =>
    expect(suffixExpectation(suffix)).toBeUndefined(),
  );

  test.each(["", "Dev", "4pr", "-dev", "dev-", "a--b", "a_b", "a.b", "dév", "dev\n", "../dev"])(
    "%j is refused",
    (suffix) => expect(suffixExpectation(suffix)).toContain("lower-case letters"),
  );

  test("says how long it may be, and which name would not fit", () => {
    const expected = suffixExpectation("a".repeat(23));
    expect(expected).toContain("at most 22 characters");
    expect(expected).toContain("S3 bucket");
  });

  test("the longest suffix makes a bucket name of exactly the limit", () =>
    expect(bucketName("a".repeat(22), "us-east-1", "123456789012")).toHaveLength(63));

  test("shared is reserved", () => expect(suffixExpectation("shared")).toContain("whole account"));
});

describe("nearest", () => {
  test.each([
    ["stagin", "staging"],
    ["prdo", "prod"],
    ["Staging", "staging"],
    ["xyz", undefined],
    ["", undefined],
  ])("%j -> %j", (word, found) => expect(nearest(word, ["dev", "staging", "prod"])).toBe(found));
});
