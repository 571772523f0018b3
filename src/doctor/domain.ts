import { delegationInPlace } from "../resources/route53/delegation.ts";
import { ExistingHostedZone } from "../resources/route53/existing-zone.ts";
import { HostedZone } from "../resources/route53/hosted-zone.ts";
import { nameServersOf } from "../resources/route53/shared.ts";
import { type Check, ok, warning } from "./check.ts";
import { requireCaller } from "./credentials.ts";
import type { AwsSubject } from "./subject.ts";

/** Whether the world finds the domain's zone where Route 53 has it. */
export const domainCheck = (subject: AwsSubject): Check => ({
  id: "domain",
  look: async () => {
    const { settings, resolveNs } = subject;
    if (settings.domain === undefined) return ok("no domain is configured");
    await requireCaller(subject);
    const { zone } = settings.domain;
    const nameServers = await nameServersIn(subject, settings.domain);
    if (nameServers === undefined) {
      return warning(
        `there is no zone ${zone} yet: up makes it, and leaves it to you to delegate it`,
        `tap up --env ${settings.environment}`,
      );
    }
    const { inPlace, found } = await delegationInPlace(zone, nameServers, resolveNs);
    if (inPlace) return ok(`${zone} is delegated to ${nameServers.join(", ")}`);
    return warning(
      `${zone} is delegated to ${found.join(", ") || "nobody"}`,
      `Where ${zone} is registered, set its name servers to ${nameServers.join(", ")}`,
    );
  },
});

/** @throws {TapError} when the zone is not there, or is not one to put records into */
async function nameServersIn(
  { aws, settings }: AwsSubject,
  { zone: zoneName, hostedZoneId }: NonNullable<AwsSubject["settings"]["domain"]>,
): Promise<readonly string[] | undefined> {
  const me = { environment: settings.environment, node: "dns/zone", name: zoneName, tags: {} };
  if (hostedZoneId === undefined) return (await HostedZone.find(aws, me, { zoneName }))?.nameServers;
  const found = await ExistingHostedZone.find(aws, me, { hostedZoneId, zoneName });
  return found && nameServersOf(found);
}
