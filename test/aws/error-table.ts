import type { ErrorClass, KindFacts } from "../../src/engine/kind.ts";
import { Certificate } from "../../src/resources/acm/certificate.ts";
import { ApiGatewayAccount } from "../../src/resources/apigateway/account.ts";
import { BasePathMapping } from "../../src/resources/apigateway/base-path-mapping.ts";
import { ApiDeployment } from "../../src/resources/apigateway/deployment.ts";
import { ApiDomainName } from "../../src/resources/apigateway/domain-name.ts";
import { ApiResource } from "../../src/resources/apigateway/resource.ts";
import { RestApi } from "../../src/resources/apigateway/rest-api.ts";
import { ApiStage } from "../../src/resources/apigateway/stage.ts";
import { ElasticIp } from "../../src/resources/ec2/elastic-ip.ts";
import { GatewayEndpoint } from "../../src/resources/ec2/gateway-endpoint.ts";
import { InternetGateway } from "../../src/resources/ec2/internet-gateway.ts";
import { NatGateway } from "../../src/resources/ec2/nat-gateway.ts";
import { RouteTable } from "../../src/resources/ec2/route-table.ts";
import { SecurityGroup } from "../../src/resources/ec2/security-group.ts";
import { SecurityGroupRule } from "../../src/resources/ec2/security-group-rule.ts";
import { Subnet } from "../../src/resources/ec2/subnet.ts";
import { Vpc } from "../../src/resources/ec2/vpc.ts";
import { Role } from "../../src/resources/iam/role.ts";
import { KmsAlias } from "../../src/resources/kms/alias.ts";
import { KmsKey } from "../../src/resources/kms/key.ts";
import { LambdaFunction } from "../../src/resources/lambda/function.ts";
import { LambdaPermission } from "../../src/resources/lambda/permission.ts";
import { LogGroup } from "../../src/resources/logs/log-group.ts";
import { DbCluster } from "../../src/resources/rds/cluster.ts";
import { DbClusterParameterGroup } from "../../src/resources/rds/cluster-parameter-group.ts";
import { DbInstance } from "../../src/resources/rds/instance.ts";
import { DbSubnetGroup } from "../../src/resources/rds/subnet-group.ts";
import { HostedZone } from "../../src/resources/route53/hosted-zone.ts";
import { DnsRecord } from "../../src/resources/route53/record.ts";
import { Bucket } from "../../src/resources/s3/bucket.ts";
import { Secret } from "../../src/resources/secrets/secret.ts";

/** What the engine asks of a kind when a call has failed. */
interface Judge extends Pick<KindFacts, "type"> {
  classify?(error: unknown, during: "create" | "update" | "remove", seconds?: number): ErrorClass | undefined;
}

/** One error as AWS words it, and what it means. `look`: a read, on which no kind has a word of its own. */
export interface Row {
  readonly kind: Judge;
  readonly phase: "look" | "create" | "update" | "remove";
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly right: ErrorClass;
  readonly source: string;
}

type Phases = Row["phase"] | `${Row["phase"]}/${Row["phase"]}`;
/** Phases, code, message, HTTP status, class, and the source if it is not the group's. */
type Short = readonly [Phases, string, string, number, ErrorClass, source?: string];

/** @param source of those that name none of their own */
const of = (kind: Judge, source: string, rows: readonly Short[]): Row[] =>
  rows.flatMap(([phases, code, message, status, right, own]) =>
    (["look", "create", "update", "remove"] as const)
      .filter((phase) => phases.split("/").includes(phase))
      .map((phase) => ({ kind, phase, code, message, status, right, source: own ?? source })),
  );

const ec2 = "Amazon EC2 API reference, Error codes for the Amazon EC2 API";
const notes = "terraform-provider-aws, retries of ";
const recorded = "cloud-custodian's recorded replies";
const localstack = "LocalStack's snapshots, recorded on AWS";
const sdk = (client: string) => `error classes of @aws-sdk/client-${client}`;
const s3 = "S3 API reference, Error responses";
const common = "AWS common errors (each service's API reference)";

