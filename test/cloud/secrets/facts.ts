import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { ServiceFacts } from "../facts.ts";
import { secretsmanager as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { SecretsModel } from "./secrets.ts";

/** See {@link ServiceFacts}. */
export const secretsmanager: ServiceFacts<SecretsModel> = {
  model: SecretsModel,
  sdkPackage: "secrets-manager",
  inTap: "secrets",
  authorization,
  errors,
  drift,
  hands: {
    "secrets:secret": {
      remove: (cloud, { id }) =>
        void cloud.call(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true })),
    },
  },
  texts: {
    // CreateSecret. A hyphen and six characters at the end, as of a suffix of six, confuse only searches by part of an
    // ARN, which tap makes none of.
    "CreateSecret.Name": { longest: 512, form: /^[\w/+=.@-]+$/ },
  },
  tagCommand: "aws secretsmanager tag-resource --secret-id <id> --tags Key=",
  monthly: { "secrets:secret": 0.4 },
};
