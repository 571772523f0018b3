import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { expect, test } from "vitest";
import type { Aws } from "../../src/aws/aws.ts";
import { down } from "../../src/engine/down.ts";
import { isRemovable } from "../../src/engine/kind.ts";
import { type Observations, refresh } from "../../src/engine/refresh.ts";
import { statusRows } from "../../src/engine/status.ts";
import { emptyBucket } from "../../src/resources/s3/empty.ts";
import { awsKinds, kinds } from "../../steps/kinds.ts";
import { everything } from "./everything.ts";
import { converged, outOfSync, unwell } from "./scene.ts";
import { type Environment, remains, World } from "./world.ts";

const standing = await converged(everything);

/** One node of each type that carries tags, as this AWS has them. */
const taggable = (() => {
  const { world, dev } = standing();
  using _ = world;
  const tagged = new Set(
    [...world.cloud.resources()].flatMap(({ arn, tags }) => (arn === undefined ? [] : (tags["tap:id"] ?? []))),
  );
  const nodes = dev.platform.nodes.filter(({ id, kind }) => tagged.has(id) && isRemovable(kind));
  return [...new Map(nodes.map(({ id, kind }) => [kind.type, id]))];
})();

type Found = { readonly [Id in string]: string | undefined };

/** AWS's ids of what is left over. */
const leftOvers = (looks: Observations<Aws>): Found =>
  Object.fromEntries(
    statusRows(looks)
      .filter(({ status }) => status === "left-over")
      .map(({ id, awsId }) => [id, awsId]),
  );

/** A look without the state, and with some nodes undeclared. */
const lookWithout = (dev: Environment, isUndeclared: (id: string) => boolean) => {
  dev.forget();
  const nodes = dev.platform.nodes.filter(({ id }) => !isUndeclared(id));
  return refresh(dev.run(), nodes, kinds);
};

test("every type that its kind finds by tags carries them, and no other", () => {
  const { world, dev } = standing();
  using _ = world;
  const declared = new Set(dev.platform.nodes.map(({ kind }) => kind.type));
  const found = awsKinds.filter(({ type, listOwned }) => listOwned !== undefined && declared.has(type));
  expect(taggable.map(([type]) => type).sort()).toEqual(found.map(({ type }) => type).sort());
});

test.each(taggable)("%s: found by its tags once it is declared no more and the state is lost", async (_, id) => {
  const { world, dev } = standing();
  using __ = world;
  const awsId = dev.journal.get(id)?.id;
  expect(leftOvers(await lookWithout(dev, (one) => one === id))[id]).toBe(awsId);
});

test("without declarations and without the state everything goes, and nothing of an environment whose name ends alike", async () => {
  using world = new World({ delegated: "all" });
  const other = world.environment("dev", { suffix: "my-dev" });
  const dev = world.environment("dev");
  for (const one of [other, dev]) expect(unwell(await one.up())).toEqual([]);
  const before = world.cloud.dump({ environment: "my-dev" });

  dev.forget();
  const run = dev.run();
  const looks = await refresh(run, [], kinds);
  expect(unwell(await down(run, looks, { protect: false }))).toEqual([]);
  // An alias has no tags and goes with its key.
  expect(remains(world, "dev").filter((left) => !left.startsWith("kms:alias/"))).toEqual([]);
  expect(world.cloud.dump({ environment: "my-dev" })).toEqual(before);
  expect(outOfSync(await other.status())).toEqual({});
});

test("what the tagging API still lists is no left-over when it is gone, made anew, or somebody else's by now", async () => {
  const { world, dev } = standing();
  using _ = world;
  const secret = dev.platform.nodes.find(({ kind }) => kind.type === "secrets:secret");
  const bucket = dev.platform.nodes.find(({ kind }) => kind.type === "s3:bucket");
  const { cloud } = world;
  cloud.call(new DeleteSecretCommand({ SecretId: secret?.name, ForceDeleteWithoutRecovery: true }));
  cloud.clock.jump(cloud.now() + 60_000);
  expect(unwell(await dev.up())).toEqual([]);
  expect(outOfSync(await dev.status())).toEqual({});

  cloud.call(new DeleteSecretCommand({ SecretId: secret?.name, ForceDeleteWithoutRecovery: true }));
  await emptyBucket(dev.connection().since(cloud.now()), bucket?.name ?? "");
  cloud.call(new DeleteBucketCommand({ Bucket: bucket?.name }));
  cloud.clock.jump(cloud.now() + 60_000);
  cloud.call(new CreateBucketCommand({ Bucket: bucket?.name }));
  cloud.call(new CreateSecretCommand({ Name: secret?.name }));
  const looks = await lookWithout(dev, (id) => id === secret?.id || id === bucket?.id);
  expect(leftOvers(looks)).toEqual({});
});

test("every type that there is can be read in a state", () => {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const types = files.flatMap((file) =>
    [...readFileSync(join("src", file), "utf8").matchAll(/^ +type: "([\w-]+:[\w-]+)",$/gm)].map(([, type]) => type),
  );
  expect(types.length).toBeGreaterThan(40);
  expect(kinds.map(({ type }) => type).sort()).toEqual(types.sort());
});

test.each([
  ["of a type that is unknown", { type: "some:thing" }, "it knows no some:thing"],
  ["with a key of another shape", { type: "logs:log-group", key: { arn: "x" } }, "its key is none of a logs:log-group"],
])("an entry of the state %s stops nothing, is kept, and is said", async (_, part, why) => {
  const { world, dev } = standing();
  using __ = world;
  const entry = { name: "trading-alarms-dev", token: "t", ...part };
  await dev.journal.put("alarms/thing", entry);
  const looks = await dev.look();
  expect(looks.unsearched).toMatchObject([{ node: "alarms/thing", message: expect.stringContaining(why) }]);
  expect(outOfSync(statusRows(looks))).toEqual({});

  expect(unwell(await dev.up())).toEqual([]);
  expect(dev.journal.get("alarms/thing")).toEqual(entry);
  const { endings, swept } = await dev.takeDown();
  expect(unwell(endings)).toEqual([]);
  expect([...swept.remaining.keys()]).toEqual([]);
  expect(swept.unsearched.map(({ node }) => node)).toEqual(["alarms/thing"]);
  expect(dev.journal.get("alarms/thing")).toEqual(entry);
});
