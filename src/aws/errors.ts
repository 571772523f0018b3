import type { ErrorClass } from "../engine/kind.ts";
import { networkErrors } from "./network.ts";
import { quotaAdvice } from "./quota.ts";

/** What a code, or a code with such a message, means. The first that fits counts. */
interface Rule {
  readonly is: ErrorClass;
  readonly code: RegExp;
  readonly message?: RegExp;
}

/**
 * Rates: nothing happened, and the same call may be sent again a moment later. What the SDK itself takes for throttling
 * (@smithy/service-error-classification), but for LimitExceededException, which is a quota unless its message says
 * otherwise.
 */
const throttling: readonly Rule[] = [
  {
    is: "retry",
    code: /^((KMS\.)?Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|RequestThrottled\w*|SlowDown|PriorRequestNotComplete|EC2Throttled\w*|ProvisionedThroughputExceededException|BandwidthLimitExceeded|TransactionInProgressException)$/,
  },
  { is: "retry", code: /^LimitExceeded(Exception)?$/, message: /rate (limit|exceeded)|too many requests|throttl/i },
];

/**
 * What AWS's error codes mean, across services. Sources: the services' API references, the error classes of the SDK
 * clients, and for EC2 "Error codes for the Amazon EC2 API"; row by row in test/aws/error-table.ts. A kind lists its own
 * exceptions in `classify`.
 */
const rules: readonly Rule[] = [
  ...throttling,
  {
    is: "quota",
    code: /^(\w*LimitExceeded(Exception|Fault)?|\w*QuotaExceeded(Exception|Fault)?|LimitsExceeded|TooManyBuckets|TooManyHostedZones|CodeStorageExceededException|ENILimitReachedException)$/,
  },
  // A key that KMS has made, enabled or changed a moment ago and that another service does not see so yet, in the words
  // of each: S3 ("KMS.DisabledException"), KMS itself, Lambda, Secrets Manager, RDS, CloudWatch Logs.
  {
    is: "dependency",
    code: /^(KMS\.\w+|KMSInvalidStateException|KMSDisabledException|KMSNotFoundException|KMSAccessDeniedException|DisabledException|KeyUnavailableException|EncryptionFailure\w*|DecryptionFailure\w*|KMSKeyNotAccessible\w*)$/,
  },
  {
    is: "dependency",
    code: /^(InvalidParameterException|AccessDenied\w*)$/,
    message: /KMS key\b.*(could not be found|does not exist|not allowed to be used|is disabled|is pending)/is,
  },
  // A principal of a policy that IAM has not spread yet.
  { is: "dependency", code: /^MalformedPolicy\w*$/, message: /invalid principal/i },
  {
    is: "retry",
    code: /^(OperationAborted\w*|ConcurrentModification\w*|ConcurrentTagAccess|EntityTemporarilyUnmodifiable\w*|ResourceConflictException|PreconditionFailedException|RequestInProgressException|ResourceNotReadyException|Insufficient\w*Capacity\w*)$/,
  },
  {
    is: "unknown",
    code: /^(TimeoutError|RequestTimeout(Exception)?|Internal(Error|Failure|ServerError|Server\w*|Service\w*)|ServiceException|ServiceUnavailable\w*|ServiceFailure\w*|Unavailable|KMSInternalException|DependencyTimeoutException)$/,
  },
  {
    is: "exists",
    code: /^(\w*AlreadyExists\w*|ResourceExistsException|BucketAlreadyOwnedByYou|Invalid\w+\.Duplicate)$/,
  },
  { is: "gone", code: /^((Invalid\w+\.)?\w*NotFound(Exception|Fault|Error)?|NoSuch\w+)$/ },
  {
    is: "dependency",
    code: /^(DependencyViolation|(Invalid\w+\.)?\w*InUse(Exception|Fault)?|InvalidDB\w*State(Fault)?|InvalidState|DeleteConflict\w*|HostedZoneNotEmpty|BucketNotEmpty|Incorrect(Instance)?State|Resource\.AlreadyAssociated|EC2AccessDeniedException|ENINotReadyException)$/,
  },
  {
    is: "denied",
    code: /^(AccessDenied\w*|Unauthorized\w*|NotAuthorized\w*|AuthFailure|OptInRequired|Expired\w*|RequestExpired|TokenRefreshRequired|Invalid(ClientTokenId|AccessKeyId|SignatureException|Token)|UnrecognizedClientException|SignatureDoesNotMatch|IncompleteSignature\w*|MissingAuthenticationToken\w*|CredentialsProviderError|RequestTimeTooSkewed|RegionDisabledException|Forbidden\w*)$/,
  },
  ...networkErrors,
];

