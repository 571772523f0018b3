import { DeleteRoleCommand, DeleteRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import type { ServiceFacts } from "../facts.ts";
import { iam as authorization } from "./authorization.ts";
import { drift } from "./drift.ts";
import { errors } from "./errors.ts";
import { IamModel } from "./iam.ts";

/** See {@link ServiceFacts}. */
export const iam: ServiceFacts<IamModel> = {
  model: IamModel,
  authorization,
  errors,
  drift,
  hands: {
    "iam:role": {
      remove(cloud, { id: RoleName }) {
        for (const PolicyName of cloud.call(new ListRolePoliciesCommand({ RoleName })).PolicyNames ?? []) {
          cloud.call(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
        }
        cloud.call(new DeleteRoleCommand({ RoleName }));
      },
    },
  },
  texts: {
    // "IAM and AWS STS quotas".
    RoleName: { longest: 64, form: /^[\w+=,.@-]+$/ },
  },
  tagCommand: "aws iam tag-role --role-name <id> --tags Key=",
};
