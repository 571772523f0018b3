import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { expect, test } from "vitest";
import { goesDown, isConverged } from "./expectations.ts";
import { converged, inventory, outOfSync, settings, unwell } from "./scene.ts";
import { World } from "./world.ts";

const withDomain = settings("defaults: {domain: {name: api.example.com, zone: example.com}}");

/** What cannot be finished before the zone is delegated. */
const waiting = ["certificate/issued", "dns/address", "dns/delegation", "domain/domain-name", "domain/mapping"];

test("with a delegated zone everything comes up, and the outputs name the domain", async () => {
  using world = new World({ delegated: ["example.com"] });
  const dev = world.environment("dev", { file: withDomain });
  const run = dev.run();
  expect(unwell(await dev.up(run))).toEqual([]);
  expect(dev.platform.outputs(run)).toMatchObject({
    customDomainUrl: "https://api.example.com",
    hostedZoneNameServers: world.cloud.services.route53.resolveNs("example.com"),
  });
  await isConverged(dev);
  await goesDown(dev);
});

test.each(["RSA-2048", "RSA_2048"])("one certificate is requested where ACM says %s", async (KeyAlgorithm) => {
  using world = new World({ delegated: ["example.com"] });
  const { cloud } = world;
  cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "DescribeCertificate") return output;
    // What DescribeCertificate answers is an object with a Certificate.
    const { Certificate } = output as { Certificate: object };
    return { ...output, Certificate: { ...Certificate, KeyAlgorithm } };
  };
  const dev = world.environment("dev", { file: withDomain });
  expect(unwell(await dev.up())).toEqual([]);
  await isConverged(dev);
  await goesDown(dev);
  expect(cloud.log.filter((call) => call.operation === "RequestCertificate")).toHaveLength(1);
});

test("without delegation up finishes the rest, says which name servers to set, and goes on once they are", async () => {
  using world = new World();
  const dev = world.environment("dev", { file: withDomain });
  const run = dev.run();
  const start = world.clock.now();
  const held = unwell(await dev.up(run));
  expect(held.sort()).toEqual(waiting.map((node) => `${node}: held`));
  // The database takes longest: nobody has waited for the domain.
  expect(world.clock.now() - start).toBeLessThan(20 * 60_000);
  const servers = dev.platform.outputs(run).hostedZoneNameServers ?? [];
  expect(servers).toHaveLength(4);
  const notices = dev.events.flatMap((event) => (event.event === "notice" ? [event.text] : []));
  expect(notices.some((text) => servers.every((server) => text.includes(server)))).toBe(true);
  const rows = outOfSync(await dev.status());
  expect(Object.keys(rows).sort()).toEqual(waiting);
  expect(rows["dns/delegation"]).toMatch(/^pending: set the name servers of example\.com to /);

  dev.mutatingCalls();
  expect(unwell(await dev.up()).sort()).toEqual(held);
  expect(dev.mutatingCalls()).toEqual([]);

  world.cloud.services.route53.delegate("example.com");
  expect(unwell(await dev.up())).toEqual([]);
  await isConverged(dev);
  await goesDown(dev);
});

test("down leaves nothing of a domain that was never delegated", async () => {
  using world = new World();
  const dev = world.environment("dev", { file: withDomain });
  await dev.up();
  await goesDown(dev);
});

test("an existing zone is only given records, and loses exactly those", async () => {
  using world = new World();
  const { cloud } = world;
  const { HostedZone } = cloud.call(new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "theirs" }));
  const HostedZoneId = HostedZone?.Id;
  const ResourceRecordSet = {
    Name: "example.com",
    Type: "TXT" as const,
    TTL: 60,
    ResourceRecords: [{ Value: '"theirs"' }],
  };
  const Changes = [{ Action: "CREATE" as const, ResourceRecordSet }];
  cloud.call(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  cloud.services.route53.delegate("example.com");
  const before = cloud.dump()["route53"] ?? {};

  const file = settings(
    `defaults: {domain: {name: api.example.com, zone: example.com, hostedZoneId: ${HostedZoneId?.replace("/hostedzone/", "")}}}`,
  );
  const dev = world.environment("dev", { file });
  expect(unwell(await dev.up())).toEqual([]);
  await isConverged(dev);
  const after = cloud.dump()["route53"] ?? {};
  expect(after).toMatchObject(before);
  expect(Object.keys(after).length - Object.keys(before).length).toBe(4);

  await goesDown(dev);
  expect(cloud.dump()["route53"]).toEqual(before);
});

const scene = await converged(withDomain);

/** What of the domain carries tags, and is found without a state file. */
const tagged = ["certificate/certificate", "dns/zone", "domain/domain-name"];
const parts = ["dns/address", "dns/validation", "domain/mapping"];

test.each(["with its state", "without a state file"])(
  "a domain that the settings no longer have is left over, %s",
  async (state) => {
    for (const way of ["prune", "down"] as const) {
      const { world, dev } = scene();
      using _ = world;
      const plain = world.environment("dev", { journal: dev.journal });
      if (state === "without a state file") plain.forget();
      const left = (await plain.status()).filter((row) => row.status !== "in-sync");
      expect(left.every((row) => row.status === "left-over")).toBe(true);
      const listed = left.map(({ id }) => id).sort();
      expect(listed).toEqual(state === "with its state" ? [...parts, ...tagged].sort() : tagged);
      if (way === "prune") {
        dev.mutatingCalls();
        expect(unwell(await plain.up())).toEqual([]);
        expect(plain.mutatingCalls()).toEqual([]);
        expect(unwell(await plain.prune())).toEqual([]);
        await isConverged(plain);
        const kept = Object.keys(inventory(world, "dev"));
        expect(kept.filter((what) => /^(certificate|domain|dns)\//.test(what))).toEqual([]);
      }
      await goesDown(plain);
    }
  },
);
