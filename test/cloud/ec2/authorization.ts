import { type Authorization, listOf, stringsIn } from "../authorization.ts";
import type { Cloud } from "../cloud.ts";

/** See {@link Authorization}. */
export const ec2: Authorization = {
  actions: {
    "ec2:AllocateAddress": { on: { "elastic-ip": ["aws:RequestTag"] }, keys: [] },
    "ec2:AssociateRouteTable": {
      on: { "internet-gateway": ["aws:ResourceTag"], "route-table": ["aws:ResourceTag"], subnet: ["aws:ResourceTag"] },
      keys: [],
    },
    "ec2:AttachInternetGateway": {
      on: { "internet-gateway": ["aws:ResourceTag"], vpc: ["aws:ResourceTag"] },
      keys: [],
    },
    "ec2:AuthorizeSecurityGroupEgress": {
      on: { "security-group": ["aws:ResourceTag"], "security-group-rule": ["aws:RequestTag"] },
      keys: [],
    },
    "ec2:AuthorizeSecurityGroupIngress": {
      on: { "security-group": ["aws:ResourceTag"], "security-group-rule": ["aws:RequestTag"] },
      keys: [],
    },
    "ec2:CreateInternetGateway": { on: { "internet-gateway": ["aws:RequestTag"] }, keys: [] },
    "ec2:CreateNatGateway": {
      on: {
        "elastic-ip": ["aws:ResourceTag"],
        natgateway: ["aws:RequestTag"],
        subnet: ["aws:ResourceTag"],
        vpc: ["aws:ResourceTag"],
      },
      keys: [],
    },
    "ec2:CreateRoute": { on: { "route-table": ["aws:ResourceTag"] }, keys: [] },
    "ec2:CreateRouteTable": { on: { "route-table": ["aws:RequestTag"], vpc: ["aws:ResourceTag"] }, keys: [] },
    "ec2:CreateSecurityGroup": { on: { "security-group": ["aws:RequestTag"], vpc: ["aws:ResourceTag"] }, keys: [] },
    "ec2:CreateSubnet": { on: { subnet: ["aws:RequestTag"], vpc: ["aws:ResourceTag"] }, keys: [] },
    "ec2:CreateTags": {
      on: {
        "elastic-ip": ["aws:RequestTag", "aws:ResourceTag"],
        "internet-gateway": ["aws:RequestTag", "aws:ResourceTag"],
        natgateway: ["aws:RequestTag", "aws:ResourceTag"],
        "network-interface": ["aws:RequestTag", "aws:ResourceTag"],
        "route-table": ["aws:RequestTag", "aws:ResourceTag"],
        "security-group": ["aws:RequestTag", "aws:ResourceTag"],
        "security-group-rule": ["aws:RequestTag", "aws:ResourceTag"],
        subnet: ["aws:RequestTag", "aws:ResourceTag"],
        vpc: ["aws:RequestTag", "aws:ResourceTag"],
        "vpc-endpoint": ["aws:RequestTag", "aws:ResourceTag"],
      },
      keys: ["ec2:CreateAction"],
    },
    "ec2:CreateVpc": { on: { vpc: ["aws:RequestTag"] }, keys: [] },
    "ec2:CreateVpcEndpoint": {
      on: {
        "route-table": ["aws:ResourceTag"],
        "security-group": ["aws:ResourceTag"],
        subnet: ["aws:ResourceTag"],
        vpc: ["aws:ResourceTag"],
        "vpc-endpoint": ["aws:RequestTag"],
      },
      keys: [],
    },
    "ec2:DeleteInternetGateway": { on: { "internet-gateway": ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteNatGateway": { on: { natgateway: ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteNetworkInterface": { on: { "network-interface": ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteRoute": { on: { "route-table": ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteRouteTable": { on: { "route-table": ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteSecurityGroup": { on: { "security-group": ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteSubnet": { on: { subnet: ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteVpc": { on: { vpc: ["aws:ResourceTag"] }, keys: [] },
    "ec2:DeleteVpcEndpoints": { on: { "vpc-endpoint": ["aws:ResourceTag"] }, keys: [] },
    "ec2:DescribeAddresses": { on: {}, keys: [] },
    "ec2:DescribeEgressOnlyInternetGateways": { on: {}, keys: [] },
    "ec2:DescribeFlowLogs": { on: {}, keys: [] },
    "ec2:DescribeInternetGateways": { on: {}, keys: [] },
    "ec2:DescribeNatGateways": { on: {}, keys: [] },
    "ec2:DescribeNetworkAcls": { on: {}, keys: [] },
    "ec2:DescribeNetworkInterfaces": { on: {}, keys: [] },
    "ec2:DescribeRouteTables": { on: {}, keys: [] },
    "ec2:DescribeSecurityGroupRules": { on: {}, keys: [] },
    "ec2:DescribeSecurityGroups": { on: {}, keys: [] },
    "ec2:DescribeSubnets": { on: {}, keys: [] },
    "ec2:DescribeVpcAttribute": { on: { vpc: ["aws:ResourceTag"] }, keys: [] },
    "ec2:DescribeVpcEndpoints": { on: {}, keys: [] },
    "ec2:DescribeVpcPeeringConnections": { on: {}, keys: [] },
    "ec2:DescribeVpcs": { on: {}, keys: [] },
    "ec2:DescribeVpnGateways": { on: {}, keys: [] },
    "ec2:DetachInternetGateway": {
      on: { "internet-gateway": ["aws:ResourceTag"], vpc: ["aws:ResourceTag"] },
      keys: [],
    },
    "ec2:DisassociateRouteTable": {
      on: { "internet-gateway": ["aws:ResourceTag"], "route-table": ["aws:ResourceTag"], subnet: ["aws:ResourceTag"] },
      keys: [],
    },
    "ec2:ModifySecurityGroupRules": {
      on: { "security-group": ["aws:ResourceTag"], "security-group-rule": ["aws:ResourceTag"] },
      keys: [],
    },
    "ec2:ModifySubnetAttribute": { on: { subnet: ["aws:ResourceTag"] }, keys: [] },
    "ec2:ModifyVpcAttribute": { on: { vpc: ["aws:ResourceTag"] }, keys: [] },
    "ec2:ModifyVpcEndpoint": {
      on: {
        "route-table": ["aws:ResourceTag"],
        "security-group": ["aws:ResourceTag"],
        subnet: ["aws:ResourceTag"],
        "vpc-endpoint": ["aws:ResourceTag"],
      },
      keys: [],
    },
    "ec2:ReleaseAddress": { on: { "elastic-ip": ["aws:ResourceTag"] }, keys: [] },
    "ec2:ReplaceRoute": { on: { "route-table": ["aws:ResourceTag"] }, keys: [] },
    "ec2:ReplaceRouteTableAssociation": {
      on: { "internet-gateway": ["aws:ResourceTag"], "route-table": ["aws:ResourceTag"], subnet: ["aws:ResourceTag"] },
      keys: [],
    },
    "ec2:RevokeSecurityGroupEgress": { on: { "security-group": ["aws:ResourceTag"] }, keys: [] },
    "ec2:RevokeSecurityGroupIngress": { on: { "security-group": ["aws:ResourceTag"] }, keys: [] },
  },
  touched: ({ cloud, given, arn }) =>
    [
      ...Object.values(given).flatMap(stringsIn),
      ...listOf(given["SecurityGroupRules"]).flatMap((rule) => stringsIn(rule["SecurityGroupRuleId"])),
    ]
      .flatMap((id) => network(cloud, id))
      .concat(listOf(given["TagSpecifications"]).map((s) => `${String(s["ResourceType"])}/*`))
      .map((resource) => arn("ec2", resource)),
  tagging: "ec2:CreateTags",
  taggable: () => [["ec2:CreateTags", "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1"]],
};

const networkTypes: Readonly<Record<string, string>> = {
  vpc: "vpc",
  subnet: "subnet",
  igw: "internet-gateway",
  nat: "natgateway",
  rtb: "route-table",
  sg: "security-group",
  sgr: "security-group-rule",
  eipalloc: "elastic-ip",
  eni: "network-interface",
  vpce: "vpc-endpoint",
};

/** What an EC2 id stands for; of an association, both of its ends. */
function network(cloud: Cloud, id: string): string[] {
  const [, prefix = ""] = /^([a-z]+)-[0-9a-f]+$/.exec(id) ?? [];
  const type = networkTypes[prefix];
  if (type !== undefined) return [`${type}/${id}`];
  if (prefix !== "rtbassoc") return [];
  for (const table of cloud.services.ec2.store.routeTables.values()) {
    const association = table.associations.find((a) => a.id === id);
    if (association !== undefined) return [`route-table/${table.id}`, `subnet/${association.subnetId}`];
  }
  return [];
}
