import { type ErrorRow, localstack, notes, of, recorded, sdk } from "../error-rows.ts";

/** The errors of its resources, and what they mean. */
export const errors: readonly ErrorRow[] = [
  ...of("apigateway:rest-api", sdk("api-gateway"), [
    ["look", "NotFoundException", "Invalid API identifier specified 123456789012:abc", 404, "gone", localstack],
    ["look/create", "TooManyRequestsException", "Too Many Requests", 429, "retry", `${notes}apigateway/rest_api.go`],
    [
      "create",
      "LimitExceededException",
      "Maximum number of APIs for this account has been reached. Please contact AWS if you need additional APIs.",
      429,
      "quota",
      "terraform-provider-aws#37605",
    ],
    [
      "create",
      "LimitExceededException",
      "The request exceeded the rate limit. Retry after the specified time period.",
      429,
      "retry",
    ],
    [
      "update",
      "ConflictException",
      "Unable to complete operation due to concurrent modification. Please try again later.",
      409,
      "retry",
      localstack,
    ],
    ["look", "ServiceUnavailableException", "", 503, "unknown"],
    ["look", "UnauthorizedException", "", 401, "denied"],
    ["look", "AccessDeniedException", "User: u is not authorized to perform: apigateway:GET", 403, "denied", recorded],
  ]),
  ...of("apigateway:resource", localstack, [
    ["create", "ConflictException", "Another resource with the same parent already has this name: pets", 409, "exists"],
    ["remove", "NotFoundException", "Invalid Resource identifier specified", 404, "gone"],
  ]),
  ...of("apigateway:method", "hashicorp/terraform-provider-aws#16439", [
    [
      "update/remove",
      "ConflictException",
      "Unable to complete operation due to concurrent modification. Please try again later.",
      409,
      "retry",
    ],
  ]),
  ...of("apigateway:deployment", localstack, [
    [
      "remove",
      "BadRequestException",
      "Active stages pointing to this deployment must be moved or deleted",
      400,
      "dependency",
    ],
    ["create", "BadRequestException", "Invalid REST API identifier specified", 400, "fatal"],
  ]),
  ...of("apigateway:stage", localstack, [
    ["create", "ConflictException", "Stage already exists", 409, "exists"],
    [
      "update",
      "BadRequestException",
      "Active stages pointing to this deployment must be moved or deleted",
      400,
      "dependency",
    ],
    [
      "update",
      "BadRequestException",
      "CloudWatch Logs role ARN must be set in account settings to enable logging",
      400,
      "dependency",
      "aws-samples/serverless-patterns#620",
    ],
    ["update", "BadRequestException", "Access Log value must not be empty", 400, "fatal"],
  ]),
  ...of("apigateway:account", `${notes}apigateway/account.go`, [
    [
      "create",
      "BadRequestException",
      "The role ARN does not have required permissions set to API Gateway",
      400,
      "retry",
    ],
    [
      "create",
      "BadRequestException",
      "API Gateway could not successfully write to CloudWatch Logs using the ARN specified",
      400,
      "retry",
    ],
    ["create", "TooManyRequestsException", "Too Many Requests", 429, "retry"],
  ]),
  ...of("apigateway:domain-name", sdk("api-gateway"), [
    [
      "create",
      "BadRequestException",
      "The domain name you provided already exists.",
      400,
      "exists",
      `${notes}apigateway/domain_name.go`,
    ],
    ["create", "BadRequestException", "Certificate arn is invalid", 400, "fatal"],
    ["look", "NotFoundException", "Invalid domain name identifier specified", 404, "gone", localstack],
  ]),
  ...of("apigateway:base-path-mapping", `${notes}apigateway/base_path_mapping.go`, [
    ["create", "BadRequestException", "Invalid stage identifier specified", 400, "retry"],
    ["create", "BadRequestException", "Invalid domain name identifier specified", 400, "retry"],
    ["create", "ConflictException", "Base path already exists for this domain name", 409, "exists"],
    ["remove", "BadRequestException", "Invalid stage identifier specified", 400, "fatal"],
    ["remove", "NotFoundException", "Invalid base path mapping identifier specified", 404, "gone"],
  ]),
];
