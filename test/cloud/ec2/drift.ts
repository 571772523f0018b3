import {
  AllocateAddressCommand,
  AssociateDhcpOptionsCommand,
  AssociateRouteTableCommand,
  AssociateVpcCidrBlockCommand,
  AttachInternetGatewayCommand,
  AttachVpnGatewayCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateDhcpOptionsCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateFlowLogsCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  CreateVpcPeeringConnectionCommand,
  CreateVpnGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from "@aws-sdk/client-ec2";
import { textIn } from "../authorization.ts";
import type { Cloud } from "../cloud.ts";
import { another, type DriftFacts, noProperty, oneElement, onlyOne, refused } from "../drift.ts";

/** A stranger's, in our VPC, without a table of its own. */
const strangersSubnet = "subnet-00000000000000001";

/** The second of the strangers' addresses, which are the first of the account. */
const secondAddress = "eipalloc-00000000000000002";

/** The first, which is free. */
const firstAddress = "eipalloc-00000000000000001";

/** The network ACLs of a VPC: its own comes first. */
const aclsOf = (cloud: Cloud, vpcId: string) =>
  cloud.call(new DescribeNetworkAclsCommand({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] })).NetworkAcls ?? [];

const anywhere = { CidrIp: "0.0.0.0/0" };

const hour = 3_600_000;

/** A stranger's, in our VPC. */
const theirTable = (cloud: Cloud, VpcId: string) =>
  cloud.call(new CreateRouteTableCommand({ VpcId })).RouteTable?.RouteTableId ?? "";

