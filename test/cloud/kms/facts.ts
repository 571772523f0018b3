import { DeleteAliasCommand } from "@aws-sdk/client-kms";
import type { ServiceFacts } from "../facts.ts";
import { kms as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { KmsModel } from "./kms.ts";

/** See {@link ServiceFacts}. */
export const kms: ServiceFacts<KmsModel> = {
  model: KmsModel,
  authorization,
  errors,
  drift,
  hands: {
    // The key has tests of its own.
    "kms:alias": { remove: (cloud, { id }) => void cloud.call(new DeleteAliasCommand({ AliasName: id })) },
  },
  texts: {
    // CreateAlias: alias/aws/ is AWS's own.
    AliasName: { longest: 256, form: /^alias\/(?!aws\/)[a-zA-Z0-9/_-]+$/ },
  },
  tagCommand: "aws kms tag-resource --key-id <id> --tags TagKey=",
  nameless: /^CreateKey$/,
  monthly: { "kms:key": 1 },
};
