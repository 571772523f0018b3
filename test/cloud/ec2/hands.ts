import {
  DeleteInternetGatewayCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DisassociateRouteTableCommand,
  ModifyVpcEndpointCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import type { Hand } from "../facts.ts";

/** See {@link Hand}. */
export const hands: Readonly<Record<string, Hand>> = {
  "ec2:vpc": {
    refused: "DependencyViolation",
    remove: (cloud, { id }) => void cloud.call(new DeleteVpcCommand({ VpcId: id })),
  },
  "ec2:internet-gateway": {
    refused: "DependencyViolation",
    remove: (cloud, { id }) => void cloud.call(new DeleteInternetGatewayCommand({ InternetGatewayId: id })),
  },
  "ec2:subnet": {
    refused: "DependencyViolation",
    remove: (cloud, { id }) => void cloud.call(new DeleteSubnetCommand({ SubnetId: id })),
  },
  // A table goes once it is no subnet's and no endpoint's.
  "ec2:route-table": {
    remove(cloud, { id: RouteTableId, of }) {
      const { RouteTables = [] } = cloud.call(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
      for (const { RouteTableAssociationId: AssociationId } of RouteTables[0]?.Associations ?? []) {
        cloud.call(new DisassociateRouteTableCommand({ AssociationId }));
      }
      for (const VpcEndpointId of of("ec2:gateway-endpoint")) {
        cloud.call(new ModifyVpcEndpointCommand({ VpcEndpointId, RemoveRouteTableIds: [RouteTableId] }));
      }
      cloud.call(new DeleteRouteTableCommand({ RouteTableId }));
    },
  },
  "ec2:elastic-ip": {
    // Held by the NAT gateway (kubernetes/kops#938).
    refused: "AuthFailure",
    remove: (cloud, { id }) => void cloud.call(new ReleaseAddressCommand({ AllocationId: id })),
  },
  "ec2:nat-gateway": {
    async remove(cloud, { id }) {
      cloud.call(new DeleteNatGatewayCommand({ NatGatewayId: id }));
      await cloud.clock.sleep(cloud.durations.natDelete);
    },
  },
  "ec2:gateway-endpoint": {
    async remove(cloud, { id }) {
      cloud.call(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }));
      await cloud.clock.sleep(cloud.durations.endpointDelete);
    },
  },
  "ec2:security-group": {
    refused: "DependencyViolation",
    remove: (cloud, { id }) => void cloud.call(new DeleteSecurityGroupCommand({ GroupId: id })),
  },
  "ec2:security-group-rule": {
    remove(cloud, { id }) {
      const SecurityGroupRuleIds = [id];
      const { SecurityGroupRules = [] } = cloud.call(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds }));
      for (const { GroupId, IsEgress } of SecurityGroupRules) {
        const input = { GroupId, SecurityGroupRuleIds };
        if (IsEgress) cloud.call(new RevokeSecurityGroupEgressCommand(input));
        else cloud.call(new RevokeSecurityGroupIngressCommand(input));
      }
    },
  },
};
