import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect, onTestFinished, test } from "vitest";
import type { CloudOptions } from "./cloud.ts";
import { refusal, world } from "./world.ts";

function setUp(options: CloudOptions = {}) {
  const base = world(options);
  const { cloud } = base;
  const create = (Name: string, Value = "dev") =>
    cloud.call(new CreateSecretCommand({ Name, Tags: [{ Key: "Environment", Value }] })).ARN ?? "";
  const list = (input: GetResourcesCommandInput = {}) => {
    const { ResourceTagMappingList = [], PaginationToken } = cloud.call(new GetResourcesCommand(input));
    return { arns: ResourceTagMappingList.map((r) => r.ResourceARN), next: PaginationToken };
  };
  return { ...base, create, list };
}

test("resources are found by tag and type, over all services", () => {
  const { cloud, create, list } = setUp();
  const dev = create("a");
  const prod = create("b", "prod");
  cloud.call(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "1" }));
  expect(list()).toEqual({ arns: [dev, prod], next: "" });
  expect(list({ TagFilters: [{ Key: "Environment", Values: ["prod", "staging"] }] }).arns).toEqual([prod]);
  expect(list({ TagFilters: [{ Key: "Environment" }, { Key: "Owner" }] }).arns).toEqual([]);
  expect(list({ ResourceTypeFilters: ["secretsmanager:secret"] }).arns).toHaveLength(2);
  expect(list({ ResourceTypeFilters: ["rds"] }).arns).toEqual([]);
  expect(refusal(() => list({ ResourceTypeFilters: ["rds cluster"] }))).toBe("InvalidParameterException");
});

test("what is deleted is listed for hours", () => {
  const { cloud, create, list, later } = setUp();
  const arn = create("a");
  cloud.call(new DeleteSecretCommand({ SecretId: "a", ForceDeleteWithoutRecovery: true }));
  expect(list().arns).toEqual([arn]);
  later(4 * 3_600_000);
  expect(list().arns).toEqual([]);
});

test("lists come page by page, the last with an empty token", () => {
  const { create, list } = setUp();
  for (const name of ["a", "b", "c", "d", "e", "f"]) create(name);
  const first = list();
  const second = list({ PaginationToken: first.next });
  expect([first.arns.length, second.arns.length, second.next]).toEqual([5, 1, ""]);
  expect(refusal(() => list({ PaginationToken: "x" }))).toBe("PaginationTokenExpiredException");
});

test("fresh tags show late to a client", async () => {
  const { cloud, create } = setUp({ lag: { tags: 5_000 } });
  create("a");
  cloud.connect();
  onTestFinished(() => cloud.disconnect());
  const client = new ResourceGroupsTaggingAPIClient({ region: "us-east-1" });
  expect((await client.send(new GetResourcesCommand({}))).ResourceTagMappingList).toEqual([]);
  await cloud.clock.sleep(5_000);
  expect((await client.send(new GetResourcesCommand({}))).ResourceTagMappingList).toHaveLength(1);
});

test("the caller is the account's", () => {
  const { cloud } = setUp();
  expect(cloud.call(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: "123456789012",
    Arn: "arn:aws:sts::123456789012:assumed-role/deployer/tap",
  });
});
