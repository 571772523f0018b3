import {
  GetHostedZoneCommand,
  type GetHostedZoneCommandOutput,
  type HostedZone,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsRequest,
  type ListResourceRecordSetsResponse,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import type { Aws } from "../../aws/aws.ts";
import { ifThere } from "../missing.ts";
import { allPages } from "../pages.ts";

/** What dependents know of a hosted zone, whoever made it. Names without final dots. */
export type ZoneOutputs = { hostedZoneId: string; zoneName: string; nameServers: readonly string[] };

/** A name as people write it: small letters, no final dot, `*` and `@` not escaped (Developer Guide, "DNS domain name format"). */
export const plain = (name: string | undefined): string =>
  (name ?? "")
    .replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    .replace(/\.$/, "")
    .toLowerCase();

/** "Z123" for "/hostedzone/Z123". */
export const bareId = (id: string | undefined): string => (id ?? "").replace(/^\/?hostedzone\//, "");

/** Whether a name is the other or lies under it. Both plain. */
export const isUnder = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

/** All hosted zones of the account. */
export const hostedZones = (aws: Aws): Promise<HostedZone[]> =>
  aws.shared("route53:zones", () =>
    allPages("HostedZones", "NextMarker", (Marker) => aws.route53(new ListHostedZonesCommand({ Marker }))),
  );

/** A zone with its name servers. @throws "not found" when it does not show (yet) */
export const describeZone = (aws: Aws, Id: string): Promise<GetHostedZoneCommandOutput> =>
  aws.shared(`route53:zone ${Id}`, () => aws.route53(new GetHostedZoneCommand({ Id })));

/** A zone's name servers, plain and sorted. */
export const nameServersOf = (zone: Pick<GetHostedZoneCommandOutput, "DelegationSet">): string[] =>
  (zone.DelegationSet?.NameServers ?? []).map(plain).sort();

/**
 * The records of a zone.
 *
 * @param domain only those of this name and under it; a zone that is not ours may hold thousands of others
 */
export const recordsOf = (aws: Aws, hostedZoneId: string, domain = ""): Promise<ResourceRecordSet[]> =>
  aws.shared(`route53:records ${hostedZoneId} ${domain}`, async () => {
    const all: ResourceRecordSet[] = [];
    let start: Pick<ListResourceRecordSetsRequest, "StartRecordName" | "StartRecordType" | "StartRecordIdentifier"> =
      {};
    if (domain !== "") start = { StartRecordName: domain };
    for (;;) {
      const page: ListResourceRecordSetsResponse | undefined = await ifThere(
        aws.route53(new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId, ...start })),
      );
      all.push(...(page?.ResourceRecordSets ?? []));
      // The list is sorted by the name's labels from the last to the first (ListResourceRecordSets), so what lies
      // under one name stands together.
      if (!page?.IsTruncated || (domain !== "" && !isUnder(plain(page.NextRecordName), domain))) break;
      start = {
        StartRecordName: page.NextRecordName,
        ...(page.NextRecordType !== undefined && { StartRecordType: page.NextRecordType }),
        ...(page.NextRecordIdentifier !== undefined && { StartRecordIdentifier: page.NextRecordIdentifier }),
      };
    }
    return domain === "" ? all : all.filter((record) => isUnder(plain(record.Name), domain));
  });
