import { expect, test } from "vitest";
import { outOfSync, unwell } from "./scene.ts";
import { World } from "./world.ts";

/** KMS, "Eventual consistency": a few seconds as a rule, sometimes several minutes. */
const minutes = 4;

test.each([
  ["CloudWatch Logs", "kms@logs"],
  ["S3", "kms@s3"],
  ["Secrets Manager", "kms@secretsmanager"],
  ["RDS", "kms@rds"],
  ["Lambda", "kms@lambda"],
  ["KMS itself, of its own writes,", "kms@kms"],
] as const)("%s sees the key four minutes late: up waits for it", async (_, late) => {
  using world = new World({ late: { [late]: minutes * 60_000 } });
  const dev = world.environment("dev");
  expect(unwell(await dev.up())).toEqual([]);
  expect(outOfSync(await dev.status())).toEqual({});
});
