import type { Authorization } from "./authorization.ts";

/** See {@link Authorization}. */
export const iam: Authorization = {
  actions: {
    "iam:AttachRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: ["iam:PolicyARN"] },
    "iam:CreateRole": { on: { role: ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "iam:CreateServiceLinkedRole": { on: { role: ["aws:ResourceTag"] }, keys: ["iam:AWSServiceName"] },
    "iam:DeleteRole": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:DeleteRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:DetachRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: ["iam:PolicyARN"] },
    "iam:GetRole": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:GetRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:ListAttachedRolePolicies": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:ListRolePolicies": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:ListRoles": { on: {}, keys: [] },
    "iam:PassRole": { on: { role: ["aws:ResourceTag"] }, keys: ["iam:PassedToService"] },
    "iam:PutRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:TagRole": { on: { role: ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "iam:UpdateAssumeRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:UpdateRole": { on: { role: ["aws:ResourceTag"] }, keys: [] },
  },
  forms: {
    role: /^arn:aws:iam::\d+:role\//,
  },
  touched: ({ arn, each }) => each("RoleName", (role) => arn("iam", `role/${role}`)),
};
