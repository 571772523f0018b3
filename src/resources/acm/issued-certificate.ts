import type { CertificateDetail } from "@aws-sdk/client-acm";
import * as z from "zod";
import { TapError } from "../../engine/errors.ts";
import { failed, pending, ready, unfamiliar } from "../../engine/kind.ts";
import { type AwsKind, keyOf } from "../define.ts";
import { required } from "../missing.ts";
import { acm } from "./permissions.ts";
import { certificateIfThere, hopeless } from "./shared.ts";

type Key = { readonly certificateArn: string };

/**
 * A certificate once it is issued: a look at `Certificate` for those that cannot use it earlier. It makes nothing and
 * removes nothing.
 */
export const IssuedCertificate: AwsKind<object, CertificateDetail, { certificateArn: string }, Key> = {
  type: "acm:issued-certificate",
  recover: "setting",
  usable: "ready",
  releases: "gone",
  replace: "refuse",
  role: "lookup",
  // ACM User Guide, "DNS validation": usually minutes once the record resolves, 30 and more when it took long to appear.
  minutes: { create: 45, update: 1, remove: 1 },
  seconds: { create: 180, remove: 0 },
  permissions: acm,
  card: "Domain and DNS",
  parseKey: keyOf(z.object({ certificateArn: z.string() })),

  find: (aws, _me, { certificateArn }) => certificateIfThere(aws, certificateArn),
  id: (live) => required(live.CertificateArn, "CertificateArn"),
  phase(live) {
    const why = hopeless(live);
    if (why !== undefined) return failed(why);
    if (live.Status === "ISSUED") return ready;
    return live.Status === "PENDING_VALIDATION" ? pending(live.Status) : unfamiliar(live.Status);
  },
  outputs: (live) => ({ certificateArn: required(live.CertificateArn, "CertificateArn") }),
  changes: () => [],

  create: async (_aws, _me, { certificateArn }) => {
    throw new TapError(`certificate ${certificateArn} is gone`, {
      advice: "Run the same command again: it requests another one.",
    });
  },
  update: async () => undefined,
  remove: async () => undefined,
};
