import { reference, type ServiceNeeds } from "./needs.ts";

/** A create call whose resource EC2 tags within the call. `uses`: it is made in, or of, something else of ours. */
const create = (action: string, made: "NewInRegion" | "NewInVpc" | "NewGateways", uses = true) => ({
  [`ec2:${action}`]: uses ? ([made, "NetworkOurs"] as const) : made,
  "ec2:CreateTags": "TagNewInNetwork" as const,
});

const look = (action: string) => ({ [`ec2:${action}`]: "Look" as const });
const change = (action: string) => ({ [`ec2:${action}`]: "NetworkOurs" as const });

/** Amazon EC2. Its lists take no resource; everything else is scoped by the tags of each resource it is about. */
export const ec2: ServiceNeeds = {
  source: reference("amazonec2"),
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
};
