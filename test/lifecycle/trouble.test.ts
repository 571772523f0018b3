import { expect, test } from "vitest";
import type { Failure } from "../../src/engine/events.ts";
import { awsError } from "../cloud/errors.ts";
import { done, inventory, outOfSync, unwell } from "./scene.ts";
import { remains, World } from "./world.ts";

const minute = 60_000;

test("a NAT gateway that fails stops only what needs it, with AWS's reason, and the next up makes another", async () => {
  using world = new World();
  const dev = world.environment("dev");
  world.cloud.services.ec2.failNextNatGateway("Something went wrong at our end");
  const first = await dev.up();
  expect(unwell(first).sort()).toEqual([
    "database/schema: skipped",
    "network/nat-1: failed:  InternalError: Something went wrong at our end",
    "network/private-routes-1: skipped",
    "network/s3-endpoint: skipped",
  ]);
  expect(outOfSync(await dev.status())["network/nat-1"]).toBe("failed: InternalError: Something went wrong at our end");
  const second = await dev.up();
  expect(unwell(second)).toEqual([]);
  expect(done(second)["network/nat-1"]).toBe("replaced");
  expect(outOfSync(await dev.status())).toEqual({});
  expect(inventory(world, "dev")["network/nat-1 (ec2 natgateway)"]).toBe(1);
});

test("Lambda network interfaces that linger for 40 minutes: down says what it waits for, and converges", async () => {
  using world = new World({ durations: { lambdaInterfaceDetach: 40 * minute } });
  const dev = world.environment("dev");
  await dev.up();
  const start = world.clock.now();
  dev.events.length = 0;
  const { endings } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect(remains(world, "dev")).toEqual([]);
  const took = world.clock.now() - start;
  expect(took).toBeGreaterThan(40 * minute);
  expect(took).toBeLessThan(46 * minute);
  const reasons = dev.events.flatMap((event) => (event.event === "retrying" ? [`${event.node}: ${event.reason}`] : []));
  expect(reasons).toContainEqual(
    expect.stringMatching(/^security-groups\/functions: \d Lambda network interfaces? \(usually 5–20 min, up to 45\)/),
  );
});

test("a log group that RDS makes again after it was removed is swept", async () => {
  using world = new World();
  const dev = world.environment("dev");
  await dev.up();
  const late = "/aws/rds/cluster/trading-cluster-dev/audit";
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    const isLast =
      call.operation === "DeleteLogGroup" && "logGroupName" in call.input && call.input.logGroupName === late;
    if (isLast) {
      world.cloud.intercept = undefined;
      world.cloud.services.logs.write(late, 10, world.clock.now() + 1000);
    }
    return output;
  };
  const { endings, swept } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect(swept.endings.flatMap((ended) => Object.keys(done(ended)))).toEqual(["logs/database-audit"]);
  expect([...swept.remaining.keys(), ...swept.unsearched]).toEqual([]);
  expect([...world.cloud.resources()].filter(({ key }) => key.includes("trading-cluster-dev"))).toEqual([]);
});

test.each([
  ["CreateBucket", "artifacts/bucket"],
  ["CreateNatGateway", "network/nat-1"],
  ["CreateStage", "api/stage"],
  ["CreateDBCluster", "database/cluster"],
])(
  "%s denied: only what depends on %s is left out, and the failure says all there is to say",
  async (operation, node) => {
    using world = new World();
    const dev = world.environment("dev");
    world.cloud.intercept = (call, apply) => {
      if (call.operation !== operation) return apply();
      const error = awsError("AccessDenied", `not authorized to perform ${operation}`, 403);
      error.$metadata = { httpStatusCode: 403, requestId: "request-denied", attempts: 1 };
      throw error;
    };
    const endings = await dev.up();
    const dependents = new Set([node]);
    for (const { id, needs } of dev.platform.nodes)
      if (needs.some((need) => dependents.has(need.id))) dependents.add(id);
    const expected = [...dependents].map((id) => [id, id === node ? "failed" : "skipped"]);
    const notDone = [...endings].filter(([, { is }]) => is === "failed" || is === "skipped");
    expect(Object.fromEntries(notDone.map(([{ id }, { is }]) => [id, is]))).toEqual(Object.fromEntries(expected));
    const failures: Failure[] = [...endings.values()].flatMap((ending) =>
      ending.is === "failed" ? [ending.failure] : [],
    );
    expect(failures).toEqual([
      {
        node,
        type: dev.platform.nodes.find(({ id }) => id === node)?.kind.type,
        action: "create",
        message: `not authorized to perform ${operation}`,
        code: "AccessDenied",
        requestId: "request-denied",
        advice: expect.stringContaining(
          "Check the credentials and their permissions for this call, then run the same command again.",
        ),
      },
    ]);

    world.cloud.intercept = undefined;
    expect(unwell(await dev.up())).toEqual([]);
    expect(outOfSync(await dev.status())).toEqual({});
  },
);
