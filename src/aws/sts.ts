import { STSClient } from "@aws-sdk/client-sts";
import { caller } from "./caller.ts";
import { permissions } from "./permissions.ts";
import { type AwsOptions, transportTo } from "./transport.ts";

/** AWS Security Token Service. */
export const sts = permissions({
  source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
  // "No permissions are required to perform this operation."
  operations: { GetCallerIdentity: {} },
});

/** The one service that is asked before all others, whose clients take long to load. */
export function connectSts(options: AwsOptions) {
  const { transport, config } = transportTo(options);
  return { sts: caller("sts", transport, () => new STSClient(config)) };
}

/** A connection to it. */
export type Sts = ReturnType<typeof connectSts>;