const arn = "arn:aws:kms:us-east-1:123456789012:key/k";
const noKey = "The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:…'";
const keyOff = "The specified KMS Key Id could not be found or is disabled.";

/** Codes, messages and their meaning, service by service. */
export const rows: readonly Row[] = [
  ...of(KmsKey, sdk("kms"), [
    ["look/update", "NotFoundException", `Key '${arn}' does not exist`, 400, "gone"],
    [
      "look",
      "AccessDeniedException",
      `User: u is not authorized to perform: kms:DescribeKey on resource: ${arn}`,
      400,
      "denied",
      recorded,
    ],
    ["create", "LimitExceededException", "You have exceeded the number of KMS keys in this Region.", 400, "quota"],
    [
      "create/update",
      "ThrottlingException",
      "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
      400,
      "retry",
      "KMS developer guide, Throttling AWS KMS requests",
    ],
    ["update", "DisabledException", `${arn} is disabled.`, 400, "dependency", `${notes}kms/key.go (EnableKeyRotation)`],
    ["update", "KMSInvalidStateException", `${arn} is pending deletion.`, 400, "dependency"],
    [
      "create/update",
      "MalformedPolicyDocumentException",
      "Policy contains a statement with one or more invalid principals.",
      400,
      "dependency",
      `${notes}kms/key.go`,
    ],
    [
      "create",
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
      400,
      "fatal",
    ],
    ["look/update", "KMSInternalException", "", 500, "unknown"],
    ["look/create", "DependencyTimeoutException", "", 500, "unknown"],
    ["update", "UnsupportedOperationException", "", 400, "fatal"],
    ["create", "TagException", "Tags beginning with aws: are reserved", 400, "fatal", localstack],
  ]),
  ...of(KmsAlias, sdk("kms"), [
    ["create", "AlreadyExistsException", "An alias with the name already exists", 400, "exists"],
    ["create", "KMSInvalidStateException", `${arn} is pending deletion.`, 400, "dependency", `${notes}kms/alias.go`],
    ["create", "NotFoundException", `Key '${arn}' does not exist`, 400, "gone", localstack],
    ["remove", "NotFoundException", "Alias is not found.", 400, "gone"],
    ["create", "InvalidAliasNameException", "", 400, "fatal"],
  ]),
  ...of(LogGroup, sdk("cloudwatch-logs"), [
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
  ...of(Bucket, s3, [
    ["look/update", "NoSuchBucket", "The specified bucket does not exist", 404, "gone"],
    [
      "look",
      "ServerSideEncryptionConfigurationNotFoundError",
      "The server side encryption configuration was not found",
      404,
      "gone",
      recorded,
    ],
    [
      "look",
      "ReplicationConfigurationNotFoundError",
      "The replication configuration was not found",
      404,
      "gone",
      recorded,
    ],
    ["look", "OwnershipControlsNotFoundError", "The bucket ownership controls were not found", 404, "gone", recorded],
    [
      "look",
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket",
      404,
      "gone",
      recorded,
    ],
    ["look", "NoSuchTagSet", "The TagSet does not exist", 404, "gone", recorded],
    ["look", "NoSuchBucketPolicy", "The bucket policy does not exist", 404, "gone", recorded],
    ["look", "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404, "gone", recorded],
    [
      "look",
      "NoSuchPublicAccessBlockConfiguration",
      "The public access block configuration was not found",
      404,
      "gone",
      recorded,
    ],
    ["look", "NotFound", "UnknownError", 404, "gone", sdk("s3")],
    ["look", "403", "UnknownError", 403, "denied", "S3 API reference, HeadBucket: an answer without a body"],
    ["look", "AccessDenied", "Access Denied", 403, "denied", recorded],
    [
      "look",
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      403,
      "denied",
    ],
    ["look", "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403, "denied"],
    [
      "look",
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
      403,
      "denied",
    ],
    ["look", "ExpiredToken", "The provided token has expired.", 400, "denied"],
    ["look", "InvalidToken", "The provided token is malformed or otherwise invalid.", 400, "denied"],
    ["create", "BucketAlreadyExists", "The requested bucket name is not available.", 409, "exists"],
    [
      "create",
      "BucketAlreadyOwnedByYou",
      "Your previous request to create the named bucket succeeded and you already own it.",
      409,
      "exists",
      recorded,
    ],
    ["create", "TooManyBuckets", "You have attempted to create more buckets than allowed.", 400, "quota"],
    [
      "create/update",
      "OperationAborted",
      "A conflicting conditional operation is currently in progress against this resource. Try again.",
      409,
      "retry",
      `${notes}s3/bucket.go`,
    ],
    ["update/remove", "SlowDown", "Please reduce your request rate.", 503, "retry"],
    [
      "remove",
      "InternalError",
      "We encountered an internal error. Please try again.",
      200,
      "unknown",
      "S3 API reference, DeleteObjects: an item of a batch",
    ],
    ["remove", "BucketNotEmpty", "The bucket you tried to delete is not empty", 409, "dependency"],
    ["look", "ServiceUnavailable", "Please reduce your request rate.", 503, "unknown"],
    [
      "update",
      "RequestTimeout",
      "Your socket connection to the server was not read from or written to within the timeout period.",
      400,
      "unknown",
    ],
    ["update", "MalformedPolicy", "Invalid principal in policy", 400, "dependency", `${notes}s3/bucket_policy.go`],
    ["update", "MalformedPolicy", "Policy has invalid action", 400, "fatal"],
    ["update", "InvalidArgument", "", 400, "fatal"],
  ]),
  ...of(Vpc, ec2, [
    ["look/remove", "InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist", 400, "gone"],
    ["create", "VpcLimitExceeded", "The maximum number of VPCs has been reached.", 400, "quota"],
    ["look/create", "RequestLimitExceeded", "Request limit exceeded.", 503, "retry"],
    ["create", "EC2ThrottledException", "", 400, "retry", "@smithy/service-error-classification"],
    [
      "remove",
      "DependencyViolation",
      "The vpc 'vpc-1' has dependencies and cannot be deleted.",
      400,
      "dependency",
      recorded,
    ],
    ["look/create", "UnauthorizedOperation", "You are not authorized to perform this operation.", 403, "denied"],
    ["look", "AuthFailure", "AWS was not able to validate the provided access credentials", 401, "denied"],
    ["look", "OptInRequired", "You are not subscribed to this service.", 403, "denied"],
    ["look/create", "InternalError", "An internal error has occurred", 500, "unknown"],
    ["look", "Unavailable", "The server is overloaded and can't handle the request.", 503, "unknown"],
    [
      "update",
      "ConcurrentTagAccess",
      "You can't run simultaneous commands to modify a tag for a specific resource.",
      400,
      "retry",
    ],
    ["update", "InvalidParameterValue", "", 400, "fatal"],
    ["update", "TagLimitExceeded", "The maximum number of tags has been reached", 400, "quota"],
  ]),
  ...of(Subnet, ec2, [
    ["look", "InvalidSubnetID.NotFound", "The subnet ID 'subnet-1' does not exist", 400, "gone", recorded],
    ["create", "InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist", 400, "gone"],
    ["create", "SubnetLimitExceeded", "", 400, "quota"],
    ["create", "InvalidSubnet.Conflict", "The CIDR '10.0.0.0/24' conflicts with another subnet", 400, "fatal"],
    [
      "remove",
      "DependencyViolation",
      "The subnet 'subnet-1' has dependencies and cannot be deleted.",
      400,
      "dependency",
    ],
  ]),
  ...of(SecurityGroup, ec2, [
    ["create", "InvalidGroup.Duplicate", "The security group 'g' already exists for VPC 'vpc-1'", 400, "exists"],
    ["look/remove", "InvalidGroup.NotFound", "The security group 'sg-1' does not exist", 400, "gone", recorded],
    ["remove", "InvalidGroup.InUse", "", 400, "dependency"],
    ["remove", "DependencyViolation", "resource sg-1 has a dependent object", 400, "dependency", recorded],
    [
      "remove",
      "InvalidNetworkInterface.InUse",
      "The specified interface is currently in use and cannot be deleted",
      400,
      "dependency",
    ],
    ["remove", "CannotDelete", 'the specified group: "sg-1" name: "default" cannot be deleted by a user', 400, "fatal"],
    ["create", "SecurityGroupLimitExceeded", "", 400, "quota"],
  ]),
  ...of(SecurityGroupRule, ec2, [
    ["create", "InvalidPermission.Duplicate", "the specified rule already exists", 400, "exists", recorded],
    ["remove", "InvalidPermission.NotFound", "The specified rule does not exist in this security group.", 400, "gone"],
    ["look", "InvalidSecurityGroupRuleId.NotFound", "", 400, "gone"],
    ["create", "RulesPerSecurityGroupLimitExceeded", "", 400, "quota"],
    ["create", "InvalidGroup.NotFound", "The security group 'sg-1' does not exist", 400, "gone"],
  ]),
  ...of(InternetGateway, ec2, [
    ["look", "InvalidInternetGatewayID.NotFound", "", 400, "gone", recorded],
    [
      "update",
      "Resource.AlreadyAssociated",
      "resource igw-1 is already attached to network vpc-1",
      400,
      "unknown",
      "kind: it may be the attachment that a lost reply was of",
    ],
    ["create", "InternetGatewayLimitExceeded", "", 400, "quota"],
    ["remove", "DependencyViolation", "Network vpc-1 has some mapped public address(es).", 400, "dependency"],
  ]),
  ...of(ElasticIp, ec2, [
    ["look/remove", "InvalidAllocationID.NotFound", "", 400, "gone", recorded],
    ["create", "AddressLimitExceeded", "The maximum number of addresses has been reached.", 400, "quota"],
    ["create", "InsufficientAddressCapacity", "Not enough available addresses", 400, "retry"],
    ["remove", "InvalidIPAddress.InUse", "", 400, "dependency"],
    [
      "remove",
      "AuthFailure",
      "You do not have permission to access the specified resource.",
      400,
      "dependency",
      "kubernetes/kops#938",
    ],
    ["create", "AuthFailure", "AWS was not able to validate the provided access credentials", 401, "denied"],
  ]),
  ...of(NatGateway, ec2, [
    ["look", "NatGatewayNotFound", "The Nat Gateway nat-1 was not found", 400, "gone"],
    ["create", "NatGatewayLimitExceeded", "", 400, "quota"],
    ["create", "InvalidSubnet", "", 400, "fatal"],
    ["create", "Resource.AlreadyAssociated", "Elastic IP address is already associated", 400, "dependency"],
  ]),
  ...of(RouteTable, ec2, [
    ["look", "InvalidRouteTableID.NotFound", "", 400, "gone"],
    [
      "update",
      "InvalidNatGatewayID.NotFound",
      "The gateway ID 'nat-1' does not exist",
      400,
      "gone",
      `${notes}ec2/vpc_route.go`,
    ],
    ["update", "InvalidRoute.NotFound", "no route with destination-cidr-block 0.0.0.0/0", 400, "gone"],
    ["update", "RouteAlreadyExists", "The route identified by 0.0.0.0/0 already exists.", 400, "exists"],
    ["remove", "InvalidAssociationID.NotFound", "", 400, "gone"],
    ["create", "RouteTableLimitExceeded", "", 400, "quota"],
    ["update", "RouteLimitExceeded", "", 400, "quota"],
  ]),
  ...of(GatewayEndpoint, ec2, [
    ["look/remove", "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id 'vpce-1' does not exist", 400, "gone"],
    [
      "create",
      "RouteAlreadyExists",
      "route table rtb-1 already has a route with destination-prefix-list-id pl-1",
      400,
      "fatal",
      "kind: another endpoint serves one of the tables",
    ],
    [
      "update",
      "RouteAlreadyExists",
      "route table rtb-1 already has a route with destination-prefix-list-id pl-1",
      400,
      "unknown",
      "kind: the look may not have shown the table yet",
    ],
    ["create", "VpcEndpointLimitExceeded", "", 400, "quota"],
    ["remove", "IncorrectState", "", 400, "dependency"],
  ]),
  ...of(Role, sdk("iam"), [
    ["look/remove", "NoSuchEntityException", "The role with name r cannot be found.", 404, "gone", localstack],
    ["look", "NoSuchEntity", "The role with name r cannot be found.", 404, "gone", recorded],
    ["create", "EntityAlreadyExistsException", "Role with name r already exists.", 409, "exists"],
    ["create", "LimitExceededException", "Cannot exceed quota for RolesPerAccount: 1000", 409, "quota", localstack],
    [
      "remove",
      "DeleteConflictException",
      "Cannot delete entity, must delete policies first.",
      409,
      "dependency",
      recorded,
    ],
    [
      "update",
      "ConcurrentModificationException",
      "The request was rejected because multiple requests to change this object were submitted simultaneously.",
      409,
      "retry",
      `${notes}iam/role.go`,
    ],
    ["update", "EntityTemporarilyUnmodifiableException", "", 409, "retry"],
    ["update", "UnmodifiableEntityException", "", 400, "fatal", recorded],
    ["update", "MalformedPolicyDocumentException", "Syntax errors in policy.", 400, "fatal"],
    [
      "update",
      "MalformedPolicyDocumentException",
      'Invalid principal in policy: "AWS":"arn:aws:iam::1:role/r"',
      400,
      "dependency",
      `${notes}iam/role.go`,
    ],
    ["look", "ServiceFailureException", "", 500, "unknown"],
    ["look", "Throttling", "Rate exceeded", 400, "retry", common],
    ["look", "InvalidClientTokenId", "The security token included in the request is invalid.", 403, "denied", common],
  ]),
  ...of(LambdaFunction, sdk("lambda"), [
    ["look", "ResourceNotFoundException", "Function not found: arn:aws:lambda:…", 404, "gone", localstack],
    ["create", "ResourceConflictException", "Function already exist: f", 409, "exists", localstack],
    [
      "update/remove",
      "ResourceConflictException",
      "The operation cannot be performed at this time. An update is in progress for resource: f",
      409,
      "retry",
      localstack,
    ],
    [
      "create/update",
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
      400,
      "retry",
      `${notes}lambda/function.go`,
    ],
    [
      "create",
      "InvalidParameterValueException",
      "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
      400,
      "retry",
      `${notes}lambda/function.go`,
    ],
    [
      "create",
      "InvalidParameterValueException",
      "Your request has been throttled by EC2, please make sure you have enough API rate limit.",
      400,
      "retry",
      `${notes}lambda/function.go`,
    ],
    [
      "create/update",
      "InvalidParameterValueException",
      "Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant.",
      400,
      "retry",
      `${notes}lambda/function.go`,
    ],
    [
      "create",
      "InvalidParameterValueException",
      "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID 'subnet-1' does not exist",
      400,
      "retry",
      localstack,
    ],
    [
      "create",
      "InvalidParameterValueException",
      "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security group 'sg-1' does not exist",
      400,
      "retry",
      localstack,
    ],
    [
      "create/update",
      "InvalidParameterValueException",
      "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
      400,
      "retry",
      localstack,
    ],
    [
      "create",
      "InvalidParameterValueException",
      "Unzipped size must be smaller than 262144000 bytes",
      400,
      "fatal",
      localstack,
    ],
    [
      "create",
      "InvalidParameterValueException",
      "The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions.",
      400,
      "fatal",
      localstack,
    ],
    ["look/update", "TooManyRequestsException", "Rate Exceeded.", 429, "retry", localstack],
    ["create", "CodeStorageExceededException", "Code storage limit exceeded.", 400, "quota"],
    ["create", "ENILimitReachedException", "", 502, "quota"],
    ["look", "ServiceException", "", 500, "unknown"],
    [
      "create",
      "KMS.DisabledException",
      `${arn} is disabled.`,
      400,
      "dependency",
      "S3 API reference, PutObject under a KMS key",
    ],
    [
      "create",
      "KMS.NotFoundException",
      `Key '${arn}' does not exist`,
      400,
      "dependency",
      "S3 API reference, PutObject under a KMS key",
    ],
    [
      "create",
      "KMS.KMSInvalidStateException",
      `${arn} is pending deletion.`,
      400,
      "dependency",
      "S3 API reference, PutObject under a KMS key",
    ],
    ["create", "KMS.ThrottlingException", "", 400, "retry", "S3 API reference, PutObject under a KMS key"],
    ["update", "KMSDisabledException", "", 502, "dependency"],
    ["update", "KMSInvalidStateException", "", 502, "dependency"],
    ["update", "KMSNotFoundException", "", 502, "dependency"],
    ["update", "EC2AccessDeniedException", "Need additional permissions to configure VPC settings.", 502, "dependency"],
    [
      "update",
      "ResourceNotReadyException",
      "The function is inactive and its VPC connection is no longer available.",
      502,
      "retry",
    ],
  ]),
  ...of(LambdaPermission, sdk("lambda"), [
    [
      "create",
      "ResourceConflictException",
      "The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.",
      409,
      "exists",
      localstack,
    ],
    [
      "create/remove",
      "ResourceConflictException",
      "The function could not be updated due to a concurrent update operation. Please try again later.",
      409,
      "retry",
      `${notes}lambda/permission.go`,
    ],
    [
      "create/remove",
      "PreconditionFailedException",
      "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
      412,
      "retry",
      localstack,
    ],
    ["remove", "ResourceNotFoundException", "Statement s1 is not found in resource policy.", 404, "gone", localstack],
    [
      "create",
      "PolicyLengthExceededException",
      "The final policy size is bigger than the limit (20480).",
      400,
      "fatal",
    ],
    [
      "create",
      "InvalidParameterValueException",
      "The provided principal was invalid. Please check the principal and try again.",
      400,
      "fatal",
      localstack,
    ],
  ]),
  ...of(RestApi, sdk("api-gateway"), [
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
  ...of(ApiResource, localstack, [
    ["create", "ConflictException", "Another resource with the same parent already has this name: pets", 409, "exists"],
    ["remove", "NotFoundException", "Invalid Resource identifier specified", 404, "gone"],
  ]),
  ...of(ApiDeployment, localstack, [
    [
      "remove",
      "BadRequestException",
      "Active stages pointing to this deployment must be moved or deleted",
      400,
      "dependency",
    ],
    ["create", "BadRequestException", "Invalid REST API identifier specified", 400, "fatal"],
  ]),
  ...of(ApiStage, localstack, [
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
  ...of(ApiGatewayAccount, `${notes}apigateway/account.go`, [
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
  ...of(ApiDomainName, sdk("api-gateway"), [
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
  ...of(BasePathMapping, `${notes}apigateway/base_path_mapping.go`, [
    ["create", "BadRequestException", "Invalid stage identifier specified", 400, "retry"],
    ["create", "BadRequestException", "Invalid domain name identifier specified", 400, "retry"],
    ["create", "ConflictException", "Base path already exists for this domain name", 409, "exists"],
    ["remove", "BadRequestException", "Invalid stage identifier specified", 400, "fatal"],
    ["remove", "NotFoundException", "Invalid base path mapping identifier specified", 404, "gone"],
  ]),
  ...of(DbCluster, sdk("rds"), [
    ["look/remove", "DBClusterNotFoundFault", "DBCluster c not found.", 404, "gone"],
    ["create", "DBClusterAlreadyExistsFault", "DB Cluster already exists", 400, "exists"],
    ["create", "DBClusterQuotaExceededFault", "DB Cluster quota exceeded", 403, "quota"],
    ["create", "StorageQuotaExceededFault", "", 400, "quota"],
    [
      "create",
      "KMSKeyNotAccessibleFault",
      "The specified KMS key does not exist, is not enabled or you do not have permissions to access it.",
      400,
      "dependency",
      "aws-notes; RDS API reference, CreateDBCluster",
    ],
    [
      "update/remove",
      "InvalidDBClusterStateFault",
      "DB cluster c is not in available state.",
      400,
      "dependency",
      `${notes}rds/cluster.go`,
    ],
    [
      "remove",
      "InvalidDBClusterStateFault",
      "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
      400,
      "dependency",
    ],
    [
      "remove",
      "InvalidParameterCombination",
      "Cannot delete protected Cluster, please disable deletion protection and try again.",
      400,
      "fatal",
      `${notes}rds/cluster.go`,
    ],
    ["remove", "DBClusterSnapshotAlreadyExistsFault", "", 400, "exists"],
    ["remove", "SnapshotQuotaExceededFault", "", 400, "quota", recorded],
    ["create", "InsufficientStorageClusterCapacityFault", "", 400, "retry"],
    ["create", "InsufficientDBClusterCapacityFault", "", 403, "retry"],
    ["create", "DBSubnetGroupNotFoundFault", "", 404, "gone"],
    ["create", "DBSubnetGroupDoesNotCoverEnoughAZs", "", 400, "fatal"],
    ["create", "InvalidVPCNetworkStateFault", "", 400, "fatal"],
    ["look", "Throttling", "Rate exceeded", 400, "retry", common],
  ]),
  ...of(DbInstance, sdk("rds"), [
    ["look/remove", "DBInstanceNotFoundFault", "DBInstance i not found.", 404, "gone", recorded],
    ["create", "DBInstanceAlreadyExistsFault", "", 400, "exists"],
    ["create", "InstanceQuotaExceededFault", "", 400, "quota"],
    ["create", "InsufficientDBInstanceCapacityFault", "", 400, "retry"],
    [
      "create/update",
      "InvalidDBInstanceStateFault",
      "Instance i is not in available state.",
      400,
      "dependency",
      `${notes}rds/cluster_instance.go`,
    ],
    ["remove", "InvalidDBInstanceStateFault", "Instance i is already being deleted.", 400, "dependency"],
    ["create", "InvalidDBClusterStateFault", "DB cluster c is not in available state.", 400, "dependency"],
  ]),
  ...of(DbSubnetGroup, sdk("rds"), [
    ["create", "DBSubnetGroupAlreadyExistsFault", "", 400, "exists"],
    ["create", "DBSubnetGroupQuotaExceededFault", "", 400, "quota"],
    [
      "remove",
      "InvalidDBSubnetGroupStateFault",
      "Cannot delete the subnet group because at least one database instance is still using it.",
      400,
      "dependency",
      `${notes}rds/subnet_group.go`,
    ],
    ["update", "SubnetAlreadyInUse", "", 400, "dependency"],
  ]),
  ...of(DbClusterParameterGroup, sdk("rds"), [
    ["look", "DBParameterGroupNotFoundFault", "", 404, "gone", recorded],
    ["create", "DBParameterGroupAlreadyExistsFault", "", 400, "exists"],
    ["create", "DBParameterGroupQuotaExceededFault", "", 400, "quota"],
    [
      "remove",
      "InvalidDBParameterGroupStateFault",
      "One or more database instances are still members of this parameter group",
      400,
      "dependency",
      `${notes}rds/cluster_parameter_group.go`,
    ],
  ]),
  ...of(Secret, sdk("secrets-manager"), [
    ["look", "ResourceNotFoundException", "Secrets Manager can't find the specified secret.", 400, "gone", localstack],
    ["create", "ResourceExistsException", "The operation failed because the secret already exists.", 400, "exists"],
    [
      "create",
      "InvalidRequestException",
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
      400,
      "retry",
      `${notes}secretsmanager/secret.go`,
    ],
    [
      "create",
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was deleted.",
      400,
      "retry",
      `${notes}secretsmanager/secret.go`,
    ],
    [
      "update",
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
      400,
      "retry",
      localstack,
    ],
    ["create", "InvalidRequestException", "You must provide a ClientRequestToken value.", 400, "fatal", localstack],
    [
      "create/update",
      "EncryptionFailure",
      "Secrets Manager can't encrypt the protected secret text using the provided KMS key.",
      400,
      "dependency",
    ],
    [
      "update",
      "DecryptionFailure",
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      400,
      "dependency",
    ],
    [
      "create",
      "LimitExceededException",
      "The request failed because it would exceed one of the Secrets Manager quotas.",
      400,
      "quota",
    ],
    ["look", "InternalServiceError", "An error occurred on the server side.", 500, "unknown"],
  ]),
  ...of(HostedZone, sdk("route-53"), [
    ["look", "NoSuchHostedZone", "No hosted zone found with ID: Z1", 404, "gone"],
    ["create", "HostedZoneAlreadyExists", "", 409, "exists"],
    ["create", "TooManyHostedZones", "", 400, "quota"],
    [
      "remove",
      "HostedZoneNotEmpty",
      "The specified hosted zone contains non-required resource record sets",
      400,
      "dependency",
      recorded,
    ],
    [
      "create/remove",
      "PriorRequestNotComplete",
      "The request was rejected because Route 53 was still processing a prior request.",
      400,
      "retry",
    ],
    ["update", "ConcurrentModification", "", 400, "retry"],
    ["create", "ConflictingDomainExists", "", 400, "fatal"],
    ["look", "Throttling", "Rate exceeded", 400, "retry", common],
  ]),
  ...of(DnsRecord, sdk("route-53"), [
    [
      "create",
      "InvalidChangeBatch",
      "[Tried to create resource record set [name='x', type='A'] but it already exists]",
      400,
      "exists",
      "kubernetes-sigs/external-dns#3007",
    ],
    [
      "remove",
      "InvalidChangeBatch",
      "[Tried to delete resource record set [name='x', type='A'] but it was not found]",
      400,
      "gone",
      "kubernetes-sigs/external-dns#3007",
    ],
    ["update", "InvalidChangeBatch", "[RRSet with DNS name x. is not permitted in zone y.]", 400, "fatal"],
    ["update", "LimitsExceeded", "", 400, "quota"],
  ]),
  ...of(Certificate, sdk("acm"), [
    ["look/remove", "ResourceNotFoundException", "Could not find certificate", 400, "gone"],
    [
      "create",
      "LimitExceededException",
      "Error: you have reached your limit of 2500 certificates in the last year.",
      400,
      "quota",
      "ACM user guide, Quotas",
    ],
    ["create", "LimitExceededException", "An ACM quota has been exceeded.", 400, "quota"],
    ["remove", "ResourceInUseException", "Certificate is in use.", 400, "dependency", `${notes}acm/certificate.go`],
    ["update", "RequestInProgressException", "", 400, "retry"],
    ["look", "ThrottlingException", "Rate exceeded", 400, "retry"],
    ["create", "InvalidDomainValidationOptionsException", "", 400, "fatal"],
    ["look", "ExpiredTokenException", "The security token included in the request is expired", 403, "denied", common],
  ]),
];
