import { both, permissions, reference } from "../../aws/permissions.ts";

/** Creating calls whose new resources EC2 tags within the same call (EC2 user guide, "Grant permission to tag"). */
const tagged = [
  "AllocateAddress",
  "AuthorizeSecurityGroupEgress",
  "AuthorizeSecurityGroupIngress",
  "CreateInternetGateway",
  "CreateNatGateway",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateVpc",
  "CreateVpcEndpoint",
] as const;

/** A create call whose resource EC2 tags within the call. `uses`: it is made in, or of, something else of ours. */
const create = (action: string, made: "NewInRegion" | "NewInVpc" | "NewGateways", uses = true) => ({
  [`ec2:${action}`]: uses ? ([made, "NetworkOurs"] as const) : made,
  "ec2:CreateTags": "TagNewInNetwork" as const,
});

const look = (action: string) => ({ [`ec2:${action}`]: "Look" as const });
const change = (action: string) => ({ [`ec2:${action}`]: "NetworkOurs" as const });

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
        condition: both(asOurs, { StringEquals: { "ec2:CreateAction": tagged } }),
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
    DescribeAddresses: look("DescribeAddresses"),
    DescribeInternetGateways: look("DescribeInternetGateways"),
    DescribeNatGateways: look("DescribeNatGateways"),
    DescribeNetworkInterfaces: look("DescribeNetworkInterfaces"),
    DescribeRouteTables: look("DescribeRouteTables"),
    DescribeSecurityGroupRules: look("DescribeSecurityGroupRules"),
    DescribeSecurityGroups: look("DescribeSecurityGroups"),
    DescribeSubnets: look("DescribeSubnets"),
    DescribeVpcAttribute: change("DescribeVpcAttribute"),
    DescribeVpcEndpoints: look("DescribeVpcEndpoints"),
    DescribeVpcs: look("DescribeVpcs"),

    AllocateAddress: create("AllocateAddress", "NewInRegion", false),
    CreateInternetGateway: create("CreateInternetGateway", "NewInRegion", false),
    CreateNatGateway: create("CreateNatGateway", "NewGateways"),
    CreateRouteTable: create("CreateRouteTable", "NewInVpc"),
    CreateSecurityGroup: create("CreateSecurityGroup", "NewInVpc"),
    CreateSubnet: create("CreateSubnet", "NewInVpc"),
    CreateVpc: create("CreateVpc", "NewInRegion", false),
    CreateVpcEndpoint: create("CreateVpcEndpoint", "NewGateways"),
    AuthorizeSecurityGroupEgress: create("AuthorizeSecurityGroupEgress", "NewInRegion"),
    AuthorizeSecurityGroupIngress: create("AuthorizeSecurityGroupIngress", "NewInRegion"),
    CreateTags: { "ec2:CreateTags": "TagNetworkAgain" },

    AssociateRouteTable: change("AssociateRouteTable"),
    AttachInternetGateway: change("AttachInternetGateway"),
    CreateRoute: change("CreateRoute"),
    DeleteInternetGateway: change("DeleteInternetGateway"),
    DeleteNatGateway: change("DeleteNatGateway"),
    DeleteNetworkInterface: { "ec2:DeleteNetworkInterface": "NetworkOfAws" },
    DeleteRoute: change("DeleteRoute"),
    DeleteRouteTable: change("DeleteRouteTable"),
    DeleteSecurityGroup: change("DeleteSecurityGroup"),
    DeleteSubnet: change("DeleteSubnet"),
    DeleteVpc: change("DeleteVpc"),
    DeleteVpcEndpoints: change("DeleteVpcEndpoints"),
    DetachInternetGateway: { "ec2:DetachInternetGateway": ["NetworkOurs", "StrangersVpc"] },
    DisassociateRouteTable: { "ec2:DisassociateRouteTable": ["NetworkOurs", "StrangersSubnet"] },
    ModifySecurityGroupRules: change("ModifySecurityGroupRules"),
    ModifySubnetAttribute: change("ModifySubnetAttribute"),
    ModifyVpcAttribute: change("ModifyVpcAttribute"),
    ModifyVpcEndpoint: { "ec2:ModifyVpcEndpoint": ["NetworkOurs", "StrangersTable"] },
    ReleaseAddress: change("ReleaseAddress"),
    ReplaceRoute: change("ReplaceRoute"),
    ReplaceRouteTableAssociation: { "ec2:ReplaceRouteTableAssociation": ["NetworkOurs", "StrangersTable"] },
    // The default group of a VPC has no tags.
    RevokeSecurityGroupEgress: { "ec2:RevokeSecurityGroupEgress": ["NetworkOurs", "NetworkOfAws"] },
    RevokeSecurityGroupIngress: { "ec2:RevokeSecurityGroupIngress": ["NetworkOurs", "NetworkOfAws"] },
  },
});
