import { ListCertificatesCommand } from "@aws-sdk/client-acm";
import { GetDomainNamesCommand } from "@aws-sdk/client-api-gateway";
import { expect, test } from "vitest";
import type { Call } from "../cloud/cloud.ts";
import { connectionReset } from "../cloud/errors.ts";
import { everything } from "./everything.ts";
import { converged, done, outOfSync, unwell } from "./scene.ts";
import { type Environment, outcomesOf, remains, World } from "./world.ts";

const scene = await converged(everything);

const arns = (world: World) =>
  (world.cloud.call(new ListCertificatesCommand({})).CertificateSummaryList ?? []).map((c) => c.CertificateArn ?? "");
const served = (world: World) =>
  world.cloud.call(new GetDomainNamesCommand({})).items?.map((domain) => domain.regionalCertificateArn);
const requests = (world: World) =>
  world.cloud.log.filter(({ operation, sequence }) => operation === "RequestCertificate" && sequence !== undefined);

/** From DescribeCertificate: why a certificate has to be followed by another one. */
const ends = [
  ["has expired while it was in use", { Status: "EXPIRED" }],
  [
    "could not be renewed",
    { RenewalSummary: { RenewalStatus: "FAILED", RenewalStatusReason: "CAA_ERROR" }, NotAfter: new Date("2027-01-01") },
  ],
] as const;

/** What AWS says of the first certificate from now on; `also` may do more to a call. */
function spend(world: World, how: object, also: (call: Readonly<Call>, output: object) => object = (_, out) => out) {
  const [first] = arns(world);
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    const isFirst = "CertificateArn" in call.input && call.input.CertificateArn === first;
    if (call.operation !== "DescribeCertificate" || !isFirst) return also(call, output);
    // Only the certificate's own fields are altered.
    const { Certificate } = output as { readonly Certificate: object };
    return also(call, { ...output, Certificate: { ...Certificate, ...how } });
  };
  return first;
}

/** One certificate is left, a new one, which the domain uses; and there is nothing more to do. */
async function hasMoved(world: World, dev: Environment, first: string | undefined) {
  const [only, ...others] = arns(world);
  expect(others).toEqual([]);
  expect(only).not.toBe(first);
  expect(served(world)).toEqual([only]);
  expect(outOfSync(await dev.status())).toEqual({});
  dev.mutatingCalls();
  expect(done(await dev.up())).toEqual({});
  expect(dev.mutatingCalls()).toEqual([]);
}

test.each(ends)("a certificate that %s: another one, the domain moves, the first goes", async (_, how) => {
  const { world, dev } = scene();
  using __ = world;
  const first = spend(world, how);
  const planned = (await dev.plan()).changes.find(({ node }) => node.id === "certificate/certificate");
  expect(planned).toMatchObject({ action: "replace", reason: expect.stringContaining("what uses it moves there") });
  expect(outOfSync(await dev.status())["certificate/certificate"]).toMatch(/^failed: .*(EXPIRED|CAA_ERROR)/);

  const order = world.cloud.log.length;
  const endings = await dev.up();
  expect(unwell(endings)).toEqual([]);
  expect(outcomesOf(endings)).toMatchObject({
    "certificate/certificate": "replaced",
    "domain/domain-name": "updated",
    [`certificate/certificate#${first}`]: "removed",
  });
  const sent = world.cloud.log.slice(order).map(({ operation }) => operation);
  const when = (operation: string) => sent.indexOf(operation);
  expect(when("RequestCertificate")).toBeLessThan(when("UpdateDomainName"));
  expect(when("UpdateDomainName")).toBeLessThan(when("DeleteCertificate"));
  expect(requests(world)).toHaveLength(1);
  await hasMoved(world, dev, first);
});

test("the reply to the request for the second one is lost: it is requested once all the same", async () => {
  const { world, dev } = scene();
  using _ = world;
  let lost = false;
  const first = spend(world, { Status: "EXPIRED" }, ({ operation }, output) => {
    if (operation !== "RequestCertificate" || lost) return output;
    lost = true;
    throw connectionReset();
  });
  expect(unwell(await dev.up())).toEqual([]);
  expect(lost).toBe(true);
  await hasMoved(world, dev, first);
});

test.each(["up", "down"] as const)(
  "stopped before the first one goes, %s ends it, with and without the state",
  async (way) => {
    for (const state of ["kept", "lost"] as const) {
      const { world, dev } = scene();
      using _ = world;
      // The domain was moved, and the first certificate could not be removed.
      let denied = true;
      const first = spend(world, { Status: "EXPIRED" });
      const expired = world.cloud.intercept;
      world.cloud.intercept = (call, apply) => {
        if (call.operation === "DeleteCertificate" && denied) throw connectionReset();
        return expired?.(call, apply) ?? apply();
      };
      const stop = new AbortController();
      const run = dev.run(stop.signal);
      const going = dev.up(run);
      while (!world.cloud.log.some(({ operation }) => operation === "DeleteCertificate"))
        await world.clock.sleep(1_000);
      stop.abort();
      await going;
      denied = false;
      expect(arns(world)).toHaveLength(2);
      if (state === "lost") dev.forget();
      const rows = outOfSync(await dev.status());
      expect(rows).toEqual({
        [`certificate/certificate#${first}`]: "left-over: another one has taken its place",
      });
      if (way === "up") {
        expect((await dev.plan()).changes.filter(({ action }) => action === "remove")).toHaveLength(1);
        expect(unwell(await dev.up())).toEqual([]);
        await hasMoved(world, dev, first);
      } else {
        expect(unwell((await dev.takeDown()).endings)).toEqual([]);
        expect(remains(world, "dev")).toEqual([]);
      }
    }
  },
);

test("while what uses the first one could not move, the first one stays", async () => {
  const { world, dev } = scene();
  using _ = world;
  const first = spend(world, { Status: "EXPIRED" }, ({ operation }, output) => {
    if (operation !== "UpdateDomainName") return output;
    throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
  });
  expect(unwell(await dev.up())).not.toEqual([]);
  expect(arns(world)).toContain(first);
});

test("one that has failed before its id was noted is told from one that is to be succeeded", async () => {
  using world = new World({ delegated: "all" });
  const dev = world.environment("dev", { file: everything });
  const stop = new AbortController();
  world.cloud.intercept = (call, apply) => {
    const output = apply();
    if (call.operation !== "RequestCertificate" || stop.signal.aborted) return output;
    // By its command's output type.
    const { CertificateArn = "" } = output as { readonly CertificateArn?: string };
    world.cloud.services.acm.fail(CertificateArn, "CAA_ERROR");
    stop.abort();
    throw connectionReset();
  };
  await dev.up(dev.run(stop.signal));
  expect(requests(world)).toHaveLength(1);
  await world.clock.sleep(60_000);
  expect(unwell(await dev.up())).toEqual([]);
  expect(arns(world)).toHaveLength(1);
  expect(outOfSync(await dev.status())).toEqual({});
});
