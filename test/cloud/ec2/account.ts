import { DescribeAccountAttributesCommand } from "@aws-sdk/client-ec2";
import { type Operation, read } from "../model.ts";
import type { Ec2Store } from "./store.ts";

/** What EC2 says about the account itself. */
export function accountOperations({ cloud }: Ec2Store): Operation[] {
  // DescribeAccountAttributes API: vpc-max-elastic-ips is "the maximum number of Elastic IP addresses that you can allocate".
  const attributes = () => ({
    "supported-platforms": "VPC",
    "default-vpc": "none",
    "max-instances": "20",
    "vpc-max-elastic-ips": String(cloud.options.quotas?.addresses ?? 5),
    "vpc-max-security-groups-per-interface": "5",
  });
  return [
    read(DescribeAccountAttributesCommand, [], () => ({
      AccountAttributes: Object.entries(attributes()).map(([AttributeName, AttributeValue]) => ({
        AttributeName,
        AttributeValues: [{ AttributeValue }],
      })),
    })),
  ];
}
