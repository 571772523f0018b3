import { expect, test } from "vitest";
import { awsError } from "../cloud/errors.ts";
import { everything } from "./everything.ts";
import { outOfSync, unwell } from "./scene.ts";
import { outcomesOf, World } from "./world.ts";

/** KMS: "NotFoundException", from each part by itself (aws-notes, KMS: state, policy, rotation lag each by itself). */
const notFound = () => awsError("NotFoundException", "Key 'arn:aws:kms:…' does not exist", 400);

/** From now on, or from the first time it is asked for, a read answers "not found" for so long, in milliseconds. */
function hide(world: World, operation: string, ms: number, error: () => Error = notFound): void {
  let since: number | undefined;
  world.cloud.intercept = (call, apply) => {
    if (call.operation !== operation) return apply();
    since ??= world.clock.now();
    if (world.clock.now() < since + ms) throw error();
    return apply();
  };
}

test("a part that shows later than its whole: up waits for it", async () => {
  using world = new World();
  const dev = world.environment("dev");
  hide(world, "GetKeyPolicy", 20_000);
  expect(unwell(await dev.up())).toEqual([]);
  expect(world.cloud.log.filter(({ operation }) => operation === "CreateKey")).toHaveLength(1);
});

test("a part that is not found for a moment: status looks again, and up and down go on", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  hide(world, "GetKeyPolicy", 5_000);
  expect(outOfSync(await dev.status())).toEqual({});
  hide(world, "GetKeyPolicy", 5_000);
  expect(new Set(Object.values(outcomesOf(await dev.up())))).toEqual(new Set(["unchanged"]));
  hide(world, "GetKeyPolicy", 5_000);
  expect(unwell((await dev.takeDown()).endings)).toEqual([]);
});

const parts = [
  ["GetKeyPolicy", "NotFoundException"],
  ["GetKeyRotationStatus", "NotFoundException"],
  ["ListResourceTags", "NotFoundException"],
  ["ListRolePolicies", "NoSuchEntity"],
  ["ListAttachedRolePolicies", "NoSuchEntity"],
  ["GetRolePolicy", "NoSuchEntity"],
  ["GetBucketVersioning", "NoSuchBucket"],
  ["GetBucketEncryption", "NoSuchBucket"],
  ["GetBucketPolicy", "NoSuchBucket"],
  ["GetPublicAccessBlock", "NoSuchBucket"],
  ["GetBucketLifecycleConfiguration", "NoSuchBucket"],
  ["DescribeVpcAttribute", "InvalidVpcID.NotFound"],
  ["DescribeDBClusterParameters", "DBParameterGroupNotFound"],
  ["GetResources", "NotFoundException"],
  ["GetStages", "NotFoundException"],
  ["GetDeployments", "NotFoundException"],
  ["DescribeCertificate", "ResourceNotFoundException"],
  ["GetHostedZone", "NoSuchHostedZone"],
] as const;

test.each(parts)("%s says %s for a moment: nothing is made anew, and nothing is drift", async (operation, code) => {
  const error = () => awsError(code, `${code}, though its whole is there`, 404);
  using world = new World({ delegated: "all" });
  const dev = world.environment("dev", { file: everything });
  hide(world, operation, 5_000, error);
  expect(unwell(await dev.up())).toEqual([]);
  dev.mutatingCalls();
  hide(world, operation, 5_000, error);
  expect(outOfSync(await dev.status())).toEqual({});
  hide(world, operation, 5_000, error);
  expect(new Set(Object.values(outcomesOf(await dev.up())))).toEqual(new Set(["unchanged"]));
  expect(dev.mutatingCalls()).toEqual([]);
  expect(world.cloud.log.filter(({ operation }) => operation === "RequestCertificate")).toHaveLength(1);
  hide(world, operation, 5_000, error);
  expect(unwell((await dev.takeDown()).endings)).toEqual([]);
});

test("a role whose ARN is its unique id at first is not used before it has one", async () => {
  using world = new World();
  const dev = world.environment("dev");
  let since: number | undefined;
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "GetRole") return output;
    since ??= world.clock.now();
    if (world.clock.now() > since + 20_000) return output;
    // What GetRole answers is an object with a Role.
    const { Role } = output as { Role: object };
    return { ...output, Role: { ...Role, Arn: "AROAEXAMPLEEXAMPLE123" } };
  };
  expect(unwell(await dev.up())).toEqual([]);
  const sent = world.cloud.log.filter(({ input }) => JSON.stringify(input).includes("AROAEXAMPLE"));
  expect(sent.map(({ operation }) => operation)).toEqual([]);
});

test("a part that stays away: status ends, with what AWS said", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  hide(world, "GetKeyPolicy", 3_600_000);
  const start = world.clock.now();
  const key = (await dev.status()).find(({ id }) => id === "encryption/key");
  expect(key).toMatchObject({ status: "blocked", reason: expect.stringContaining("does not exist") });
  expect(world.clock.now() - start).toBeLessThan(60_000);
});
