import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Cloud } from "./cloud.ts";
import { awsError } from "./errors.ts";
import type { ServiceFacts } from "./facts.ts";
import { read, type ServiceModel } from "./model.ts";

/** AWS STS: who is calling. `caller` may be set by a test. */
export class StsModel implements ServiceModel {
  readonly name = "sts";
  readonly client = STSClient;
  readonly throttled = () => awsError("Throttling", "Rate exceeded");
  readonly limits = [];
  readonly operations;
  caller = "assumed-role/deployer/tap";

  constructor(cloud: Cloud) {
    this.operations = [
      read(GetCallerIdentityCommand, [], () => ({
        UserId: `AROA00000000000000001:${this.caller.split("/").at(-1)}`,
        Account: cloud.account,
        Arn: cloud.arn("sts", this.caller, ""),
      })),
    ];
  }

  resources() {
    return [];
  }
}

/** See {@link ServiceFacts}. */
export const sts: ServiceFacts<StsModel> = {
  model: StsModel,
  // STS API reference, GetCallerIdentity: no permissions are required.
  authorization: { actions: {}, named: { GetCallerIdentity: [] } },
};
