import { common, type ErrorRow, localstack, notes, of, recorded, sdk } from "../error-rows.ts";

/** The errors of its resources, and what they mean. */
export const errors: readonly ErrorRow[] = [
  ...of("iam:role", sdk("iam"), [
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
];
