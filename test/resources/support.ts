import type { Aws } from "../../src/aws/aws.ts";
import { connect } from "../../src/aws/aws.ts";
import type { Identity } from "../../src/engine/kind.ts";
import { VirtualClock } from "../cloud/clock.ts";

/** A connection whose clients are meant to be mocked with aws-sdk-client-mock. Nothing leaves the process. */
export function testAws(): Aws {
  const clock = new VirtualClock();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return connect({ region: "us-east-1", clock, credentials }).since(clock.now());
}

/** The identity of a node in the environment "dev". */
export const identity = (node: string, name: string, id?: string): Identity => ({
  environment: "dev",
  node,
  name,
  tags: { Project: "trading", Environment: "dev", ManagedBy: "tap", Name: name, "tap:id": node },
  ...(id === undefined ? {} : { id }),
});

/** Our tags as `[{Key, Value}]`. */
export const tagList = (me: Identity) => Object.entries(me.tags).map(([Key, Value]) => ({ Key, Value }));

/** An error as AWS answers it. */
export function awsError(name: string, message = name, status = 400): Error {
  return Object.assign(new Error(message), {
    name,
    $fault: "client",
    $metadata: { httpStatusCode: status, requestId: "test-request" },
  });
}
