import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteInternetGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCommand,
  DeleteVpcEndpointsCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { expect } from "vitest";
import { addInterface } from "../ec2/interfaces.ts";
import { world } from "../world.ts";
import { holds, refused } from "./facts.ts";

const untagged = "placebo: of the untagged ones none has an empty list, in 76 VPCs, 388 groups, 33 addresses";

/** A network with a NAT gateway that is available, and no tag anywhere. */
function network() {
  const base = world();
  const { cloud, later, vpcId, subnetIds, groupId } = base;
  const [subnetId = ""] = subnetIds;
  const gatewayId = cloud.call(new CreateInternetGatewayCommand({})).InternetGateway?.InternetGatewayId ?? "";
  cloud.call(new AttachInternetGatewayCommand({ InternetGatewayId: gatewayId, VpcId: vpcId }));
  const { AllocationId = "" } = cloud.call(new AllocateAddressCommand({}));
  cloud.call(new CreateNatGatewayCommand({ SubnetId: subnetId, AllocationId }));
  later(cloud.durations.natCreate);
  const add = (type: "lambda" | "interface", requesterId: string) =>
    addInterface(cloud.services.ec2.store, {
      ...{ subnetId, groupIds: [groupId], type, requesterId },
      description: type === "lambda" ? "AWS Lambda VPC ENI-f" : "RDSNetworkInterface",
    });
  const shown = (NetworkInterfaceIds?: string[]) =>
    cloud.call(new DescribeNetworkInterfacesCommand(NetworkInterfaceIds ? { NetworkInterfaceIds } : {}))
      .NetworkInterfaces?.[0] ?? {};
  return { ...base, subnetId, gatewayId, AllocationId, add, shown };
}

