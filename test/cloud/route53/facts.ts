import {
  ChangeResourceRecordSetsCommand,
  DeleteHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import type { Cloud } from "../cloud.ts";
import type { ServiceFacts } from "../facts.ts";
import { route53 as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { Route53Model } from "./route53.ts";

/** See {@link ServiceFacts}. */
export const route53: ServiceFacts<Route53Model> = {
  model: Route53Model,
  sdkPackage: "route-53",
  authorization,
  errors,
  drift,
  hands: {
    "route53:hosted-zone": {
      remove(cloud, { id }) {
        removeRecords(cloud, id, (set) => set.Type !== "NS" && set.Type !== "SOA");
        cloud.call(new DeleteHostedZoneCommand({ Id: id }));
      },
    },
    "route53:record": {
      remove(cloud, { id, of }) {
        const [, type] = id.split(" ");
        for (const zone of of("route53:hosted-zone")) removeRecords(cloud, zone, (set) => set.Type === type);
      },
    },
  },
  // A zone is ours by its caller reference, whatever its tags say: there is no command that gives it back.
  monthly: { "route53:hosted-zone": 0.5 },
};

function removeRecords(cloud: Cloud, HostedZoneId: string, fits: (set: ResourceRecordSet) => boolean): void {
  const { ResourceRecordSets = [] } = cloud.call(new ListResourceRecordSetsCommand({ HostedZoneId, MaxItems: 100 }));
  const Changes = ResourceRecordSets.filter(fits).map((set) => ({ Action: "DELETE" as const, ResourceRecordSet: set }));
  cloud.call(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
}
