import type { ErrorClass } from "../engine/kind.ts";

/**
 * What AWS's error codes mean, across services. Sources: the services' API references, the error classes of the SDK
 * clients, and for EC2 "Error codes for the Amazon EC2 API". A kind lists its own exceptions in `classify`.
 */
const byCode: readonly (readonly [ErrorClass, RegExp])[] = [
  [
    "retry",
    /^(Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*|LimitExceededException\.Rate|SlowDown|PriorRequestNotComplete|EC2ThrottledException|ProvisionedThroughputExceededException|OperationAborted\w*|ConcurrentModification\w*|OperationNotPermittedException|InsufficientDBInstanceCapacity\w*|InsufficientCapacity\w*|BandwidthLimitExceeded)$/,
  ],
  [
    "unknown",
    /^(TimeoutError|RequestTimeout\w*|InternalError|InternalFailure|InternalServer\w*|ServiceException|ServiceUnavailable\w*|ServiceFailure|ServiceFailureException|Unavailable|KMSInternalException|DependencyTimeoutException|NetworkingError|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|ECONNREFUSED|EAI_AGAIN)$/,
  ],
  [
    "exists",
    /^(\w*AlreadyExists(Exception|Fault)?|EntityAlreadyExists\w*|BucketAlreadyOwnedByYou|ResourceConflictException\.Exists|InvalidGroup\.Duplicate|InvalidPermission\.Duplicate|RouteAlreadyExists|ResourceExistsException|ResourceAlreadyExists\w*)$/,
  ],
  [
    "gone",
    /^(Invalid\w+\.NotFound|\w*NotFound(Exception|Fault)?|NoSuch\w+|Invalid\w+ID\.NotFound|NatGatewayNotFound|InvalidAllocationID\.NotFound|InvalidRoute\.NotFound)$/,
  ],
  [
    "dependency",
    /^(DependencyViolation|\w*InUse(Exception)?|ResourceInUse\w*|InvalidDB\w*State(Fault)?|InvalidDBClusterState\w*|DeleteConflict\w*|HostedZoneNotEmpty|BucketNotEmpty|IncorrectState|IncorrectInstanceState|Resource\.AlreadyAssociated|ResourceConflictException|InvalidGroup\.InUse|InvalidIPAddress\.InUse|KMSKeyNotAccessible\w*)$/,
  ],
  [
    "denied",
    /^(AccessDenied\w*|UnauthorizedOperation|AuthFailure|ExpiredToken\w*|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId|CredentialsProviderError|TokenRefreshRequired|OptInRequired|RequestExpired|InvalidSignatureException)$/,
  ],
];

/** AWS's error code: the exception's name, or Node's code for what never became an answer. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "Error" && "code" in error && typeof error.code === "string") return error.code;
  // Route 53 and RDS name some of their errors without the suffix that their classes carry, and the other way round.
  return error.name;
}

/** The HTTP status and request id, when AWS answered. */
export function metadataOf(error: unknown): { readonly status?: number; readonly requestId?: string } {
  if (!(error instanceof Error) || !("$metadata" in error)) return {};
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null) return {};
  const status = "httpStatusCode" in metadata ? metadata.httpStatusCode : undefined;
  const requestId = "requestId" in metadata ? metadata.requestId : undefined;
  return {
    ...(typeof status === "number" ? { status } : {}),
    ...(typeof requestId === "string" ? { requestId } : {}),
  };
}

/** What a failed call means for what to do next; `fatal` for everything that is not known to be better. */
export function classify(error: unknown): ErrorClass {
  const code = codeOf(error);
  if (code === undefined) return "fatal";
  for (const [kind, pattern] of byCode) if (pattern.test(code)) return kind;
  const { status } = metadataOf(error);
  if (status === 429) return "retry";
  // An answer of success that cannot be read refuses nothing.
  if (status !== undefined && (status >= 500 || status < 300)) return "unknown";
  return "fatal";
}

/** AWS's code and request id, for messages. Nothing for errors of our own. */
export function origin(error: unknown): { readonly code?: string; readonly requestId?: string } {
  const { requestId, status } = metadataOf(error);
  const code = codeOf(error);
  const answered = requestId !== undefined || status !== undefined;
  return {
    ...(code !== undefined && (answered || classify(error) !== "fatal") ? { code } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** What the user can do about an error of AWS's. */
export function advise(error: unknown): string {
  const code = codeOf(error) ?? "";
  if (/Expired|TokenRefresh|RequestExpired/.test(code)) {
    return "Refresh the credentials (for example `aws sso login`) and run the same command again.";
  }
  switch (classify(error)) {
    case "denied":
      return "Check the credentials and their permissions for this call, then run the same command again.";
    case "retry":
    case "unknown":
      return "AWS is busy or unreachable: run the same command again.";
    case "dependency":
      return "Something else still uses it or is being changed: run the same command again, or remove what the message names.";
    default:
      return /LimitExceeded|QuotaExceeded/.test(code)
        ? "A quota of the account is used up: raise it, or remove what is not needed."
        : "Correct what the message names, then run the same command again.";
  }
}
