import { common, type ErrorRow, of, recorded, sdk } from "../error-rows.ts";

/** The errors of its resources, and what they mean. */
export const errors: readonly ErrorRow[] = [
  ...of("route53:hosted-zone", sdk("route-53"), [
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
  ...of("route53:record", sdk("route-53"), [
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
];
