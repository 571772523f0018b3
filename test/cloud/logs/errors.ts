import { common, type ErrorRow, localstack, notes, of, recorded, sdk } from "../error-rows.ts";

const noKey = "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:…'";
const keyOff = "The specified KMS Key Id could not be found or is disabled.";

/** The errors of its resources, and what they mean. */
export const errors: readonly ErrorRow[] = [
  ...of("logs:log-group", sdk("cloudwatch-logs"), [
    [
      "create/update",
      "InvalidParameterException",
      noKey,
      400,
      "dependency",
      `${notes}logs/group.go; terraform-provider-aws#29282`,
    ],
    ["create/update", "AccessDeniedException", noKey, 400, "dependency", "terraform-provider-aws#17889"],
    [
      "create/update",
      "InvalidParameterException",
      keyOff,
      400,
      "dependency",
      "CloudWatch Logs API reference, AssociateKmsKey",
    ],
    [
      "create/look",
      "AccessDeniedException",
      "User: u is not authorized to perform: logs:CreateLogGroup because no identity-based policy allows it",
      400,
      "denied",
      recorded,
    ],
    [
      "update",
      "InvalidParameterException",
      "1 validation error detected: Value '12' at 'retentionInDays'",
      400,
      "fatal",
    ],
    ["create", "ResourceAlreadyExistsException", "The specified log group already exists", 400, "exists", recorded],
    ["look/remove", "ResourceNotFoundException", "The specified log group does not exist.", 400, "gone", localstack],
    ["create", "LimitExceededException", "Resource limit exceeded.", 400, "quota", localstack],
    [
      "create",
      "LimitExceededException",
      "Rate exceeded: too many requests.",
      400,
      "retry",
      "CloudWatch Logs API reference, PutRetentionPolicy",
    ],
    ["create", "ServiceQuotaExceededException", "This request exceeds a service quota.", 400, "quota"],
    [
      "create/remove",
      "OperationAbortedException",
      "A conflicting operation is currently in progress against this resource. Please try again.",
      400,
      "retry",
    ],
    ["look", "ThrottlingException", "Rate exceeded", 400, "retry"],
    ["look", "ServiceUnavailableException", "", 500, "unknown"],
    ["remove", "ValidationException", "The log group has deletion protection enabled.", 400, "fatal", recorded],
    [
      "look",
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      400,
      "denied",
      common,
    ],
  ]),
];
