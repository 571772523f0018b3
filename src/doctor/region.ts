import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import { type Check, error, ok } from "./check.ts";
import { requireCaller } from "./credentials.ts";
import type { AwsSubject } from "./subject.ts";

/** Whether the account can use the region, and has the availability zones that the settings name. */
export const regionCheck = (subject: AwsSubject): Check => ({
  id: "region",
  look: async () => {
    const { aws, settings } = subject;
    await requireCaller(subject);
    const { AvailabilityZones = [] } = await aws.ec2(new DescribeAvailabilityZonesCommand({}));
    const open = AvailabilityZones.filter(({ State }) => State === "available").map(({ ZoneName }) => ZoneName);
    const wanted = zonesOf(settings);
    const closed = wanted.filter((zone) => !open.includes(zone));
    if (closed.length === 0) return ok(`${settings.region} with ${wanted.join(" and ")}`);
    return error(
      `${closed.join(" and ")} cannot be used by this account; ${open.join(", ") || "none"} can`,
      "Set network.publicSubnets and network.privateSubnets to other zones.",
    );
  },
});

/** The zones that an environment lies in. */
export const zonesOf = ({ network }: AwsSubject["settings"]): string[] => network.publicSubnets.map(({ zone }) => zone);
