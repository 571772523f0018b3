import { type ErrorRow, localstack, notes, of, recorded, sdk } from "../error-rows.ts";

const arn = "arn:aws:kms:us-east-1:123456789012:key/k";

/** The errors of its resources, and what they mean. */
export const errors: readonly ErrorRow[] = [
  ...of("kms:key", sdk("kms"), [
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
  ...of("kms:alias", sdk("kms"), [
    ["create", "AlreadyExistsException", "An alias with the name already exists", 400, "exists"],
    ["create", "KMSInvalidStateException", `${arn} is pending deletion.`, 400, "dependency", `${notes}kms/alias.go`],
    ["create", "NotFoundException", `Key '${arn}' does not exist`, 400, "gone", localstack],
    ["remove", "NotFoundException", "Alias is not found.", 400, "gone"],
    ["create", "InvalidAliasNameException", "", 400, "fatal"],
  ]),
];
