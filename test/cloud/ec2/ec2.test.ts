import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  EC2Client,
  ModifySecurityGroupRulesCommand,
  ModifyVpcAttributeCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { expect, onTestFinished, test } from "vitest";
import { VirtualClock } from "../clock.ts";
import { Cloud, type CloudOptions } from "../cloud.ts";
import { addInterface, scheduleRelease } from "./interfaces.ts";

/** A VPC with one subnet, an attached gateway and an address. */
function setUp(options: CloudOptions = {}) {
  const cloud = new Cloud({ clock: new VirtualClock(), options });
  const VpcId = cloud.call(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId;
  const SubnetId = cloud.call(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.0.0/24" })).Subnet?.SubnetId;
  const { InternetGateway } = cloud.call(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId;
  cloud.call(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  const { AllocationId } = cloud.call(new AllocateAddressCommand({ Domain: "vpc" }));
  return { cloud, VpcId, SubnetId, InternetGatewayId, AllocationId };
}

/** What a direct call is refused with. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.name;
  }
  return "nothing";
}

function natState(cloud: Cloud, id: string | undefined) {
  const { NatGateways = [] } = cloud.call(new DescribeNatGatewaysCommand({}));
  return NatGateways.find(({ NatGatewayId }) => NatGatewayId === id)?.State;
}

test("a VPC comes with a main route table and a default group, and only they go with it", () => {
  const { cloud, VpcId, SubnetId, InternetGatewayId } = setUp();
  const { RouteTables } = cloud.call(new DescribeRouteTablesCommand({}));
  expect(RouteTables).toMatchObject([{ VpcId, Associations: [{ Main: true }], Routes: [{ GatewayId: "local" }] }]);
  const { SecurityGroups } = cloud.call(new DescribeSecurityGroupsCommand({}));
  expect(SecurityGroups).toMatchObject([
    { GroupName: "default", IpPermissions: [{ UserIdGroupPairs: [{}] }], IpPermissionsEgress: [{ IpProtocol: "-1" }] },
  ]);
  const held = () => refusal(() => cloud.call(new DeleteVpcCommand({ VpcId })));
  expect(held()).toBe("DependencyViolation");
  cloud.call(new DeleteSubnetCommand({ SubnetId }));
  expect(held()).toBe("DependencyViolation");
  cloud.call(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  expect(held()).toBe("nothing");
  expect(Object.keys(cloud.dump()["ec2"] ?? {}).filter((key) => /^(route|security|vpc)/.test(key))).toEqual([]);
});

test("VPC attributes change one at a time", () => {
  const { cloud, VpcId } = setUp();
  const on = { Value: true };
  const both = new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: on, EnableDnsHostnames: on });
  expect(refusal(() => cloud.call(both))).toBe("InvalidParameterCombination");
  cloud.call(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: on }));
  const attribute = cloud.call(new DescribeVpcAttributeCommand({ VpcId, Attribute: "enableDnsHostnames" }));
  expect(attribute.EnableDnsHostnames).toEqual(on);
});

test("filters compare tags and attributes; an unknown one is an error of the test", () => {
  const { cloud, VpcId } = setUp();
  cloud.call(new CreateTagsCommand({ Resources: [VpcId ?? ""], Tags: [{ Key: "Name", Value: "trading-vpc-dev" }] }));
  const find = (Name: string, ...Values: string[]) =>
    cloud.call(new DescribeVpcsCommand({ Filters: [{ Name, Values }] })).Vpcs?.length;
  expect(find("tag:Name", "trading-vpc-dev")).toBe(1);
  expect(find("tag:Name", "trading-*")).toBe(1);
  expect(find("tag:Name", "trading")).toBe(0);
  expect(find("tag-key", "Name", "Other")).toBe(1);
  expect(() => find("dhcp-options-id", "x")).toThrow("dhcp-options-id is not modelled");
  const missing = new DescribeVpcsCommand({ VpcIds: ["vpc-1"] });
  expect(() => cloud.call(missing)).toThrow("The vpc ID 'vpc-1' does not exist");
});

test("new tags lag behind in filters when asked to", async () => {
  const { cloud, VpcId } = setUp({ lag: { tags: 1000 } });
  cloud.connect();
  onTestFinished(() => cloud.disconnect());
  const ec2 = new EC2Client({ region: "us-east-1" });
  await ec2.send(new CreateTagsCommand({ Resources: [VpcId ?? ""], Tags: [{ Key: "a", Value: "b" }] }));
  const find = () => ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "tag:a", Values: ["b"] }] }));
  expect((await find()).Vpcs).toEqual([]);
  await cloud.clock.sleep(1000);
  expect((await find()).Vpcs).toHaveLength(1);
});

test("subnets stay inside the VPC and apart from each other", () => {
  const { cloud, VpcId } = setUp();
  const create = (CidrBlock: string) => refusal(() => cloud.call(new CreateSubnetCommand({ VpcId, CidrBlock })));
  expect(create("10.0.0.128/25")).toBe("InvalidSubnet.Conflict");
  expect(create("10.1.0.0/24")).toBe("InvalidSubnet.Range");
  expect(create("10.0.1.0/24")).toBe("nothing");
});

test("a NAT gateway takes its time, holds address, subnet and gateway, and is listed for an hour after", () => {
  const { cloud, VpcId, SubnetId, AllocationId, InternetGatewayId } = setUp();
  const create = new CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken: "one" });
  const id = cloud.call(create).NatGateway?.NatGatewayId;
  expect(cloud.call(create).NatGateway?.NatGatewayId).toBe(id);
  const other = new CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken: "one", ConnectivityType: "public" });
  expect(refusal(() => cloud.call(other))).toBe("IdempotentParameterMismatch");
  const RouteTableId = cloud.call(new CreateRouteTableCommand({ VpcId })).RouteTable?.RouteTableId;
  const route = new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: id });
  expect(refusal(() => cloud.call(route))).toBe("InvalidNatGatewayID.NotFound");
  cloud.clock.jump(cloud.now() + 105_000);
  expect(natState(cloud, id)).toBe("available");
  cloud.call(route);
  expect(refusal(() => cloud.call(route))).toBe("RouteAlreadyExists");
  const holding = () => [
    refusal(() => cloud.call(new ReleaseAddressCommand({ AllocationId }))),
    refusal(() => cloud.call(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }))),
    refusal(() => cloud.call(new DeleteSubnetCommand({ SubnetId }))),
  ];
  expect(holding()).toEqual(["AuthFailure", "DependencyViolation", "DependencyViolation"]);
  cloud.call(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  expect(natState(cloud, id)).toBe("deleting");
  expect(holding()).toEqual(["AuthFailure", "DependencyViolation", "DependencyViolation"]);
  cloud.clock.jump(cloud.now() + 50_000);
  expect(natState(cloud, id)).toBe("deleted");
  expect(holding()).toEqual(["nothing", "nothing", "nothing"]);
  expect(cloud.call(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId ?? ""] }))).toMatchObject({
    RouteTables: [{ Routes: [{ State: "active" }, { NatGatewayId: id, State: "blackhole" }] }],
  });
  expect(Object.keys(cloud.dump()["ec2"] ?? {})).not.toContain(`natgateway/${id}`);
  cloud.clock.jump(cloud.now() + 3_600_000);
  expect(natState(cloud, id)).toBeUndefined();
});

test("a NAT gateway fails after its creation: without a gateway, and when a test says so", () => {
  const { cloud, VpcId, SubnetId, AllocationId, InternetGatewayId } = setUp();
  const { ec2 } = cloud.services;
  ec2.failNextNatGateway("Something went wrong");
  const create = new CreateNatGatewayCommand({ SubnetId, AllocationId });
  const shown = () =>
    cloud.call(new DescribeNatGatewaysCommand({})).NatGateways?.map((nat) => [nat.State, nat.FailureMessage]);
  cloud.call(create);
  expect(shown()).toEqual([["pending", undefined]]);
  cloud.clock.jump(cloud.now() + 20_000);
  cloud.call(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
  cloud.call(create);
  cloud.clock.jump(cloud.now() + 20_000);
  expect(shown()).toEqual([
    ["failed", "Something went wrong"],
    ["failed", `Network ${VpcId} has no Internet gateway attached`],
  ]);
});

test("an S3 endpoint adds its own route and answers a bad deletion in a list", () => {
  const { cloud, VpcId } = setUp();
  const RouteTableId = cloud.call(new CreateRouteTableCommand({ VpcId })).RouteTable?.RouteTableId ?? "";
  const input = { VpcId, ServiceName: "com.amazonaws.us-east-1.s3", RouteTableIds: [RouteTableId] };
  const id = cloud.call(new CreateVpcEndpointCommand(input)).VpcEndpoint?.VpcEndpointId ?? "";
  expect(refusal(() => cloud.call(new CreateVpcEndpointCommand(input)))).toBe("RouteAlreadyExists");
  cloud.clock.jump(cloud.now() + 5_000);
  const routes = () =>
    cloud.call(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] })).RouteTables?.[0]?.Routes;
  expect(routes()).toMatchObject([{ GatewayId: "local" }, { GatewayId: id, DestinationPrefixListId: "pl-63a5400a" }]);
  const { Unsuccessful } = cloud.call(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id, "vpce-1"] }));
  expect(Unsuccessful).toMatchObject([{ ResourceId: "vpce-1", Error: { Code: "InvalidVpcEndpoint.NotFound" } }]);
  cloud.clock.jump(cloud.now() + 5_000);
  expect(routes()).toHaveLength(1);
});

test("route tables: one per subnet, not deletable while associated", () => {
  const { cloud, VpcId, SubnetId } = setUp();
  const [first, second] = [1, 2].map(() => cloud.call(new CreateRouteTableCommand({ VpcId })).RouteTable?.RouteTableId);
  cloud.call(new AssociateRouteTableCommand({ RouteTableId: first, SubnetId }));
  const again = new AssociateRouteTableCommand({ RouteTableId: second, SubnetId });
  expect(refusal(() => cloud.call(again))).toBe("Resource.AlreadyAssociated");
  expect(refusal(() => cloud.call(new DeleteRouteTableCommand({ RouteTableId: first })))).toBe("DependencyViolation");
  cloud.call(new DeleteSubnetCommand({ SubnetId }));
  expect(refusal(() => cloud.call(new DeleteRouteTableCommand({ RouteTableId: first })))).toBe("nothing");
});

test("security groups: default egress, duplicate rules, references, interfaces", () => {
  const { cloud, VpcId, SubnetId } = setUp();
  const make = (GroupName: string) =>
    cloud.call(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: "for a test" })).GroupId ?? "";
  const [lambda, rds] = [make("lambda"), make("rds")];
  expect(refusal(() => make("rds"))).toBe("InvalidGroup.Duplicate");
  const IpPermissions = [{ IpProtocol: "tcp", FromPort: 3306, ToPort: 3306, UserIdGroupPairs: [{ GroupId: lambda }] }];
  const TagSpecifications = [{ ResourceType: "security-group-rule" as const, Tags: [{ Key: "Name", Value: "in" }] }];
  const allow = new AuthorizeSecurityGroupIngressCommand({ GroupId: rds, IpPermissions, TagSpecifications });
  const ruleId = cloud.call(allow).SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
  expect(refusal(() => cloud.call(allow))).toBe("InvalidPermission.Duplicate");
  const rules = () =>
    cloud.call(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [rds] }] }))
      .SecurityGroupRules;
  expect(rules()).toMatchObject([
    { IsEgress: true, IpProtocol: "-1", CidrIpv4: "0.0.0.0/0" },
    { IsEgress: false, FromPort: 3306, ReferencedGroupInfo: { GroupId: lambda }, Tags: [{ Key: "Name", Value: "in" }] },
  ]);
  const SecurityGroupRule = { IpProtocol: "tcp", FromPort: 1, ToPort: 2, CidrIpv4: "10.0.0.0/16", Description: "new" };
  const SecurityGroupRules = [{ SecurityGroupRuleId: ruleId, SecurityGroupRule }];
  expect(refusal(() => cloud.call(new DeleteSecurityGroupCommand({ GroupId: lambda })))).toBe("DependencyViolation");
  cloud.call(new ModifySecurityGroupRulesCommand({ GroupId: rds, SecurityGroupRules }));
  expect(rules()?.[1]).toMatchObject({ FromPort: 1, CidrIpv4: "10.0.0.0/16", Description: "new" });
  const egress = rules()?.[0]?.SecurityGroupRuleId ?? "";
  const wrongWay = new RevokeSecurityGroupIngressCommand({ GroupId: rds, SecurityGroupRuleIds: [egress] });
  expect(refusal(() => cloud.call(wrongWay))).toBe("InvalidSecurityGroupRuleId.NotFound");
  const revoke = new RevokeSecurityGroupEgressCommand({ GroupId: rds, SecurityGroupRuleIds: [egress] });
  const [revoked] = cloud.call(revoke).RevokedSecurityGroupRules ?? [];
  expect(revoked).toMatchObject({ SecurityGroupRuleId: egress, IpProtocol: "-1", CidrIpv4: "0.0.0.0/0" });
  expect(revoked).not.toHaveProperty("Tags");
  expect(rules()).toHaveLength(1);

  const { store } = cloud.services.ec2;
  const spec = {
    subnetId: SubnetId ?? "",
    type: "lambda" as const,
    description: "AWS Lambda VPC ENI-x",
    requesterId: "x",
  };
  const eni = addInterface(store, { ...spec, groupIds: [lambda] });
  scheduleRelease(store, eni, { detached: new Date(cloud.now() + 1000), deleted: new Date(cloud.now() + 5000) });
  const shown = () =>
    cloud.call(new DescribeNetworkInterfacesCommand({})).NetworkInterfaces?.map((i) => [i.Status, i.InterfaceType]);
  expect(shown()).toEqual([["in-use", "lambda"]]);
  expect(refusal(() => cloud.call(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni })))).toBe(
    "InvalidNetworkInterface.InUse",
  );
  expect(refusal(() => cloud.call(new DeleteSecurityGroupCommand({ GroupId: lambda })))).toBe("DependencyViolation");
  cloud.clock.jump(cloud.now() + 1000);
  expect(shown()).toEqual([["available", "interface"]]);
  cloud.call(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni }));
  expect(refusal(() => cloud.call(new DeleteSecurityGroupCommand({ GroupId: lambda })))).toBe("nothing");
});

test("a gateway is deleted only when detached, and tags of the wrong type are refused", () => {
  const { cloud, InternetGatewayId } = setUp();
  const command = new DeleteInternetGatewayCommand({ InternetGatewayId });
  expect(refusal(() => cloud.call(command))).toBe("DependencyViolation");
  const TagSpecifications = [{ ResourceType: "subnet" as const, Tags: [] }];
  expect(refusal(() => cloud.call(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", TagSpecifications })))).toBe(
    "InvalidParameterValue",
  );
});
