/** What the in-memory AWS does not model: always a fault of the test or of the model, never an answer of AWS. */
export class UnmodelledError extends Error {
  override readonly name = "UnmodelledError";
}

/** An error in the form the SDK gives it: `name` is the AWS error code, `$metadata` is filled in by the cloud. */
export class AwsError extends Error {
  override readonly name: string;
  readonly $fault: "client" | "server";
  $metadata: { httpStatusCode: number; requestId: string; attempts: number };

  constructor(name: string, message: string, status: number, details: object) {
    super(message);
    this.name = name;
    this.$fault = status >= 500 ? "server" : "client";
    this.$metadata = { httpStatusCode: status, requestId: "", attempts: 1 };
    Object.assign(this, details);
  }
}

/**
 * Makes an error of AWS.
 *
 * @param name the code, as in the SDK's error types or the service's list of error codes
 * @param status the HTTP status, 400 when not given
 * @param details further members of the SDK's error class, such as `Code` or `retryAfterSeconds`
 */
export function awsError(name: string, message: string, status = 400, details: object = {}): AwsError {
  const { stackTraceLimit } = Error;
  // Where in a model it was made says little, and taking the stack costs as much as the rest of many a call.
  Error.stackTraceLimit = 0;
  try {
    return new AwsError(name, message, status, details);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** The reply is lost because the peer closed the connection: what Node's HTTP client throws. */
export function connectionReset(): Error {
  return Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
}

/** The reply did not come in time: what `@smithy/node-http-handler` throws. */
export function timeout(): Error {
  return Object.assign(new Error("Connection timed out after 5000 ms"), { name: "TimeoutError" });
}
