import { expect, test } from "vitest";
import type { Resource } from "../cloud/model.ts";
import { everything } from "./everything.ts";
import { unwell } from "./scene.ts";
import { World } from "./world.ts";

const names = ["Project", "Environment", "ManagedBy", "Name", "tap:id"];

/** Taggable, but not tagged from the create call on, or not by tap. */
const exceptions: Readonly<Record<string, string>> = {
  "route53 hostedzone": "CreateHostedZone takes no tags: its caller reference says whose it is until they follow",
  "secretsmanager secret/rds!cluster-": "made and tagged by RDS",
};

const isException = ({ service, key }: Resource & { service: string }) =>
  Object.keys(exceptions).some((start) => `${service} ${key}`.startsWith(start));

test("whatever can be tagged carries all our tags right after its create call", async () => {
  using world = new World({ delegated: "all" });
  const { cloud } = world;
  const untagged = new Set<string>();
  const seen = new Set<string>();
  const look = (last: string) => {
    for (const resource of cloud.resources()) {
      if (resource.arn === undefined || isException(resource)) continue;
      seen.add(resource.arn);
      const missing = names.filter((name) => !resource.tags[name]);
      if (missing.length > 0) untagged.add(`${resource.arn} has no ${missing.join(", ")} after ${last}`);
    }
  };
  cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.mutating) look(call.operation);
    return output;
  };
  const dev = world.environment("dev", { file: everything });
  expect(unwell(await dev.up())).toEqual([]);
  expect([...untagged]).toEqual([]);
  expect(seen.size).toBeGreaterThan(40);
});

test("afterwards every tag says whose it is, and no exception is left over from an earlier AWS", async () => {
  using world = new World({ delegated: "all" });
  const dev = world.environment("dev", { file: everything });
  await dev.up();
  const resources = [...world.cloud.resources()].filter(({ arn }) => arn !== undefined);
  expect(resources.filter(isException)).toHaveLength(Object.keys(exceptions).length);
  const nodes = new Map(dev.platform.nodes.map((node) => [node.id, node.name]));
  for (const { arn, key, tags } of resources) {
    if (key.startsWith("secret/rds!cluster-")) continue;
    const shared = key === "role/trading-apigateway-logs";
    expect(tags, arn).toMatchObject({
      Project: "trading",
      Environment: shared ? "shared" : "dev",
      ManagedBy: "tap",
      Name: nodes.get(tags["tap:id"] ?? ""),
    });
  }
});
