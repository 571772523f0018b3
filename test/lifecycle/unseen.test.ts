import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import type { StatusReport } from "../../src/report/status.ts";
import { statusMarkdown } from "../../src/report/status-markdown.ts";
import { statusText } from "../../src/report/status-text.ts";
import { makeStyle } from "../../src/report/style.ts";
import { failuresText } from "../../src/report/words.ts";
import { awsError } from "../cloud/errors.ts";
import { type Environment, World } from "./world.ts";

test.each([
  [
    "AccessDenied",
    "User is not authorized to perform s3:GetBucketTagging with an explicit deny in a service control policy",
  ],
  ["RequestTimeTooSkewed", "The difference between the request time and the current time is too large."],
  ["InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."],
])("S3's 403 %s on a bucket of ours is told in AWS's words, and is no diagnosis", async (code, message) => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  world.cloud.intercept = (call, apply) => {
    if (call.operation === "GetBucketTagging") throw awsError(code, message, 403);
    return apply();
  };
  const { conflicts } = await dev.plan();
  // Credentials that AWS does not know fail everything else, too.
  const conflict = conflicts.find(({ node }) => node === "artifacts/bucket");
  expect(conflict).toMatchObject({ code, message: `could not be looked at: ${message}` });
  expect(conflict?.advice).not.toMatch(/remove|delete/i);
});

/** A KMS lock-out: the key itself cannot be looked at, the aliases can be listed. */
function lockOut(world: World): void {
  world.cloud.intercept = (call, apply) => {
    if (call.service === "kms" && "KeyId" in call.input) {
      throw awsError("AccessDeniedException", "User is not authorized to perform this on the key", 400);
    }
    return apply();
  };
}

const reportOf = async (dev: Environment): Promise<StatusReport> => ({
  environment: "dev",
  settingsOf: "dev",
  region: "us-east-1",
  account: "123456789012",
  local: false,
  rows: await dev.status(),
  accountWide: [],
  unsearched: [],
});

test("a key that cannot be looked at is one cause; what needs it is not told that it is not there", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  lockOut(world);
  const { rows } = await reportOf(dev);
  const off = rows.filter(({ status }) => status !== "in-sync");
  expect(new Set(off.map(({ status }) => status))).toEqual(new Set(["blocked"]));
  expect(off.filter(({ reason = "" }) => reason.includes("not there"))).toEqual([]);
  const causes = off.filter(({ because }) => because === undefined);
  expect(causes.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([
    "encryption/key: could not be looked at: User is not authorized to perform this on the key",
  ]);
  expect(off.length).toBeGreaterThan(18);
  expect(off.find(({ id }) => id === "artifacts/bucket")).toMatchObject({
    status: "blocked",
    reason: "needs encryption/key, which could not be looked at",
    because: "encryption/key",
  });
});

test("text and Markdown say the cause once, with what depends on it folded under it", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  lockOut(world);
  const report = await reportOf(dev);
  const folded = report.rows.filter(({ because }) => because === "encryption/key").length;
  const text = statusText(report, { style: makeStyle(false) });
  const markdown = statusMarkdown([report]);
  for (const shown of [text, markdown]) {
    expect(shown.match(/could not be looked at/g)).toHaveLength(1);
    expect(shown).toContain(`not looked at or compared`);
    expect(shown).toContain(`${folded} resources`);
  }
});

test("the conflicts of a plan say once what AWS said of several in the same words", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  lockOut(world);
  const { conflicts } = await dev.plan();
  expect(conflicts.length).toBeGreaterThan(1);
  const text = failuresText("cannot be brought up", conflicts, makeStyle(false));
  expect(text.match(/could not be looked at/g)).toHaveLength(1);
  for (const { node } of conflicts) expect(text).toContain(node);
});

test.each(["encryption/alias", "encryption/region-alias"])(
  "the key that the alias %s points at is not shown: nobody knows whose it is, and it is called nobody else's",
  async (node) => {
    using world = new World();
    const dev = world.environment("dev");
    await dev.up();
    const until = world.clock.now() + 20_000;
    const { KeyMetadata } = world.cloud.call(new DescribeKeyCommand({ KeyId: dev.journal.get("encryption/key")?.id }));
    const hide = (always: boolean) => {
      world.cloud.intercept = (call, apply) => {
        const isAsked = call.operation === "DescribeKey" && "KeyId" in call.input;
        if (isAsked && call.input.KeyId === KeyMetadata?.KeyId && (always || world.clock.now() < until)) {
          throw awsError("NotFoundException", `Key '${KeyMetadata?.Arn}' does not exist`);
        }
        return apply();
      };
    };
    hide(false);
    // Looked at again until it shows.
    expect((await dev.status()).find(({ id }) => id === node)).toMatchObject({ status: "in-sync" });
    hide(true);
    const row = (await dev.status()).find(({ id }) => id === node);
    expect(row).toMatchObject({ status: "blocked" });
    expect(row?.reason).toMatch(/could not be looked at: Key .* does not exist/);
  },
);
