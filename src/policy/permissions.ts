import { awsKinds } from "../../steps/kinds.ts";
import type { Permissions } from "../aws/permissions.ts";
import { sts } from "../aws/sts.ts";
import { tagging } from "../resources/tagging.ts";
import { state } from "../state/s3/permissions.ts";

/**
 * What tap needs of every service, by the service as tap names it; `state` is S3 where the shared state is. A test holds
 * the operations against the source and against what is called over the whole life of an environment.
 */
export const permissions: Readonly<Record<string, Permissions>> = {
  ...Object.fromEntries(awsKinds.map((kind) => [kind.type.replace(/:.*/, ""), kind.permissions])),
  state,
  sts,
  tagging,
};
