import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolesCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "vitest";
import { world } from "../world.ts";
import { holds, refused } from "./facts.ts";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

holds([
  {
    operation: "CreateRole",
    fact: "the reply leaves out how long a session may last",
    source: "placebo CreateRole; LocalStack test_create_describe_role, test_role_with_path_lifecycle",
    check: () => {
      const made = world().cloud.call(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: trust })).Role;
      expect(made?.RoleId).toMatch(/^AROA/);
      expect(made?.MaxSessionDuration).toBeUndefined();
    },
  },
  {
    operation: "GetRole",
    fact: "says when the role was used last even when it never was",
    source: "47 of 71 placebo recordings; LocalStack test_create_describe_role",
    check: () => {
      const role = world().cloud.call(new GetRoleCommand({ RoleName: "function" })).Role;
      expect(role).toMatchObject({ RoleLastUsed: {}, MaxSessionDuration: 3600 });
    },
  },
  {
    operation: "ListRoles",
    fact: "says how long a session may last, and nothing of tags or use",
    source: "LocalStack test_create_describe_role",
    check: () => {
      const [role] = world().cloud.call(new ListRolesCommand({})).Roles ?? [];
      expect(role?.MaxSessionDuration).toBe(3600);
      expect(role).not.toHaveProperty("RoleLastUsed");
      expect(role?.Tags).toBeUndefined();
    },
  },
  {
    operation: "GetRole, GetRolePolicy",
    fact: "what is not there is named: the role, or its policy",
    source: "placebo, 4 answers of 404; TF iam/role.go",
    check: () => {
      const { cloud } = world();
      expect(refused(() => cloud.call(new GetRoleCommand({ RoleName: "no" })))).toBe(
        "NoSuchEntityException: The role with name no cannot be found.",
      );
      expect(refused(() => cloud.call(new GetRolePolicyCommand({ RoleName: "function", PolicyName: "no" })))).toBe(
        "NoSuchEntityException: The role policy with name no cannot be found.",
      );
    },
  },
  {
    operation: "AttachRolePolicy",
    fact: "a name is no ARN; an ARN of nothing is not attachable",
    source: "LocalStack test_role_attach_policy",
    check: () => {
      const { cloud } = world();
      const attach = (PolicyArn: string) =>
        refused(() => cloud.call(new AttachRolePolicyCommand({ RoleName: "function", PolicyArn })));
      expect(attach("policy")).toBe("ValidationError: Invalid ARN:  Could not be parsed!");
      const arn = "arn:aws:iam::123456789012:policy/no";
      expect(attach(arn)).toBe(`NoSuchEntityException: Policy ${arn} does not exist or is not attachable.`);
    },
  },
  {
    operation: "SimulatePrincipalPolicy",
    fact: "of a role that is not there nothing can be retrieved",
    source: "placebo, 404 of SimulatePrincipalPolicy",
    check: () => {
      const { cloud } = world();
      const PolicySourceArn = "arn:aws:iam::123456789012:role/no";
      const simulate = new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ["s3:GetObject"] });
      expect(refused(() => cloud.call(simulate))).toBe(
        "NoSuchEntityException: Unable to retrieve specified IAM entity.",
      );
    },
  },
]);
