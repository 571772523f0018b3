import { type ErrorRow, localstack, notes, of, sdk } from "../error-rows.ts";

/** The errors of its resources, and what they mean. */
export const errors: readonly ErrorRow[] = [
  ...of("secrets:secret", sdk("secrets-manager"), [
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
];
