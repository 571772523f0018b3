import { EC2Client } from "@aws-sdk/client-ec2";
import type { Cloud } from "../cloud.ts";
import { awsError } from "../errors.ts";
import type { RateLimit } from "../limits.ts";
import type { Operation, Resource, ServiceModel } from "../model.ts";
import type { Tags } from "../tags.ts";
import { accountOperations } from "./account.ts";
import { aclOperations } from "./acls.ts";
import { addressOperations } from "./addresses.ts";
import { besideOperations } from "./beside.ts";
import { dropDeletedEndpoints, endpointOperations } from "./endpoints.ts";
import { internetGatewayOperations } from "./gateways.ts";
import { interfaceOperations, liveInterfaces } from "./interfaces.ts";
import { natOperations, natState } from "./nat.ts";
import { routeTableOperations } from "./routes.ts";
import { ruleOperations } from "./rules.ts";
import { securityGroupOperations } from "./security-groups.ts";
import { type Ec2Record, Ec2Store } from "./store.ts";
import { subnetOperations } from "./subnets.ts";
import { taggables, tagOperations } from "./tags.ts";
import { vpcOperations } from "./vpc.ts";

/** EC2 User Guide, "Request throttling": the few actions with rates of their own. */
const slow = new Set(["CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"]);

/**
 * Amazon EC2: networking only. Other services use `store` with `addInterface` and `scheduleRelease` (interfaces.ts): an
 * interface holds its subnet and groups until it is released.
 */
export class Ec2Model implements ServiceModel {
  readonly name = "ec2";
  readonly client = EC2Client;
  readonly throttled = () => awsError("RequestLimitExceeded", "Request limit exceeded.", 503);
  readonly operations: readonly Operation[];
  readonly limits: readonly RateLimit[];
  readonly store: Ec2Store;

  constructor(cloud: Cloud) {
    this.store = new Ec2Store(cloud);
    this.operations = [
      vpcOperations,
      subnetOperations,
      internetGatewayOperations,
      addressOperations,
      natOperations,
      routeTableOperations,
      endpointOperations,
      securityGroupOperations,
      ruleOperations,
      interfaceOperations,
      aclOperations,
      besideOperations,
      tagOperations,
      accountOperations,
    ]
      .flatMap((operations) => operations(this.store))
      .map((operation) => ({
        ...operation,
        handle: (input: object) => {
          dropDeletedEndpoints(this.store);
          return operation.handle(input);
        },
      }));
    // EC2 Developer Guide, "Request throttling for the Amazon EC2 API": a bucket per action; 50 refilled at 5/s for mutating
    // ones, 100 at 20/s for the others.
    this.limits = this.operations.map(({ name, mutating }) => ({
      operations: [name],
      burst: slow.has(name) ? 4 : mutating ? 50 : 100,
      perSecond: slow.has(name) ? 0.3 : mutating ? 5 : 20,
    }));
  }

  /** Lists the next endpoint that is to be deleted as one that could not be: an item of a reply of 200. */
  refuseNextEndpointDelete(Code: string, Message: string): void {
    this.store.endpointRefusals.push({ Code, Message });
  }

  /** Makes the next NAT gateway fail after its creation (NatGateway data type: FailureCode, FailureMessage). */
  failNextNatGateway(message: string, code = "InternalError"): void {
    this.store.natFailures.push({ code, message });
  }

  *resources(): Generator<Resource> {
    const { store } = this;
    const { cloud } = store;
    dropDeletedEndpoints(store);
    const live = new Set(liveInterfaces(store).map(({ id }) => id));
    for (const [prefix, { type, records }] of Object.entries(taggables)) {
      for (const record of records(store).values()) {
        const nat = store.natGateways.get(record.id);
        if (nat && natState(store, nat) === "deleted") continue;
        if (prefix === "eni" && !live.has(record.id)) continue;
        const key = `${type}/${record.id}`;
        const tags = record.tags.all();
        if (record.tags.size === 0 && this.#madeByAws(record, prefix)) {
          yield { key, tags: this.#ownerTags(record), state: record };
        } else {
          yield { key, arn: cloud.arn("ec2", key), tags, indexedTags: cloud.indexed(record.tags), state: record };
        }
      }
    }
  }

  /** A VPC's main route table, network ACL, default group and its rules, a new group's default rule, interfaces of services. */
  #madeByAws(record: Ec2Record, prefix: string): boolean {
    const { groups, networkAcls, routeTables, rules } = this.store;
    return (
      prefix === "eni" ||
      groups.get(record.id)?.name === "default" ||
      networkAcls.get(record.id)?.isDefault === true ||
      routeTables.get(record.id)?.associations.some(({ main }) => main) === true ||
      rules.get(record.id)?.automatic === true
    );
  }

  #ownerTags(record: Ec2Record): Tags {
    const { store } = this;
    const group = store.groups.get(store.rules.get(record.id)?.groupId ?? record.id);
    const { interfaces, networkAcls, routeTables } = store;
    const vpcId =
      [interfaces, networkAcls, routeTables].map((all) => all.get(record.id)?.vpcId).find(Boolean) ?? group?.vpcId;
    return store.vpcs.get(vpcId ?? "")?.tags.all() ?? {};
  }
}
