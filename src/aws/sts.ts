import { STSClient } from "@aws-sdk/client-sts";
import { caller } from "./caller.ts";
import { type AwsOptions, lineTo } from "./line.ts";

/** The one service that is asked before all others, whose clients take long to load. */
export function connectSts(options: AwsOptions) {
  const { line, config } = lineTo(options);
  return { sts: caller("sts", line, () => new STSClient(config)) };
}

/** A connection to it. */
export type Sts = ReturnType<typeof connectSts>;
