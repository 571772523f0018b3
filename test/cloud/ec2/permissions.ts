import type { IpPermission } from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { onlyFields } from "../model.ts";
import type { Rule } from "./rules.ts";
import { invalid, required } from "./store.ts";

export type Source = { readonly cidr: string } | { readonly groupId: string } | { readonly prefixListId: string };

/** What a rule allows. Ports are -1 for all. */
export interface Permission {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly source: Source;
  readonly description: string | undefined;
}

/** The older form of rules, as DescribeSecurityGroups shows them: sources grouped by protocol and ports. */
export function toPermissions(rules: readonly Rule[], account: string): IpPermission[] {
  const permissions = new Map<string, IpPermission>();
  for (const { protocol, from, to, source, description } of rules) {
    const key = `${protocol}/${from}/${to}`;
    const ports = protocol === "-1" ? {} : { FromPort: from, ToPort: to };
    const lists = { IpRanges: [], Ipv6Ranges: [], UserIdGroupPairs: [], PrefixListIds: [] };
    const permission = permissions.get(key) ?? { IpProtocol: protocol, ...ports, ...lists };
    permissions.set(key, permission);
    const Description = description === undefined ? {} : { Description: description };
    if ("cidr" in source) permission.IpRanges?.push({ CidrIp: source.cidr, ...Description });
    else if ("groupId" in source) {
      permission.UserIdGroupPairs?.push({ GroupId: source.groupId, UserId: account, ...Description });
    } else permission.PrefixListIds?.push({ PrefixListId: source.prefixListId, ...Description });
  }
  return [...permissions.values()];
}

/** Whether two permissions are the same rule to EC2; descriptions do not count. */
export function same(a: Permission, b: Permission): boolean {
  return (
    a.protocol === b.protocol &&
    a.from === b.from &&
    a.to === b.to &&
    JSON.stringify(a.source) === JSON.stringify(b.source)
  );
}

const protocolNames: { readonly [number: string]: string } = { "1": "icmp", "6": "tcp", "17": "udp" };

/** Protocol -1 covers all ports; tcp and udp need theirs (IpPermission data type). */
export function readPorts(given: string, from: number | undefined, to: number | undefined) {
  const protocol = protocolNames[given] ?? given;
  if (protocol === "-1") return { protocol, from: -1, to: -1 };
  if (!["tcp", "udp", "icmp"].includes(protocol))
    throw invalid(`Invalid value '${given}' for IP protocol. Unknown protocol.`);
  if (from === undefined || to === undefined || from > to) throw invalid(`Invalid port range ${from}-${to}.`);
  return { protocol, from, to };
}

/** One permission per source, as EC2 splits them into rules. */
export function fromPermissions(permissions: readonly IpPermission[]): Permission[] {
  return permissions.flatMap((permission) => {
    const { IpProtocol, FromPort, ToPort, IpRanges = [], UserIdGroupPairs = [], PrefixListIds = [] } = permission;
    onlyFields(
      { ...permission, Ipv6Ranges: permission.Ipv6Ranges?.length ? permission.Ipv6Ranges : undefined },
      "IpPermission",
      ["IpProtocol", "FromPort", "ToPort", "IpRanges", "UserIdGroupPairs", "PrefixListIds"],
    );
    const ports = readPorts(required(IpProtocol, "ipProtocol"), FromPort, ToPort);
    for (const pair of UserIdGroupPairs) onlyFields(pair, "UserIdGroupPair", ["GroupId", "UserId", "Description"]);
    const sources = [
      ...IpRanges.map(({ CidrIp, Description }) => ({ source: { cidr: required(CidrIp, "cidrIp") }, Description })),
      ...UserIdGroupPairs.map(({ GroupId, Description }) => ({
        source: { groupId: required(GroupId, "groupId") },
        Description,
      })),
      ...PrefixListIds.map(({ PrefixListId, Description }) => ({
        source: { prefixListId: required(PrefixListId, "prefixListId") },
        Description,
      })),
    ];
    if (sources.length === 0) throw awsError("MissingParameter", "A rule must have a source.");
    return sources.map(({ source, Description }) => ({ ...ports, source, description: Description }));
  });
}
