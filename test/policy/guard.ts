import type { Subject } from "../../src/aws/permissions.ts";
import { permissions } from "../../src/policy/permissions.ts";
import { type Statement, statementsFor } from "../../src/policy/policy.ts";
import { objectOf } from "../cloud/authorization.ts";
import type { Call, Cloud, Intercept } from "../cloud/cloud.ts";
import { awsError } from "../cloud/errors.ts";
import { services } from "../cloud/services.ts";
import { allows, type Request } from "./evaluate.ts";
import { impliedRequests } from "./implied-requests.ts";
import { requestsOf } from "./requests.ts";

/** A call, and all that IAM is asked about it. */
export interface Asked {
  /** For example "ec2:DeleteVpc". */
  readonly operation: string;
  readonly mutating: boolean;
  readonly requests: readonly Request[];
}

/** The service as tap names it; S3 is `state` where the shared state is. */
function serviceOf({ service, input }: Readonly<Call>, stateBucket: string | undefined): string {
  const name = services[service]?.inTap ?? service;
  const ofState = name === "s3" && stateBucket !== undefined && objectOf(input)["Bucket"] === stateBucket;
  return ofState ? "state" : name;
}

/** IAM in front of the in-memory AWS: refuses what the policy of an environment does not allow, and notes all it is asked. */
export class Guard {
  readonly statements: readonly Statement[];
  /** What was not allowed: "ec2 DeleteVpc: ec2:DeleteVpc on arn:…". */
  readonly refused: string[] = [];
  /** Every call, once for all that ask the same. */
  readonly asked = new Map<string, Asked>();
  readonly #stateBucket: string | undefined;

  constructor(subject: Subject) {
    this.statements = statementsFor(subject);
    this.#stateBucket = subject.state === undefined ? undefined : /^s3:\/\/([^/]+)/.exec(subject.state)?.[1];
  }

  /** For `cloud.intercept`. */
  on(cloud: Cloud): Intercept {
    return (call, apply) => {
      const refused = this.judge(call, cloud);
      if (refused.length === 0) return apply();
      this.refused.push(...refused);
      throw awsError("AccessDenied", refused.join("; "), 403);
    };
  }

  /** @returns what is not allowed */
  judge(call: Readonly<Call>, cloud: Cloud): string[] {
    const service = serviceOf(call, this.#stateBucket);
    const operation = `${service}:${call.operation}`;
    const { operations = {}, implied = [] } = permissions[service] ?? {};
    const needs = operations[call.operation];
    if (needs === undefined) return [`${operation} is not in the table of operations`];
    const occasion = { call, cloud };
    const because = implied.filter((entry) => entry.because.includes(call.operation));
    const requests = [
      ...requestsOf(occasion, Object.keys(needs)),
      ...because.flatMap((entry) => impliedRequests(occasion, entry)),
    ];
    const asked = { operation, mutating: call.mutating, requests };
    this.asked.set(JSON.stringify(asked), asked);
    return requests
      .filter((request) => !this.statements.some((statement) => allows(statement, request)))
      .map(({ action, resource, context }) => `${operation}: ${action} on ${resource} (${JSON.stringify(context)})`);
  }
}
