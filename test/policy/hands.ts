import {
  AttachInternetGatewayCommand,
  CreateRouteTableCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  ModifyVpcEndpointCommand,
  ReplaceRouteTableAssociationCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateKeyCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import { UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import { zipSync } from "fflate";
import type { Cloud } from "../cloud/cloud.ts";

/** What someone does by hand to an environment, so that `up` has to call what it otherwise does not. */
export type ByHands = (cloud: Cloud, id: (node: string) => string) => void;

const hour = 3_600_000;

/** A stranger's, in our VPC. */
const theirTable = (cloud: Cloud, VpcId: string) =>
  cloud.call(new CreateRouteTableCommand({ VpcId })).RouteTable?.RouteTableId ?? "";

export const byHands: readonly ByHands[] = [
  // The key is about to be deleted.
  (cloud, id) =>
    void cloud.call(new ScheduleKeyDeletionCommand({ KeyId: id("encryption/key"), PendingWindowInDays: 7 })),
  // The alias leads to another key of ours.
  (cloud, id) => {
    const { Tags = [] } = cloud.call(new ListResourceTagsCommand({ KeyId: id("encryption/key") }));
    const others = Tags.map((tag) => (tag.TagKey === "tap:id" ? { ...tag, TagValue: "encryption/other" } : tag));
    const TargetKeyId = cloud.call(new CreateKeyCommand({ Tags: others })).KeyMetadata?.KeyId;
    cloud.call(new UpdateAliasCommand({ AliasName: id("encryption/alias"), TargetKeyId }));
  },
  // Other code runs.
  (cloud, id) => {
    const ZipFile = zipSync({ "processor.js": new TextEncoder().encode("// other code") });
    cloud.call(new UpdateFunctionCodeCommand({ FunctionName: id("functions/processor"), ZipFile }));
  },
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
    // The first VPC of the account is a stranger's (test/lifecycle/drift/strangers.ts).
    cloud.call(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: "vpc-00000000000000001" }));
  },
];
