import { both, each, permissions, reference } from "../../aws/permissions.ts";

/** A create call whose resource EC2 tags within the call. `uses`: it is made in, or of, something else of ours. */
const create = (action: string, made: "NewInRegion" | "NewInVpc" | "NewGateways", uses = true) => ({
  [`ec2:${action}`]: uses ? ([made, "NetworkOurs"] as const) : made,
  "ec2:CreateTags": "TagNewInNetwork" as const,
});

/** Calls whose new resources EC2 tags within the same call (EC2 user guide, "Grant permission to tag"). */
const creating = {
  AllocateAddress: create("AllocateAddress", "NewInRegion", false),
  AuthorizeSecurityGroupEgress: create("AuthorizeSecurityGroupEgress", "NewInRegion"),
  AuthorizeSecurityGroupIngress: create("AuthorizeSecurityGroupIngress", "NewInRegion"),
  CreateInternetGateway: create("CreateInternetGateway", "NewInRegion", false),
  CreateNatGateway: create("CreateNatGateway", "NewGateways"),
  CreateRouteTable: create("CreateRouteTable", "NewInVpc"),
  CreateSecurityGroup: create("CreateSecurityGroup", "NewInVpc"),
  CreateSubnet: create("CreateSubnet", "NewInVpc"),
  CreateVpc: create("CreateVpc", "NewInRegion", false),
  CreateVpcEndpoint: create("CreateVpcEndpoint", "NewGateways"),
};

/** Amazon EC2. Its lists take no resource; everything else is scoped by the tags of each resource it is about. */
export const ec2 = permissions({
  source: reference("amazonec2"),
  scopes: ({ arn, ours, asOurs }) => {
    const all = (...types: readonly string[]) => types.map((type) => arn("ec2", `${type}/*`));
    return {
      NetworkOurs: { resources: [arn("ec2", "*")], condition: ours },
      // Three, since a statement with the tags of the request must not name what its calls only use: a VPC, a subnet.
      NewInRegion: {
        resources: all("vpc", "internet-gateway", "elastic-ip", "security-group-rule"),
        condition: asOurs,
      },
      NewInVpc: { resources: all("subnet", "route-table", "security-group"), condition: asOurs },
      NewGateways: { resources: all("natgateway", "vpc-endpoint"), condition: asOurs },
      TagNewInNetwork: {
        resources: [arn("ec2", "*")],
        condition: both(asOurs, { StringEquals: { "ec2:CreateAction": Object.keys(creating) } }),
      },
      TagNetworkAgain: { resources: [arn("ec2", "*")], condition: both(asOurs, ours) },
      // AWS tags neither a VPC's default group nor Lambda's interfaces, and their ids are not known beforehand.
      NetworkOfAws: {
        resources: all("security-group", "network-interface"),
        condition: { Null: { "aws:ResourceTag/ManagedBy": "true" } },
      },
      // Where someone has tied something of theirs to ours, or ours to theirs: one end is anybody's, and since EC2 asks
      // about every resource that a call is about, the other end has to be ours.
      StrangersSubnet: { resources: all("subnet") },
      StrangersTable: { resources: all("route-table") },
      StrangersVpc: { resources: all("vpc") },
    };
  },
  operations: {
    ...each("ec2:*", "Look", "DescribeAddresses", "DescribeInternetGateways", "DescribeNatGateways"),
    ...each("ec2:*", "Look", "DescribeNetworkInterfaces", "DescribeRouteTables", "DescribeSecurityGroupRules"),
    ...each("ec2:*", "Look", "DescribeEgressOnlyInternetGateways", "DescribeFlowLogs", "DescribeNetworkAcls"),
    ...each("ec2:*", "Look", "DescribeVpcPeeringConnections", "DescribeVpnGateways"),
    ...each("ec2:*", "Look", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcEndpoints", "DescribeVpcs"),
    ...each("ec2:*", "NetworkOurs", "DescribeVpcAttribute", "AssociateRouteTable", "AttachInternetGateway"),
    ...each("ec2:*", "NetworkOurs", "CreateRoute", "DeleteInternetGateway", "DeleteNatGateway", "DeleteRoute"),
    ...each("ec2:*", "NetworkOurs", "DeleteRouteTable", "DeleteSecurityGroup", "DeleteSubnet", "DeleteVpc"),
    ...each("ec2:*", "NetworkOurs", "DeleteVpcEndpoints", "ModifySecurityGroupRules", "ModifySubnetAttribute"),
    ...each("ec2:*", "NetworkOurs", "ModifyVpcAttribute", "ReleaseAddress", "ReplaceRoute"),
    CreateTags: { "ec2:CreateTags": "TagNetworkAgain" },
    DeleteNetworkInterface: { "ec2:DeleteNetworkInterface": "NetworkOfAws" },
    DetachInternetGateway: { "ec2:DetachInternetGateway": ["NetworkOurs", "StrangersVpc"] },
    DisassociateRouteTable: { "ec2:DisassociateRouteTable": ["NetworkOurs", "StrangersSubnet"] },
    ...each("ec2:*", ["NetworkOurs", "StrangersTable"], "ModifyVpcEndpoint", "ReplaceRouteTableAssociation"),
    // The default group of a VPC has no tags.
    ...each("ec2:*", ["NetworkOurs", "NetworkOfAws"], "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
    ...creating,
  },
});
