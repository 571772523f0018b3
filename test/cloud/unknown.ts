import { createHash } from "node:crypto";

/**
 * What AWS adds without notice: states that are in no reference and members that no client knows (requirement R3; RDS
 * has shown `configuring-…` and `scaling-…` so, Lambda `ActiveNonInvocable`: aws-notes, "What recordings of the real AWS
 * say").
 */
export interface Unknowns {
  /** Chooses them. */
  readonly seed: number;
  /** How many of a thousand states of resources show as an unknown one at first, and operations have an unknown member. */
  readonly perMille: number;
  /** How long a state is shown as an unknown one, in milliseconds from when it is first seen. */
  readonly ms: number;
}

/** Where states stand: members of the objects in an operation's output that have the id, too. */
const states: Readonly<Record<string, { readonly id: string; readonly members: readonly string[] }>> = {
  "rds:DescribeDBClusters": { id: "DBClusterIdentifier", members: ["Status"] },
  "rds:DescribeDBInstances": { id: "DBInstanceIdentifier", members: ["DBInstanceStatus"] },
  "ec2:DescribeNatGateways": { id: "NatGatewayId", members: ["State"] },
  "ec2:DescribeVpcEndpoints": { id: "VpcEndpointId", members: ["State"] },
  "ec2:DescribeVpcs": { id: "VpcId", members: ["State"] },
  "ec2:DescribeSubnets": { id: "SubnetId", members: ["State"] },
  "lambda:GetFunction": { id: "FunctionName", members: ["State", "LastUpdateStatus"] },
  "lambda:GetFunctionConfiguration": { id: "FunctionName", members: ["State", "LastUpdateStatus"] },
  "acm:DescribeCertificate": { id: "CertificateArn", members: ["Status"] },
  "apigateway:GetDomainName": { id: "domainName", members: ["domainNameStatus"] },
  "kms:DescribeKey": { id: "KeyId", members: ["KeyState"] },
  "route53:GetChange": { id: "Id", members: ["Status"] },
};

/** The ends of a life, which are what they are. */
const ends = /^(delet|fail|pendingdeletion|expired|revoked|inactive)/i;

/** The states that show as unknown ones, each with the end of that. */
export class UnknownStates {
  readonly #until = new Map<string, number>();

  /** Puts unknown states and members into an output. */
  alter(call: { readonly service: string; readonly operation: string }, output: object, by: Unknowns, now: number) {
    const operation = `${call.service}:${call.operation}`;
    const { id, members } = states[operation] ?? { id: "", members: [] };
    const extra = drawn(by, operation) ? { AddedByAws: "yesterday" } : {};
    const show = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(show);
      if (!isObject(value)) return value;
      const inner = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, show(item)]));
      if (value[id] === undefined) return inner;
      const altered = members.flatMap((member) => {
        const state = value[member];
        if (typeof state !== "string" || ends.test(state)) return [];
        return this.#isUnknown(`${call.service} ${value[id]} ${member} ${state}`, by, now)
          ? [[member, "reticulating"]]
          : [];
      });
      return { ...inner, ...extra, ...Object.fromEntries(altered) };
    };
    const shown = show(output);
    return { ...(isObject(shown) ? shown : output), ...extra };
  }

  #isUnknown(state: string, by: Unknowns, now: number): boolean {
    if (!drawn(by, state)) return false;
    const until = this.#until.get(state) ?? now + by.ms;
    this.#until.set(state, until);
    return now < until;
  }
}

function drawn({ seed, perMille }: Unknowns, what: string): boolean {
  const hash = createHash("md5").update(`${seed} ${what}`).digest();
  return hash.readUInt16BE(0) % 1000 < perMille;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
