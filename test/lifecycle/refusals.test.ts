import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { awsError } from "../cloud/errors.ts";
import { unwell } from "./scene.ts";
import { remains, World } from "./world.ts";

test.each([
  [
    "DeleteLogGroup",
    "ValidationException",
    "Log group has deletion protection enabled",
    /put-log-group-deletion-protection/,
  ],
  ["DeleteDBCluster", "InvalidParameterCombination", "Cannot delete protected Cluster", /--no-deletion-protection/],
])(
  "%s refused for its deletion protection fails at once, and the advice says how to look at it and switch it off",
  async (operation, code, message, command) => {
    using world = new World();
    const dev = world.environment("dev");
    await dev.up();
    world.cloud.intercept = (call, apply) => {
      if (call.operation === operation) throw awsError(code, message);
      return apply();
    };
    const start = world.cloud.log.length;
    const failures = [...(await dev.down()).values()].flatMap((e) => (e.is === "failed" ? [e.failure] : []));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure).toMatchObject({ code, message });
      expect(failure.advice).toMatch(command);
    }
    expect(world.cloud.log.slice(start).filter((call) => call.operation === operation)).toHaveLength(failures.length);
  },
);

test("a key that is pending deletion already, which the look does not show yet, counts as removed", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  let refused = 0;
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "ScheduleKeyDeletion" || refused++ > 0) return output;
    throw awsError("KMSInvalidStateException", "arn:aws:kms:us-east-1:123456789012:key/k is pending deletion.");
  };
  expect(unwell(await dev.down())).toEqual([]);
  expect(refused).toBe(1);
  expect(remains(world, "dev")).toEqual([]);
});

const object = (world: World, key: string) => {
  const Bucket = [...world.cloud.resources()].find(({ service }) => service === "s3")?.key ?? "";
  world.cloud.call(new PutObjectCommand({ Bucket, Key: key, Body: "x" }));
};

test.each(["SlowDown", "InternalError"])(
  "an object that a batch of 200 refuses with %s is deleted later",
  async (code) => {
    using world = new World();
    const dev = world.environment("dev");
    await dev.up();
    object(world, "late");
    world.cloud.services.s3.refuseNextDelete("late", code, "Please try again.");
    expect(unwell(await dev.down())).toEqual([]);
    expect(remains(world, "dev")).toEqual([]);
  },
);

test("an object that may not be deleted is said with AWS's code, though others of its batch only have to wait", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  object(world, "busy");
  object(world, "kept");
  world.cloud.services.s3.refuseNextDelete("busy", "SlowDown", "Please reduce your request rate.");
  world.cloud.services.s3.refuseNextDelete("kept", "AccessDenied", "Access Denied");
  const said = unwell(await dev.down()).filter((line) => line.startsWith("artifacts/bucket"));
  expect(said).toEqual([
    expect.stringMatching(/failed: AccessDenied object kept of .* cannot be deleted: Access Denied/),
  ]);
});

test("an endpoint that a reply of 200 calls unsuccessful is asked for again", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  world.cloud.services.ec2.refuseNextEndpointDelete("IncorrectState", "The endpoint is being modified.");
  expect(unwell(await dev.down())).toEqual([]);
  expect(remains(world, "dev")).toEqual([]);
  expect(dev.mutatingCalls().filter(({ operation }) => operation === "DeleteVpcEndpoints")).toHaveLength(2);
});
