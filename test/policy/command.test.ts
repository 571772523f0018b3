import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { documentsOf } from "../../src/policy/documents.ts";
import { statementsFor } from "../../src/policy/policy.ts";
import { Terminal } from "../cli/terminal.ts";
import { ToyCloud } from "../cli/toy.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "tap-policy-"));
});
afterEach(() => rm(cwd, { recursive: true }));

const run = (...args: string[]) => new Terminal({ cloud: new ToyCloud(), cwd }).run("policy", ...args);
const dev = { environment: "dev", region: "us-east-1" } as const;

test("prints the documents as JSON, and asks nobody", async () => {
  const ran = await run("--env", "dev");
  expect([ran.code, ran.stderr, ran.requests]).toEqual([0, "", []]);
  expect(JSON.parse(ran.stdout)).toEqual(documentsOf(statementsFor(dev)));
});

test("--part prints one document, as IAM takes it", async () => {
  const all = documentsOf(statementsFor(dev));
  for (const [index, document] of all.entries()) {
    const ran = await run("--env", "dev", "--part", String(index + 1));
    expect(JSON.parse(ran.stdout)).toEqual(document);
  }
  const beyond = await run("--env", "dev", "--part", String(all.length + 1));
  expect([beyond.code, beyond.stdout]).toEqual([2, ""]);
  expect(beyond.stderr).toContain(`--part: expected a number from 1 to ${all.length}, got ${all.length + 1}`);
  expect((await run("--env", "dev", "--part", "0")).code).toBe(2);
});

test("fills in the account: --account, or else the settings'", async () => {
  await writeFile(join(cwd, "tap.yaml"), "defaults:\n  account: '111111111111'\n");
  expect((await run("--env", "dev")).stdout).toContain("arn:aws:iam::111111111111:role/trading-query-dev");
  const other = await run("--env", "dev", "--account", "222222222222");
  expect(other.stdout).toContain("arn:aws:iam::222222222222:role/trading-query-dev");
  expect(other.stdout).not.toContain("111111111111");
  const wrong = await run("--env", "dev", "--account", "12");
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
});

test("follows the settings: suffix, region, domain, state", async () => {
  await writeFile(join(cwd, "tap.yaml"), "defaults:\n  domain: { name: api.example.com, zone: example.com }\n");
  const { stdout } = await run("--env", "dev", "--suffix", "pr-42", "--region", "us-west-2", "--state", "s3://b-1/tap");
  expect(stdout).toContain("arn:aws:lambda:us-west-2:*:function:trading-query-pr-42");
  // A copy has no domain of its own.
  expect(stdout).not.toContain("api.example.com");
  expect((await run("--env", "dev")).stdout).toContain("_*.api.example.com");
  expect(stdout).toContain("arn:aws:s3:::b-1/tap/pr-42.lock");
  // A state in S3 is not read.
  await writeFile(join(cwd, "tap.yaml"), "environments:\n  staging:\n    state: s3://b-2/tap\n");
  expect((await run("--env", "staging")).stdout).toContain("arn:aws:s3:::b-2/tap/staging.json");
  expect((await run("--env", "dev")).stdout).not.toContain("b-2");
  const unknown = await run("--env", "stagin", "--state", "s3://b-1/tap");
  expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
});
