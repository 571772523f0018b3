import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import { awsError } from "../errors.ts";
import { type Operation, read, write } from "../model.ts";
import { natState } from "./nat.ts";
import { dependencyViolation, type Ec2Record, type Ec2Store, get, invalid, notFound } from "./store.ts";
import { vpcNotFound } from "./vpc.ts";

export interface InternetGateway extends Ec2Record {
  /** The VPC it is attached to. */
  vpcId: string | undefined;
}

export const gatewayNotFound = notFound("InvalidInternetGatewayID.NotFound", "internetGateway ID");

/** Internet gateways. */
export function internetGatewayOperations(store: Ec2Store): Operation[] {
  const { cloud } = store;
  const show = (gateway: InternetGateway) => ({
    InternetGatewayId: gateway.id,
    OwnerId: cloud.account,
    // The API reports "available" where the SDK's enum says "attached" (InternetGatewayAttachment: "the value is
    // available when attached"), hence no literal of the enum.
    Attachments: gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: attachedState }],
    Tags: gateway.tags.list(),
  });
  return [
    write(CreateInternetGatewayCommand, ["TagSpecifications"], (input) => {
      const tags = store.newTags(input.TagSpecifications, "internet-gateway");
      const gateway: InternetGateway = { id: cloud.id("igw"), created: store.now(), tags, vpcId: undefined };
      store.internetGateways.set(gateway.id, gateway);
      return { InternetGateway: show(gateway) };
    }),
    read(DescribeInternetGatewaysCommand, ["InternetGatewayIds", "Filters", "MaxResults", "NextToken"], (input) => {
      const { items, next } = store.describe({
        items: store.internetGateways.values(),
        ids: input.InternetGatewayIds,
        filters: input.Filters,
        attributes: {
          "internet-gateway-id": (gateway) => gateway.id,
          "attachment.vpc-id": (gateway) => gateway.vpcId,
          "attachment.state": (gateway) => (gateway.vpcId === undefined ? undefined : "available"),
        },
        notFound: gatewayNotFound,
        maxResults: input.MaxResults,
        nextToken: input.NextToken,
      });
      return { InternetGateways: items.map(show), ...next };
    }),
    write(AttachInternetGatewayCommand, ["InternetGatewayId", "VpcId"], (input) => {
      const gateway = get(store.internetGateways, input.InternetGatewayId, gatewayNotFound, "internetGatewayId");
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      if (gateway.vpcId !== undefined) {
        throw awsError(
          "Resource.AlreadyAssociated",
          `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
        );
      }
      if ([...store.internetGateways.values()].some((other) => other.vpcId === vpc.id)) {
        throw invalid(`Network ${vpc.id} already has an internet gateway attached`);
      }
      gateway.vpcId = vpc.id;
      return {};
    }),
    write(DetachInternetGatewayCommand, ["InternetGatewayId", "VpcId"], (input) => {
      const gateway = get(store.internetGateways, input.InternetGatewayId, gatewayNotFound, "internetGatewayId");
      const vpc = get(store.vpcs, input.VpcId, vpcNotFound, "vpcId");
      if (gateway.vpcId !== vpc.id) {
        throw awsError("Gateway.NotAttached", `resource ${gateway.id} is not attached to network ${vpc.id}`);
      }
      // DetachInternetGateway API: "The VPC must not contain any running instances with Elastic IP addresses"; a NAT counts.
      const mapped = [...store.natGateways.values()].some(
        (nat) => nat.vpcId === vpc.id && !["deleted", "failed", undefined].includes(natState(store, nat)),
      );
      if (mapped) {
        throw dependencyViolation(
          `Network ${vpc.id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
        );
      }
      gateway.vpcId = undefined;
      return {};
    }),
    write(DeleteInternetGatewayCommand, ["InternetGatewayId"], (input) => {
      const gateway = get(store.internetGateways, input.InternetGatewayId, gatewayNotFound, "internetGatewayId");
      if (gateway.vpcId !== undefined) {
        throw dependencyViolation(`The internetGateway '${gateway.id}' has dependencies and cannot be deleted.`);
      }
      store.internetGateways.delete(gateway.id);
      cloud.bury(cloud.arn("ec2", `internet-gateway/${gateway.id}`), gateway.tags);
      return {};
    }),
  ];
}

/** See `show`: the wire value lies outside the SDK's enum, so its type has to be asserted. */
const attachedState = "available" as "attached";
