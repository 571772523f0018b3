import {
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type NetworkInterface,
} from "@aws-sdk/client-ec2";
import type { Aws } from "../../aws/aws.ts";
import { classify } from "../../aws/errors.ts";
import { required } from "../missing.ts";
import { allPages } from "../pages.ts";

/** The network interfaces that use a security group or sit in a subnet or VPC. */
export const interfacesOf = (
  aws: Aws,
  filter: "group-id" | "subnet-id" | "vpc-id",
  id: string,
): Promise<NetworkInterface[]> =>
  allPages("NetworkInterfaces", "NextToken", (NextToken) =>
    aws.ec2(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: filter, Values: [id] }], NextToken })),
  );

/** Lambda describes its interfaces so. Their type cannot tell: it turns from "lambda" to "interface" when detached. */
const isOfLambda = (item: NetworkInterface) => item.Description?.startsWith("AWS Lambda VPC ENI") === true;

/**
 * Removes the interfaces that Lambda has detached, which it would itself do only up to 45 minutes later. No function
 * uses an interface that is available: one that functions share stays attached while any of them lives.
 */
export async function removeDetachedOfLambda(aws: Aws, interfaces: readonly NetworkInterface[]): Promise<void> {
  for (const item of interfaces) {
    if (!isOfLambda(item) || item.Status !== "available") continue;
    const NetworkInterfaceId = required(item.NetworkInterfaceId, "NetworkInterfaceId");
    try {
      await aws.ec2(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    } catch (error) {
      // Attached again meanwhile: InvalidParameterValue, "Network interface '…' is currently in use."
      const attached = error instanceof Error && error.message.includes("currently in use");
      if (classify(error) !== "gone" && classify(error) !== "dependency" && !attached) throw error;
    }
  }
}

/** What holds a removal up, for people: Lambda's interfaces by their number, those of others by name. */
export function describeInterfaces(interfaces: readonly NetworkInterface[]): string[] {
  const ofLambda = interfaces.filter(isOfLambda).length;
  const counted = `${ofLambda} Lambda network interface${ofLambda === 1 ? "" : "s"} (usually 5–20 min, up to 45)`;
  return [...(ofLambda === 0 ? [] : [counted]), ...interfaces.filter((item) => !isOfLambda(item)).map(nameOf)];
}

function nameOf(item: NetworkInterface): string {
  const owner = item.RequesterId ?? item.OwnerId ?? "unknown";
  return `network interface ${item.NetworkInterfaceId} of ${owner} (${item.Description || "no description"})`;
}