/** The first association of a subnet with one of our tables, by its id. */
function associationOf(cloud: Cloud, table: string): string {
  const state = JSON.stringify(cloud.dump()["ec2"]?.[`route-table/${table}`]);
  const [association] = /rtbassoc-[0-9a-f]+/.exec(state) ?? [];
  if (association === undefined) throw new Error(`${table} has no association`);
  return association;
}

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [
    {
      fields: /TagSpecifications|(IpPermissions|IpRanges|UserIdGroupPairs)\[[+-]\]/,
      reason: oneElement,
      expect: noProperty,
    },
    {
      fields:
        /(InternetGatewayId|SecurityGroupRuleIds.*) @|(Attach|Revoke|Modify)\w+ (VpcId|SubnetId|GroupId) @|CreateRoute RouteTableId/,
      reason: another,
      expect: noProperty,
    },
    {
      fields: /VpcId|CreateRoute GatewayId/,
      reason: "later calls need it as it is: in one network",
      expect: refused,
    },
    { fields: /AllocateAddress Domain|ConnectivityType|VpcEndpointType/, reason: onlyOne, expect: refused },
    {
      fields: /AuthorizeSecurityGroup\w+ tags\.(ManagedBy|Environment|tap:id)/,
      reason: "a rule without our tags may be someone else's, and is one too many in our group",
      expect: {
        is: "blocked",
        reason: /its tag (ManagedBy|Environment|tap:id) is by hand/,
        also: /^security-groups\//,
      },
    },
    {
      fields: /Create(Subnet|NatGateway|VpcEndpoint) tags\.(ManagedBy|Environment)/,
      reason: "without our tags it may be someone else's, and lives in our VPC",
      expect: { is: "blocked", reason: /its tag (ManagedBy|Environment) is by hand/, also: /^network\/vpc$/ },
    },
    {
      fields: /CreateNatGateway (SubnetId|AllocationId)/,
      reason: "the routes follow the gateway that is made anew",
      expect: { is: "repaired", follows: /^network\/private-routes/ },
    },
    {
      fields: /DestinationCidrBlock/,
      reason: "a route is known by where it leads: one is missing, another is one too many",
      expect: { is: "repaired", changes: 2, told: "by the path" },
    },
    {
      fields: /AssociateRouteTable RouteTableId/,
      reason: "an association is told by its subnet",
      expect: { is: "repaired", told: "otherwise" },
    },
  ],
  choices: [
    [/CreateVpc CidrBlock/, ["10.0.0.0/17"]],
    [/CreateSubnet CidrBlock/, ["10.0.100.0/24"]],
    [/CreateSubnet AvailabilityZone/, ["us-east-1b", "us-east-1a", "us-east-1c"]],
    [/IpProtocol$/, ["udp"]],
    [/CidrIp$/, ["10.0.0.0/8"]],
    [/DestinationCidrBlock$/, ["192.168.0.0/16"]],
    [/ConnectivityType$/, ["private"]],
    [/VpcEndpointType$/, ["Interface"]],
    [/ServiceName$/, ["com.amazonaws.us-east-1.dynamodb"]],
  ],
  alike: [/^(vpc|subnet|sg|rtb|eipalloc|igw|nat)-[0-9a-f]{17}$/],
  replacements: [
    "gateway-endpoint.serviceName remade",
    "nat-gateway.allocationId remade",
    "nat-gateway.subnetId remade",
    "security-group-rule.groupId remade",
    "security-group.description refused",
    "security-group.name refused",
    "subnet.cidr refused",
    "subnet.zone refused",
    "vpc.cidr refused",
  ],
  additions: [
    {
      what: "a route",
      node: "network/public-routes",
      path: /^routes\.192\.168\.0\.0\/16$/,
      by: (cloud, id) =>
        cloud.call(
          new CreateRouteCommand({
            RouteTableId: id("network/public-routes"),
            DestinationCidrBlock: "192.168.0.0/16",
            GatewayId: id("network/internet-gateway"),
          }),
        ),
    },
    {
      what: "a route that leads elsewhere",
      node: "network/public-routes",
      path: /^routes\.0\.0\.0\.0\/0$/,
      by: (cloud, id) =>
        cloud.call(
          new ReplaceRouteCommand({
            RouteTableId: id("network/public-routes"),
            DestinationCidrBlock: "0.0.0.0/0",
            NatGatewayId: id("network/nat-1"),
          }),
        ),
    },
    {
      what: "a route that is gone",
      node: "network/private-routes-1",
      path: /^routes\.0\.0\.0\.0\/0$/,
      by: (cloud, id) =>
        cloud.call(
          new DeleteRouteCommand({ RouteTableId: id("network/private-routes-1"), DestinationCidrBlock: "0.0.0.0/0" }),
        ),
    },
    {
      what: "an association",
      node: "network/public-routes",
      path: /^subnetIds$/,
      by: (cloud, id) =>
        cloud.call(
          new AssociateRouteTableCommand({ RouteTableId: id("network/public-routes"), SubnetId: strangersSubnet }),
        ),
    },
    {
      what: "an association that is gone",
      node: "network/private-routes-1",
      path: /^subnetIds$/,
      by: (cloud, id) =>
        cloud.call(
          new DisassociateRouteTableCommand({ AssociationId: associationOf(cloud, id("network/private-routes-1")) }),
        ),
    },
    {
      what: "an ingress rule in the functions' group",
      node: "security-groups/functions",
      path: /^rules\.sgr-/,
      by: (cloud, id) =>
        cloud.call(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: id("security-groups/functions"),
            IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [anywhere] }],
          }),
        ),
    },
    {
      what: "an egress rule in the database's group",
      node: "security-groups/database",
      path: /^rules\.sgr-/,
      by: (cloud, id) =>
        cloud.call(
          new AuthorizeSecurityGroupEgressCommand({
            GroupId: id("security-groups/database"),
            IpPermissions: [{ IpProtocol: "-1", IpRanges: [anywhere] }],
          }),
        ),
    },
    {
      what: "a rule in the default security group",
      node: "network/default-security-group",
      path: /^rules\.sgr-/,
      by: (cloud, id) =>
        cloud.call(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: id("network/default-security-group"),
            IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, IpRanges: [anywhere] }],
          }),
        ),
    },
    {
      what: "DNS switched off",
      node: "network/vpc",
      path: /^dns(Support|Hostnames)$/,
      by: (cloud, id) => {
        const VpcId = id("network/vpc");
        cloud.call(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: false } }));
        cloud.call(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: false } }));
      },
    },
    {
      what: "public addresses in a private subnet",
      node: "network/private-subnet-1",
      path: /^mapPublicIp$/,
      by: (cloud, id) => {
        const SubnetId = id("network/private-subnet-1");
        cloud.call(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
      },
    },
    {
      what: "IPv6 addresses for what is launched in a subnet",
      node: "network/private-subnet-1",
      path: /^AssignIpv6AddressOnCreation$/,
      weight: "exposure",
      by: (cloud, id) => {
        const SubnetId = id("network/private-subnet-1");
        cloud.call(new ModifySubnetAttributeCommand({ SubnetId, AssignIpv6AddressOnCreation: { Value: true } }));
      },
    },
    {
      what: "other names for what is launched in a subnet",
      node: "network/private-subnet-1",
      path: /^(EnableDns64|PrivateDnsNameOptionsOnLaunch\.\w+)$/,
      weight: "setting",
      by: (cloud, id) => {
        const SubnetId = id("network/private-subnet-1");
        for (const attribute of [
          { EnableDns64: { Value: true } },
          { PrivateDnsHostnameTypeOnLaunch: "resource-name" as const },
          { EnableResourceNameDnsARecordOnLaunch: { Value: true } },
          { EnableResourceNameDnsAAAARecordOnLaunch: { Value: true } },
        ]) {
          cloud.call(new ModifySubnetAttributeCommand({ SubnetId, ...attribute }));
        }
      },
    },
    {
      what: "a subnet of somebody's in our VPC",
      node: "network/vpc",
      path: /^subnet\.subnet-/,
      weight: "stranger",
      up: "leaves it",
      by: (cloud, id) => cloud.call(new CreateSubnetCommand({ VpcId: id("network/vpc"), CidrBlock: "10.0.140.0/24" })),
    },
    {
      what: "an endpoint of somebody's in our VPC",
      node: "network/vpc",
      path: /^endpoint\.vpce-/,
      weight: "stranger",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateVpcEndpointCommand({
            VpcId: id("network/vpc"),
            ServiceName: "com.amazonaws.us-east-1.dynamodb",
          }),
        ),
    },
    {
      what: "a NAT gateway of somebody's in our VPC",
      node: "network/vpc",
      path: /^natGateway\.nat-/,
      weight: "stranger",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateNatGatewayCommand({ SubnetId: id("network/public-subnet-1"), AllocationId: firstAddress }),
        ),
    },
    {
      what: "a peering connection",
      node: "network/vpc",
      path: /^peering\.pcx-/,
      weight: "exposure",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateVpcPeeringConnectionCommand({
            VpcId: id("network/vpc"),
            PeerVpcId: "vpc-0999",
            PeerOwnerId: "999999999999",
          }),
        ),
    },
    {
      what: "a flow log that somebody else reads",
      node: "network/vpc",
      path: /^flowLog\.fl-/,
      weight: "access",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateFlowLogsCommand({
            ResourceIds: [id("network/vpc")],
            ResourceType: "VPC",
            TrafficType: "ALL",
            LogDestinationType: "s3",
            LogDestination: "arn:aws:s3:::theirs",
          }),
        ),
    },
    {
      what: "a VPN gateway",
      node: "network/vpc",
      path: /^vpnGateway\.vgw-/,
      weight: "exposure",
      up: "leaves it",
      by: (cloud, id) => {
        const { VpnGateway } = cloud.call(new CreateVpnGatewayCommand({ Type: "ipsec.1" }));
        cloud.call(new AttachVpnGatewayCommand({ VpnGatewayId: VpnGateway?.VpnGatewayId, VpcId: id("network/vpc") }));
      },
    },
    {
      what: "an egress-only internet gateway",
      node: "network/vpc",
      path: /^egressOnlyInternetGateway\.eigw-/,
      weight: "exposure",
      up: "leaves it",
      by: (cloud, id) => cloud.call(new CreateEgressOnlyInternetGatewayCommand({ VpcId: id("network/vpc") })),
    },
    {
      what: "another block of addresses",
      node: "network/vpc",
      path: /^CidrBlockAssociationSet\.10\.1\.0\.0\/16$/,
      weight: "exposure",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(new AssociateVpcCidrBlockCommand({ VpcId: id("network/vpc"), CidrBlock: "10.1.0.0/16" })),
    },
    {
      what: "other DHCP options",
      node: "network/vpc",
      path: /^DhcpOptionsId$/,
      weight: "setting",
      up: "leaves it",
      by: (cloud, id) => {
        const { DhcpOptions } = cloud.call(
          new CreateDhcpOptionsCommand({ DhcpConfigurations: [{ Key: "domain-name-servers", Values: ["10.9.9.9"] }] }),
        );
        cloud.call(
          new AssociateDhcpOptionsCommand({
            VpcId: id("network/vpc"),
            DhcpOptionsId: DhcpOptions?.DhcpOptionsId,
          }),
        );
      },
    },
    {
      what: "a rule of the network ACL that denies the database's port",
      node: "network/vpc",
      path: /^networkAcl\.ingress\.90$/,
      weight: "outage",
      up: "leaves it",
      by: (cloud, id) =>
        cloud.call(
          new CreateNetworkAclEntryCommand({
            NetworkAclId: aclsOf(cloud, id("network/vpc"))[0]?.NetworkAclId,
            Egress: false,
            RuleNumber: 90,
            RuleAction: "deny",
            Protocol: "6",
            PortRange: { From: 3306, To: 3306 },
            CidrBlock: "10.0.0.0/16",
          }),
        ),
    },
    {
      what: "a network ACL that lets nothing through, on a subnet of ours",
      node: "network/vpc",
      path: /^networkAclOf\.subnet-/,
      weight: "outage",
      up: "leaves it",
      by: (cloud, id) => {
        const VpcId = id("network/vpc");
        const association = aclsOf(cloud, VpcId)
          .flatMap(({ Associations = [] }) => Associations)
          .find(({ SubnetId }) => SubnetId === id("network/private-subnet-1"));
        cloud.call(
          new ReplaceNetworkAclAssociationCommand({
            AssociationId: association?.NetworkAclAssociationId,
            NetworkAclId: cloud.call(new CreateNetworkAclCommand({ VpcId })).NetworkAcl?.NetworkAclId,
          }),
        );
      },
    },
  ],
  seldom: [
    // A subnet of ours uses a table of theirs.
    (cloud, id) => {
      const { RouteTables = [] } = cloud.call(
        new DescribeRouteTablesCommand({ RouteTableIds: [id("network/public-routes")] }),
      );
      const AssociationId = RouteTables[0]?.Associations?.[0]?.RouteTableAssociationId;
      const RouteTableId = theirTable(cloud, id("network/vpc"));
      cloud.call(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId }));
    },
    // The endpoint serves a table of theirs.
    (cloud, id) => {
      const AddRouteTableIds = [theirTable(cloud, id("network/vpc"))];
      cloud.call(new ModifyVpcEndpointCommand({ VpcEndpointId: id("network/s3-endpoint"), AddRouteTableIds }));
    },
    // The internet gateway is attached to a VPC of theirs, which takes that nothing of ours has a public address.
    (cloud, id) => {
      // The stranger's as well.
      for (const { NatGatewayId } of cloud.call(new DescribeNatGatewaysCommand({})).NatGateways ?? []) {
        cloud.call(new DeleteNatGatewayCommand({ NatGatewayId }));
      }
      cloud.clock.jump(cloud.now() + hour);
      const InternetGatewayId = id("network/internet-gateway");
      cloud.call(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId: id("network/vpc") }));
      // The first VPC of the account is a stranger's: see `strangers`.
      cloud.call(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: "vpc-00000000000000001" }));
    },
  ],
  strangers: {
    async settle() {
      const ec2 = new EC2Client();
      await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
      await ec2.send(new CreateInternetGatewayCommand({}));
      await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
      await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    },
    async follow(call, output) {
      const ec2 = new EC2Client();
      if (call.operation === "CreateVpc") {
        const VpcId = textIn(Reflect.get(output, "Vpc"), "VpcId");
        const subnet = { VpcId, CidrBlock: "10.0.120.0/24", AvailabilityZone: "us-east-1c" };
        await ec2.send(new CreateSubnetCommand(subnet));
        await ec2.send(new CreateRouteTableCommand({ VpcId }));
        await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName: "stranger", Description: "stranger" }));
      }
      if (call.operation === "CreateNatGateway") {
        const SubnetId = textIn(call.input, "SubnetId");
        await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId: secondAddress }));
      }
    },
  },
};
