import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateTagsCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  EC2Client,
  type RouteTable as Live,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, test } from "vitest";
import { RouteTable } from "../../../src/resources/ec2/route-table.ts";
import { awsError, identity, tagList, testAws } from "../support.ts";

const ec2 = mockClient(EC2Client);
beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().resolves({});
});

const me = identity("network/private-routes", "trading-private-routes-dev");
const wanted = {
  vpcId: "vpc-1",
  routes: { "0.0.0.0/0": { natGatewayId: "nat-1" } },
  subnetIds: ["subnet-2", "subnet-1"],
};
const local = { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local", Origin: "CreateRouteTable" } as const;
const toS3 = { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1", Origin: "CreateRoute" } as const;
const out = { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", Origin: "CreateRoute" } as const;
const association = (n: number) => ({
  RouteTableAssociationId: `rtbassoc-${n}`,
  RouteTableId: "rtb-1",
  SubnetId: `subnet-${n}`,
  Main: false,
});
const live: Live = {
  RouteTableId: "rtb-1",
  VpcId: "vpc-1",
  Routes: [local, out, toS3],
  Associations: [association(1), association(2)],
  Tags: tagList(me),
};
const sent = () => ec2.calls().map((call) => [call.args[0].constructor.name, call.args[0].input]);
const repair = (other: Partial<Live>) => {
  const seen = { ...live, ...other };
  return RouteTable.update(testAws(), seen, wanted, RouteTable.changes(wanted, seen, me), me);
};

test("create carries the token and the tags", async () => {
  ec2.on(CreateRouteTableCommand).resolves({ RouteTable: { RouteTableId: "rtb-1" } });
  expect(await RouteTable.create(testAws(), me, undefined, wanted, "token-1")).toBe("rtb-1");
  expect(ec2.commandCalls(CreateRouteTableCommand)[0]?.args[0].input).toEqual({
    VpcId: "vpc-1",
    ClientToken: "token-1",
    TagSpecifications: [{ ResourceType: "route-table", Tags: tagList(me) }],
  });
});

describe("changes", () => {
  const of = (other: Partial<Live>) => RouteTable.changes(wanted, { ...live, ...other }, me);

  test("none, with the routes that AWS makes and associations in any order", () => {
    expect(of({})).toEqual([]);
    const propagated = { DestinationCidrBlock: "172.16.0.0/12", GatewayId: "vgw-1" };
    expect(of({ Routes: [local, out, { ...propagated, Origin: "EnableVgwRoutePropagation" }] })).toEqual([]);
  });

  test("a missing route, one with another target, and one that someone added", () => {
    expect(of({ Routes: [local] })).toEqual([
      { path: "routes.0.0.0.0/0", want: { natGatewayId: "nat-1" }, live: undefined, fix: "update" },
    ]);
    const gone = { ...out, NatGatewayId: "nat-0", State: "blackhole" as const };
    expect(of({ Routes: [gone] })).toEqual([
      { path: "routes.0.0.0.0/0", want: { natGatewayId: "nat-1" }, live: { natGatewayId: "nat-0" }, fix: "update" },
    ]);
    const added = { DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId: "eigw-1" };
    expect(of({ Routes: [out, added] })).toEqual([
      { path: "routes.::/0", want: undefined, live: { egressOnlyInternetGatewayId: "eigw-1" }, fix: "update" },
    ]);
  });

  test("associations, the VPC and the tags", () => {
    const left = { ...association(1), AssociationState: { State: "disassociating" as const } };
    const gateway = { RouteTableAssociationId: "rtbassoc-9", GatewayId: "igw-1" };
    const main = { RouteTableAssociationId: "rtbassoc-0", Main: true };
    expect(of({ Associations: [left, association(2), gateway, main] })).toEqual([
      { path: "subnetIds", want: ["subnet-1", "subnet-2"], live: ["igw-1", "subnet-2"], fix: "update" },
    ]);
    expect(of({ VpcId: "vpc-2" })).toEqual([{ path: "vpcId", want: "vpc-1", live: "vpc-2", fix: "replace" }]);
    expect(of({ Tags: [] }).every((c) => c.path.startsWith("tags."))).toBe(true);
  });
});

describe("update", () => {
  const route = { RouteTableId: "rtb-1", DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" };

  test("makes, replaces and deletes routes", async () => {
    await repair({ Routes: [local] });
    expect(sent()).toEqual([[CreateRouteCommand.name, route]]);
    await repair({ Routes: [{ ...out, NatGatewayId: "nat-0" }] });
    expect(sent().slice(1)).toEqual([[ReplaceRouteCommand.name, route]]);
    const added = { DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId: "eigw-1" };
    await repair({ Routes: [out, added] });
    const deletion = { RouteTableId: "rtb-1", DestinationIpv6CidrBlock: "::/0" };
    expect(sent().slice(2)).toEqual([[DeleteRouteCommand.name, deletion]]);
  });

  test("replaces a route that the look did not show", async () => {
    ec2.on(CreateRouteCommand).rejects(awsError("RouteAlreadyExists"));
    await repair({ Routes: [] });
    expect(sent()).toEqual([
      [CreateRouteCommand.name, route],
      [ReplaceRouteCommand.name, route],
    ]);
  });

  test("associates what is missing and lets go of what is not wanted", async () => {
    await repair({ Associations: [association(1), association(3)] });
    expect(sent()).toEqual([
      [AssociateRouteTableCommand.name, { RouteTableId: "rtb-1", SubnetId: "subnet-2" }],
      [DisassociateRouteTableCommand.name, { AssociationId: "rtbassoc-3" }],
    ]);
  });

  test("moves a subnet that is associated elsewhere, and leaves one that is associated already", async () => {
    ec2.on(AssociateRouteTableCommand).rejects(awsError("Resource.AlreadyAssociated"));
    const elsewhere = { ...association(2), RouteTableId: "rtb-9", RouteTableAssociationId: "rtbassoc-9" };
    ec2.on(DescribeRouteTablesCommand).resolves({ RouteTables: [{ Associations: [association(4), elsewhere] }] });
    await repair({ Associations: [association(1)] });
    expect(ec2.commandCalls(DescribeRouteTablesCommand)[0]?.args[0].input).toEqual({
      Filters: [{ Name: "association.subnet-id", Values: ["subnet-2"] }],
    });
    expect(ec2.commandCalls(ReplaceRouteTableAssociationCommand)[0]?.args[0].input).toEqual({
      AssociationId: "rtbassoc-9",
      RouteTableId: "rtb-1",
    });
    ec2.on(DescribeRouteTablesCommand).resolves({ RouteTables: [{ Associations: [association(2)] }] });
    await repair({ Associations: [association(1)] });
    expect(ec2.commandCalls(ReplaceRouteTableAssociationCommand)).toHaveLength(1);
  });

  test("sets the tags again", async () => {
    await repair({ Tags: [] });
    expect(sent()).toEqual([[CreateTagsCommand.name, { Resources: ["rtb-1"], Tags: tagList(me) }]]);
  });
});

test("remove disassociates first; gone is success", async () => {
  ec2.on(DisassociateRouteTableCommand).rejects(awsError("InvalidAssociationID.NotFound"));
  ec2.on(DeleteRouteTableCommand).rejects(awsError("InvalidRouteTableID.NotFound"));
  await RouteTable.remove(testAws(), live, { token: "t", protect: false }, me);
  expect(sent()).toEqual([
    [DisassociateRouteTableCommand.name, { AssociationId: "rtbassoc-1" }],
    [DisassociateRouteTableCommand.name, { AssociationId: "rtbassoc-2" }],
    [DeleteRouteTableCommand.name, { RouteTableId: "rtb-1" }],
  ]);
});
