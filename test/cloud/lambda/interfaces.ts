import type { Cloud } from "../cloud.ts";
import { addInterface, scheduleRelease } from "../ec2/interfaces.ts";
import type { Settings } from "./settings.ts";

type VpcSettings = Pick<Settings, "subnetIds" | "securityGroupIds">;

/** One interface of Lambda's in a subnet, shared by every function with the same security groups. */
interface Shared {
  readonly interfaceId: string;
  readonly users: Set<string>;
}

/**
 * The network interfaces that Lambda keeps for functions in a VPC. Functions with the same subnet and groups share one
 * (Lambda Developer Guide, "Hyperplane ENIs"). What is given up lives on: aws-notes, "Teardown that does not hang".
 */
export class LambdaInterfaces {
  readonly #cloud: Cloud;
  readonly #shared = new Map<string, Shared>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Makes the function a user of one interface per subnet, creating those that are not there yet. */
  attach(functionName: string, vpc: VpcSettings): void {
    for (const [key, subnetId] of keys(vpc)) {
      const shared = this.#shared.get(key);
      if (shared) {
        shared.users.add(functionName);
        continue;
      }
      const interfaceId = addInterface(this.#cloud.services.ec2.store, {
        subnetId,
        groupIds: vpc.securityGroupIds,
        type: "lambda",
        description: `AWS Lambda VPC ENI-${functionName}-${this.#cloud.uuid("Lambda interface")}`,
        requesterId: `AROA00000000000000000:${functionName}`,
      });
      this.#shared.set(key, { interfaceId, users: new Set([functionName]) });
    }
  }

  /**
   * Gives the function's interfaces up by an update. Those that no other function uses become `available` after
   * `lambdaInterfaceDetach`, and Lambda removes them itself after `lambdaInterfaceTail`.
   *
   * @param after what the function uses from now on
   * @returns the ids of these interfaces
   */
  detach(functionName: string, before: VpcSettings, after: VpcSettings): string[] {
    const kept = new Set(keys(after).map(([key]) => key));
    const ids = this.#giveUp(
      functionName,
      keys(before).filter(([key]) => !kept.has(key)),
    );
    const { lambdaInterfaceDetach, lambdaInterfaceTail } = this.#cloud.durations;
    for (const id of ids) this.#schedule(id, Math.min(lambdaInterfaceDetach, lambdaInterfaceTail), lambdaInterfaceTail);
    return ids;
  }

  /**
   * Gives up what the deleted function still used, and those of its interfaces that were being detached: these stay in
   * use until Lambda removes them, after `lambdaInterfaceTail`.
   */
  abandon(functionName: string, vpc: VpcSettings, detaching: readonly string[]): void {
    const { lambdaInterfaceTail } = this.#cloud.durations;
    for (const id of [...this.#giveUp(functionName, keys(vpc)), ...detaching])
      this.#schedule(id, lambdaInterfaceTail, lambdaInterfaceTail);
  }

  #giveUp(functionName: string, given: readonly [string, string][]): string[] {
    return given.flatMap(([key]) => {
      const shared = this.#shared.get(key);
      if (!shared?.users.delete(functionName) || shared.users.size > 0) return [];
      this.#shared.delete(key);
      return [shared.interfaceId];
    });
  }

  #schedule(id: string, detachedIn: number, deletedIn: number): void {
    const at = (ms: number) => new Date(this.#cloud.now() + ms);
    scheduleRelease(this.#cloud.services.ec2.store, id, { detached: at(detachedIn), deleted: at(deletedIn) });
  }
}

function keys({ subnetIds, securityGroupIds }: VpcSettings): [string, string][] {
  const groups = [...securityGroupIds].sort().join();
  return subnetIds.map((subnetId) => [`${subnetId} ${groups}`, subnetId]);
}