holds([
  {
    operation: "CreateVpc",
    fact: "answers with empty lists of tags and of IPv6 blocks",
    source: "20 and 26 of 27 placebo recordings; LocalStack test_get_security_groups_for_vpc",
    check: () =>
      expect(world().cloud.call(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16" })).Vpc).toMatchObject({
        State: "pending",
        Tags: [],
        Ipv6CidrBlockAssociationSet: [],
      }),
  },
  {
    operation: "DescribeVpcs, DescribeSecurityGroups, DescribeSubnets, DescribeAddresses",
    fact: "Tags is left out where there are none",
    source: untagged,
    check: () => {
      const { cloud } = network();
      expect(cloud.call(new DescribeVpcsCommand({})).Vpcs?.[0]).not.toHaveProperty("Tags");
      expect(cloud.call(new DescribeSecurityGroupsCommand({})).SecurityGroups?.[0]).not.toHaveProperty("Tags");
      expect(cloud.call(new DescribeSubnetsCommand({})).Subnets?.[0]).not.toHaveProperty("Tags");
      expect(cloud.call(new DescribeAddressesCommand({})).Addresses?.[0]).not.toHaveProperty("Tags");
    },
  },
  {
    operation: "DescribeInternetGateways, DescribeRouteTables, DescribeNetworkInterfaces, DescribeVpcEndpoints",
    fact: "the list of tags is there even when it is empty",
    source: "placebo: 7 gateways, 38 route tables, 95 interfaces and 13 endpoints without tags",
    check: () => {
      const { cloud, vpcId, shown } = network();
      const ServiceName = "com.amazonaws.us-east-1.s3";
      cloud.call(new CreateVpcEndpointCommand({ VpcId: vpcId, ServiceName }));
      expect(cloud.call(new DescribeInternetGatewaysCommand({})).InternetGateways?.[0]?.Tags).toEqual([]);
      expect(cloud.call(new DescribeRouteTablesCommand({})).RouteTables?.[0]?.Tags).toEqual([]);
      expect(cloud.call(new DescribeVpcEndpointsCommand({})).VpcEndpoints?.[0]?.Tags).toEqual([]);
      expect(shown().TagSet).toEqual([]);
    },
  },
  {
    operation: "CreateSubnet, DescribeSubnets",
    fact: "says how many addresses are free: five fewer than the block has, one fewer per interface",
    source: "12 placebo recordings of CreateSubnet (251 of a /24); DescribeSubnets test_eni_private_subnet",
    check: () => {
      const { cloud, vpcId, subnetId } = network();
      const made = cloud.call(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: "10.0.9.0/24" })).Subnet;
      expect(made?.AvailableIpAddressCount).toBe(251);
      const [subnet] = cloud.call(new DescribeSubnetsCommand({ SubnetIds: [subnetId] })).Subnets ?? [];
      expect(subnet?.AvailableIpAddressCount).toBe(250);
    },
  },
  {
    operation: "DescribeSubnets",
    fact: "fills in what was never asked for: IPv6, DNS64, names of hosts, public access",
    source: "placebo test_eni_private_subnet and 71 others",
    check: () =>
      expect(network().cloud.call(new DescribeSubnetsCommand({})).Subnets?.[0]).toMatchObject({
        Ipv6CidrBlockAssociationSet: [],
        Ipv6Native: false,
        EnableDns64: false,
        MapCustomerOwnedIpOnLaunch: false,
        PrivateDnsNameOptionsOnLaunch: { HostnameType: "ip-name", EnableResourceNameDnsARecord: false },
        BlockPublicAccessStates: { InternetGatewayBlockMode: "off" },
      }),
  },
  {
    operation: "DescribeAddresses",
    fact: "an address in use names its interface, the interface's owner and its private address",
    source: "18 of 33 placebo addresses",
    check: () => {
      const { cloud } = network();
      const [address] = cloud.call(new DescribeAddressesCommand({})).Addresses ?? [];
      expect(address).toMatchObject({
        NetworkInterfaceOwnerId: cloud.account,
        PrivateIpAddress: expect.stringMatching(/^10\.0\.1\./),
      });
    },
  },
  {
    operation: "DescribeNetworkInterfaces",
    fact: "a NAT gateway's is of type nat_gateway, which the SDK's enum spells otherwise, and checks no source",
    source: "all 8 placebo recordings of one, such as test_eip_used_by",
    check: () =>
      expect(network().shown()).toMatchObject({
        InterfaceType: "nat_gateway",
        SourceDestCheck: false,
        RequesterManaged: true,
        Attachment: { AttachmentId: expect.stringMatching(/^ela-attach-/), InstanceOwnerId: "amazon-aws" },
        Association: {
          AllocationId: expect.stringMatching(/^eipalloc-/),
          AssociationId: expect.stringMatching(/^eipassoc-/),
          IpOwnerId: "123456789012",
        },
      }),
  },
  {
    operation: "DescribeNetworkInterfaces",
    fact: "Lambda's counts as the account's own: it is not managed by the requester",
    source: "5 placebo recordings of AWS Lambda VPC ENI",
    check: () => {
      const { add, shown } = network();
      const lambda = shown([add("lambda", "AROA1:f")]);
      expect(lambda).toMatchObject({ InterfaceType: "lambda", RequesterManaged: false });
      expect(lambda.Attachment).toMatchObject({
        AttachmentId: expect.stringMatching(/^ela-attach-/),
        InstanceOwnerId: "amazon-aws",
      });
      expect(lambda.Attachment).not.toHaveProperty("AttachTime");
    },
  },
  {
    operation: "DescribeNetworkInterfaces",
    fact: "that of a database instance is attached to an instance of RDS, with time and card",
    source: "7 placebo recordings of RDSNetworkInterface",
    check: () => {
      const { add, shown } = network();
      expect(shown([add("interface", "amazon-rds")]).Attachment).toMatchObject({
        AttachmentId: expect.stringMatching(/^eni-attach-/),
        InstanceOwnerId: "amazon-rds",
        AttachTime: expect.any(Date),
        DeviceIndex: 1,
        NetworkCardIndex: 0,
        DeleteOnTermination: false,
      });
    },
  },
  {
    operation: "DescribeNetworkInterfaces",
    fact: "has a MAC address, the list of private addresses and an empty one of IPv6 addresses",
    source: "104, 104 and 100 of 107 placebo interfaces",
    check: () => {
      const shown = network().shown();
      expect(shown).toMatchObject({
        MacAddress: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
        Ipv6Addresses: [],
      });
      expect(shown.PrivateIpAddresses).toMatchObject([{ Primary: true, PrivateIpAddress: shown.PrivateIpAddress }]);
    },
  },
  {
    operation: "DeleteNetworkInterface",
    fact: "an attached one is in use",
    source: 'EC2 API, "Error codes": InvalidNetworkInterface.InUse',
    check: () => {
      const { cloud, shown } = network();
      const { NetworkInterfaceId } = shown();
      expect(refused(() => cloud.call(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })))).toBe(
        `InvalidNetworkInterface.InUse: Network interface '${NetworkInterfaceId}' is currently in use.`,
      );
      const gone = { NetworkInterfaceId: "eni-1" };
      // placebo, 400: DeleteNetworkInterface and DescribeNetworkInterfaces.
      expect(refused(() => cloud.call(new DeleteNetworkInterfaceCommand(gone)))).toBe(
        "InvalidNetworkInterfaceID.NotFound: The networkInterface ID 'eni-1' does not exist",
      );
    },
  },
  {
    operation: "DescribeVpcEndpoints",
    fact: "one of the gateway type has no DNS entries, names its region, and leaves DNS to the service",
    source: "6 of 12 placebo recordings of a gateway (the older ones lack these members)",
    check: () => {
      const { cloud, vpcId } = network();
      const ServiceName = "com.amazonaws.us-east-1.s3";
      cloud.call(new CreateVpcEndpointCommand({ VpcId: vpcId, ServiceName }));
      expect(cloud.call(new DescribeVpcEndpointsCommand({})).VpcEndpoints?.[0]).toMatchObject({
        DnsEntries: [],
        DnsOptions: { DnsRecordIpType: "service-defined" },
        IpAddressType: "ipv4",
        ServiceRegion: "us-east-1",
      });
    },
  },
  {
    operation: "DeleteVpcEndpoints",
    fact: "answers 200 either way: an empty list, or per endpoint why it was not deleted",
    source: "placebo test_vpc_endpoint_delete; DeleteVpcEndpoints API, Unsuccessful",
    check: () => {
      const { cloud, vpcId } = network();
      const ServiceName = "com.amazonaws.us-east-1.s3";
      const made = cloud.call(new CreateVpcEndpointCommand({ VpcId: vpcId, ServiceName })).VpcEndpoint;
      const remove = (id = "") => cloud.call(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] })).Unsuccessful;
      expect(remove(made?.VpcEndpointId)).toEqual([]);
      expect(remove("vpce-1")).toMatchObject([
        { ResourceId: "vpce-1", Error: { Code: expect.stringMatching(/NotFound/) } },
      ]);
    },
  },
  {
    operation: "AuthorizeSecurityGroupIngress",
    fact: "a rule that exists already is named with its protocol in capitals",
    source: "placebo, 400 InvalidPermission.Duplicate",
    check: () => {
      const { cloud, groupId } = network();
      const IpPermissions = [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];
      const allow = () => cloud.call(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions }));
      allow();
      expect(refused(allow)).toBe(
        'InvalidPermission.Duplicate: the specified rule "peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW" already exists',
      );
    },
  },
  {
    operation: "DeleteSubnet, DeleteInternetGateway",
    fact: "what is still used is named",
    source: "placebo, 400 DependencyViolation of both",
    check: () => {
      const { cloud, subnetId, gatewayId } = network();
      expect(refused(() => cloud.call(new DeleteSubnetCommand({ SubnetId: subnetId })))).toBe(
        `DependencyViolation: The subnet '${subnetId}' has dependencies and cannot be deleted.`,
      );
      expect(refused(() => cloud.call(new DeleteInternetGatewayCommand({ InternetGatewayId: gatewayId })))).toBe(
        `DependencyViolation: The internetGateway '${gatewayId}' has dependencies and cannot be deleted.`,
      );
    },
  },
]);