/** AWS's error code: the exception's name, or Node's code for what never became an answer. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Of several addresses of one name that were all tried, Node reports all, under the code of the first (net.connect).
  const isNodes = error.name === "Error" || error instanceof AggregateError;
  if (isNodes && "code" in error && typeof error.code === "string") return error.code;
  // Route 53 and RDS name some of their errors without the suffix that their classes carry, and the other way round.
  return error.name;
}

/** An error that AWS reports of one item inside an answer of success, as the SDK would have thrown it. */
export const reported = (code: string | undefined, message: string | undefined): Error =>
  Object.assign(new Error(message ?? "AWS gave no reason"), { name: code ?? "UnknownError" });

/**
 * The one of several refused items that says most: what waiting does not mend comes first.
 *
 * @returns `undefined` when none was refused
 */
export const worstOf = (refused: readonly Error[]): Error | undefined =>
  refused.find((error) => !["retry", "unknown", "dependency", "gone"].includes(classify(error))) ?? refused[0];

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

const ruleOf = <R extends Rule>(error: unknown, among: readonly R[]): R | undefined => {
  if (!(error instanceof Error)) return undefined;
  const name = codeOf(error) ?? "";
  return among.find(({ code, message }) => code.test(name) && (message?.test(error.message) ?? true));
};

/** What a failed call means for what to do next; `fatal` for everything that is not known to be better. */
export function classify(error: unknown): ErrorClass {
  const rule = ruleOf(error, rules);
  if (rule !== undefined) return rule.is;
  const { status } = metadataOf(error);
  if (status === 429) return "retry";
  if (status === 401 || status === 403) return "denied";
  // An answer of success that cannot be read refuses nothing.
  if (status !== undefined && (status >= 500 || status < 300)) return "unknown";
  return "fatal";
}

/** Whether AWS has refused a call only because too many were sent. */
export const isThrottled = (error: unknown): boolean =>
  ruleOf(error, throttling) !== undefined || (metadataOf(error).status === 429 && classify(error) === "retry");

/** EC2 says of credentials what it also says of permissions; its words tell them apart ("Error codes", AuthFailure). */
const ofCredentials: readonly Rule[] = [
  {
    is: "denied",
    code: /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken|UnrecognizedClientException|CredentialsProviderError|TokenProviderError|CredentialsError)$/,
  },
  { is: "denied", code: /^AuthFailure$/, message: /validate the provided (access )?credentials/i },
];

/**
 * Whether AWS accepts the credentials no more, or there are none: no call would fare better, whatever it is. Sources:
 * the common errors of AWS's APIs, S3's error responses, the SDK's credential providers.
 */
export const isOfCredentials = (error: unknown): boolean => ruleOf(error, ofCredentials) !== undefined;

/** AWS's code and request id, or Node's code, for messages. Nothing for errors of our own. */
export function origin(error: unknown): { readonly code?: string; readonly requestId?: string } {
  const { requestId, status } = metadataOf(error);
  const code = codeOf(error);
  const answered = requestId !== undefined || status !== undefined;
  const isKnown = ruleOf(error, networkErrors) !== undefined;
  return {
    ...(code !== undefined && (answered || isKnown || classify(error) !== "fatal") ? { code } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/**
 * What the user can do about an error of AWS's.
 *
 * @param type the kind of the resource, for example "ec2:vpc"
 */
export function advise(error: unknown, type?: string): string {
  const code = codeOf(error) ?? "";
  if (isOfCredentials(error) || /Expired/.test(code)) {
    return "Refresh the credentials (for example `aws sso login`) and run the same command again.";
  }
  if (code === "UnreadableAnswerError") {
    return "Somebody else has answered: check the network, the proxy (HTTPS_PROXY, NO_PROXY) and AWS_ENDPOINT_URL, then run the same command again.";
  }
  if (code === "RequestTimeTooSkewed") return "Set this machine's clock right, then run the same command again.";
  const network = ruleOf(error, networkErrors);
  if (network !== undefined) return network.advice;
  switch (classify(error)) {
    case "denied": {
      const check = "Check the credentials and their permissions for this call, then run the same command again.";
      // A bucket's name is taken for all accounts, and the answer to others is the same as to whoever lacks permission.
      const taken = " If another account has a bucket of this name, choose another --suffix.";
      return type === "s3:bucket" ? check + taken : check;
    }
    case "retry":
    case "unknown":
      return "AWS is busy or unreachable: run the same command again.";
    case "dependency":
      return "Something else still uses it or is being changed: run the same command again.";
    case "quota":
      return quotaAdvice(error, type);
    default:
      return "Correct what the message names, then run the same command again.";
  }
}
