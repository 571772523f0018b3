import { common, type ErrorRow, notes, of, sdk } from "../error-rows.ts";

/** The errors of its resources, and what they mean. */
export const errors: readonly ErrorRow[] = [
  ...of("acm:certificate", sdk("acm"), [
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
