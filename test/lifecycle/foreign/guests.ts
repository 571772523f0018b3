import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNatGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcEndpointCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcEndpointsCommand,
  ReleaseAddressCommand,
} from "@aws-sdk/client-ec2";
import { CreateAliasCommand, DeleteAliasCommand } from "@aws-sdk/client-kms";
import {
  CreateDBClusterCommand,
  CreateDBSubnetGroupCommand,
  DeleteDBClusterCommand,
  DeleteDBSubnetGroupCommand,
} from "@aws-sdk/client-rds";
import { ChangeResourceRecordSetsCommand, type ResourceRecordSet } from "@aws-sdk/client-route-53";
import { addInterface } from "../../cloud/ec2/interfaces.ts";
import type { World } from "../world.ts";

/** What a guest has put into the environment. */
export interface Placed {
  /** How a message has to call it that says what is in the way; undefined when it is in nobody's way. */
  readonly named?: string;
  /** Takes it away again. */
  leave(): void;
}

/** Somebody else who uses what is ours: a part of the environment cannot go before they do. */
export type Guest = (world: World, id: (node: string) => string) => Placed;

const text = (value: string | undefined): string => {
  if (value === undefined) throw new Error("AWS gave no id");
  return value;
};

/** People put things into a VPC that is not theirs, and refer to what is in it. */
export const guests: Readonly<Record<string, Guest>> = {
  "a subnet": ({ cloud }, id) => {
    const made = cloud.call(new CreateSubnetCommand({ VpcId: id("network/vpc"), CidrBlock: "10.0.200.0/24" }));
    const SubnetId = text(made.Subnet?.SubnetId);
    return { named: SubnetId, leave: () => void cloud.call(new DeleteSubnetCommand({ SubnetId })) };
  },

  "a security group": ({ cloud }, id) => {
    const group = { GroupName: "trading-functions-dev-guest", Description: "theirs", VpcId: id("network/vpc") };
    const GroupId = text(cloud.call(new CreateSecurityGroupCommand(group)).GroupId);
    return { named: GroupId, leave: () => void cloud.call(new DeleteSecurityGroupCommand({ GroupId })) };
  },

  "a security group whose rule leads to ours": ({ cloud }, id) => {
    const group = { GroupName: "theirs", Description: "theirs", VpcId: id("network/vpc") };
    const GroupId = text(cloud.call(new CreateSecurityGroupCommand(group)).GroupId);
    const UserIdGroupPairs = [{ GroupId: id("security-groups/functions") }];
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs }];
    cloud.call(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    return { named: GroupId, leave: () => void cloud.call(new DeleteSecurityGroupCommand({ GroupId })) };
  },

  "a route table": ({ cloud }, id) => {
    const made = cloud.call(new CreateRouteTableCommand({ VpcId: id("network/vpc") }));
    const RouteTableId = text(made.RouteTable?.RouteTableId);
    return { named: RouteTableId, leave: () => void cloud.call(new DeleteRouteTableCommand({ RouteTableId })) };
  },

  "a gateway endpoint": ({ cloud }, id) => {
    const endpoint = { VpcId: id("network/vpc"), ServiceName: `com.amazonaws.${cloud.region}.dynamodb` };
    const made = cloud.call(new CreateVpcEndpointCommand({ ...endpoint, VpcEndpointType: "Gateway" }));
    const VpcEndpointId = text(made.VpcEndpoint?.VpcEndpointId);
    const VpcEndpointIds = [VpcEndpointId];
    return { named: VpcEndpointId, leave: () => void cloud.call(new DeleteVpcEndpointsCommand({ VpcEndpointIds })) };
  },

  "a server's network interface": ({ cloud }, id) => {
    const { store } = cloud.services.ec2;
    const subnetId = id("network/private-subnet-1");
    const server = { type: "interface", description: "their server", requesterId: "111122223333" } as const;
    const named = addInterface(store, { subnetId, groupIds: [], ...server });
    return { named, leave: () => void store.interfaces.delete(named) };
  },

  "a server in our security group": ({ cloud }, id) => {
    const { store } = cloud.services.ec2;
    const spec = { subnetId: id("network/private-subnet-2"), groupIds: [id("security-groups/functions")] };
    const server = { type: "interface", description: "their server", requesterId: "111122223333" } as const;
    const named = addInterface(store, { ...spec, ...server });
    return { named, leave: () => void store.interfaces.delete(named) };
  },

  "a NAT gateway with an address": ({ cloud, clock }, id) => {
    const { AllocationId } = cloud.call(new AllocateAddressCommand({ Domain: "vpc" }));
    const made = cloud.call(new CreateNatGatewayCommand({ SubnetId: id("network/public-subnet-1"), AllocationId }));
    const NatGatewayId = text(made.NatGateway?.NatGatewayId);
    return {
      named: NatGatewayId,
      leave() {
        cloud.call(new DeleteNatGatewayCommand({ NatGatewayId }));
        clock.jump(clock.now() + 3_600_000);
        cloud.call(new ReleaseAddressCommand({ AllocationId }));
      },
    };
  },

  "a cluster in our subnet group": ({ cloud }, id) => {
    const DBClusterIdentifier = "trading-cluster-dev-guest";
    const group = { DBSubnetGroupName: id("database/subnet-group"), Engine: "aurora-mysql" };
    const login = { MasterUsername: "theirs", ManageMasterUserPassword: true };
    cloud.call(new CreateDBClusterCommand({ DBClusterIdentifier, ...group, ...login }));
    const leave = () => void cloud.call(new DeleteDBClusterCommand({ DBClusterIdentifier, SkipFinalSnapshot: true }));
    return { named: DBClusterIdentifier, leave };
  },

  "a subnet group over our subnets": ({ cloud }, id) => {
    const SubnetIds = [id("network/private-subnet-1"), id("network/private-subnet-2")];
    const DBSubnetGroupName = "trading-subnets-dev-guest";
    cloud.call(new CreateDBSubnetGroupCommand({ DBSubnetGroupName, DBSubnetGroupDescription: "theirs", SubnetIds }));
    return { leave: () => void cloud.call(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName })) };
  },

  "an alias of our key": ({ cloud }, id) => {
    const AliasName = "alias/trading-us-east-1-dev-guest";
    cloud.call(new CreateAliasCommand({ AliasName, TargetKeyId: id("encryption/key") }));
    return { leave: () => void cloud.call(new DeleteAliasCommand({ AliasName })) };
  },

  "a record in our zone": ({ cloud }, id) => {
    const record = { Name: "www.example.com", Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] } as const;
    const HostedZoneId = id("dns/zone");
    const change = (Action: "CREATE" | "DELETE", ResourceRecordSet: ResourceRecordSet) =>
      void cloud.call(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId,
          ChangeBatch: { Changes: [{ Action, ResourceRecordSet }] },
        }),
      );
    const own = { ...record, ResourceRecords: [...record.ResourceRecords] };
    change("CREATE", own);
    return { named: "www.example.com A", leave: () => change("DELETE", own) };
  },
};
