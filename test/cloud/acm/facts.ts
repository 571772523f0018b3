import { DeleteCertificateCommand } from "@aws-sdk/client-acm";
import type { ServiceFacts } from "../facts.ts";
import { AcmModel } from "./acm.ts";
import { acm as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";

/** See {@link ServiceFacts}. */
export const acm: ServiceFacts<AcmModel> = {
  model: AcmModel,
  authorization,
  errors,
  drift,
  hands: {
    "acm:certificate": {
      refused: "ResourceInUseException",
      remove: (cloud, { id }) => void cloud.call(new DeleteCertificateCommand({ CertificateArn: id })),
    },
  },
  tagCommand: "aws acm add-tags-to-certificate --certificate-arn <id> --tags Key=",
  nameless: /^RequestCertificate$/,
};
