import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { another, type DriftFacts, noProperty } from "../drift.ts";

/** See {@link DriftFacts}. */
export const drift: DriftFacts = {
  exceptions: [{ fields: /Secret Name/, reason: another, expect: noProperty }],
  additions: [
    {
      what: "a secret that is to be deleted",
      node: "database/user-secret",
      path: /^deletionDate$/,
      by: (cloud, id) =>
        cloud.call(new DeleteSecretCommand({ SecretId: id("database/user-secret"), RecoveryWindowInDays: 7 })),
    },
  ],
};
