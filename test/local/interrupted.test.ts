import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { APIGatewayClient, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { reachThrough } from "../bench/project.ts";
import { silentProxy } from "../silent/proxy.ts";
import { Status } from "./contracts.ts";
import { Project } from "./project.ts";

const dev = ["--env", "dev", "--local"];

let project: Project;
beforeEach(async () => {
  project = await Project.make();
});
afterEach(async () => {
  await project[Symbol.asyncDispose]();
});

/** Presses Ctrl-C once tap says something. */
async function interrupt(says: string, ...args: string[]) {
  const running = project.start(args);
  await running.says(says);
  running.child.kill("SIGINT");
  return running.ended;
}

async function standings(): Promise<Set<string>> {
  const { stdout } = await project.succeed("status", ...dev, "--json");
  return new Set(Status.parse(JSON.parse(stdout)).environments[0]?.resources.map(({ status }) => status));
}

/** How many there are of what AWS would let one make twice. */
async function made() {
  const { endpoint, region, credentials } = await project.localAws();
  const config = { endpoint, region, credentials };
  const ec2 = new EC2Client(config);
  const kms = new KMSClient(config);
  const Filters = [{ Name: "tag:Environment", Values: ["dev"] }];
  const nats = (await ec2.send(new DescribeNatGatewaysCommand({}))).NatGateways ?? [];
  return {
    vpcs: (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.length,
    addresses: (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.length,
    nats: nats.filter(({ State }) => State === "available").length,
    keys: (await kms.send(new ListKeysCommand({}))).Keys?.length,
    aliases: (await kms.send(new ListAliasesCommand({}))).Aliases?.filter((a) => a.AliasName?.includes("trading"))
      .length,
    apis: (await new APIGatewayClient(config).send(new GetRestApisCommand({}))).items?.length,
  };
}

it("stops on Ctrl-C in the middle of up, says how to continue, and continues", async () => {
  // One change at a time: whatever the machine's speed, most is still to be done.
  const stopped = await interrupt("network/vpc: created", "up", ...dev, "--yes", "--concurrency", "1");
  expect(stopped.code).toBe(130);
  expect(stopped.stdout).toMatch(/^Interrupted in /m);
  expect(stopped.stderr).toContain("run the same command again to continue");
  expect(await standings()).toContain("missing");

  const { stdout } = await project.succeed("up", ...dev, "--yes");
  expect(stdout).toMatch(/^Done in /m);
  expect(await standings()).toEqual(new Set(["in-sync"]));
  expect(await made()).toEqual({ vpcs: 1, addresses: 1, nats: 1, keys: 1, aliases: 2, apis: 1 });
});

it("stops on Ctrl-C in the middle of down, and a second one leaves nothing", async () => {
  await project.succeed("up", ...dev, "--yes");
  const stopped = await interrupt(": removed", "down", ...dev, "--yes", "--concurrency", "1");
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain("run the same command again to continue");
  expect(await standings()).toContain("in-sync");

  const { stdout } = await project.succeed("down", ...dev, "--yes");
  expect(stdout).toMatch(/^Nothing is left: /m);
  expect(await standings()).toEqual(new Set(["missing"]));
});

it.each(["before", "after"] as const)(
  "stops on one Ctrl-C while a call is not answered, silent %s it took effect",
  async (when) => {
    await project.succeed("local", "start");
    const { endpoint, port } = await project.localAws();
    await using proxy = await silentProxy(endpoint);
    proxy.silence(["ec2:CreateVpc"], when);
    await reachThrough(project.dir, Number(new URL(proxy.endpoint).port));
    const running = project.start(["up", ...dev, "--yes"]);
    try {
      await vi.waitUntil(() => proxy.pending.size === 0, { timeout: 200_000 });
      running.child.kill("SIGINT");
      const stopped = await running.ended;
      expect(stopped.code).toBe(130);
      expect(stopped.stderr).toContain("run the same command again to continue");
    } finally {
      running.child.kill("SIGKILL");
      await reachThrough(project.dir, port);
    }
    const folder = join(project.dir, "state", "local");
    expect(await readFile(join(folder, "dev.json"), "utf8")).toMatch(/"intent"/);
    expect((await readdir(folder)).filter((name) => name.includes("lock"))).toEqual([]);

    await project.succeed("up", ...dev, "--yes");
    expect(await standings()).toEqual(new Set(["in-sync"]));
    expect(await made()).toEqual({ vpcs: 1, addresses: 1, nats: 1, keys: 1, aliases: 2, apis: 1 });
  },
);
