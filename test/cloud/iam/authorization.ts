import { type Authorization, one, stringsIn } from "../authorization.ts";

/** See {@link Authorization}. */
export const iam: Authorization = {
  actions: {
    "iam:AttachRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: ["iam:PolicyARN"] },
    "iam:CreateRole": { on: { role: ["aws:ResourceTag"] }, keys: ["aws:RequestTag", "iam:PermissionsBoundary"] },
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
    "iam:PutRolePermissionsBoundary": { on: { role: ["aws:ResourceTag"] }, keys: ["iam:PermissionsBoundary"] },
    "iam:PutRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:TagRole": { on: { role: ["aws:ResourceTag"] }, keys: ["aws:RequestTag"] },
    "iam:UpdateAssumeRolePolicy": { on: { role: ["aws:ResourceTag"] }, keys: [] },
    "iam:UpdateRole": { on: { role: ["aws:ResourceTag"] }, keys: [] },
  },
  forms: {
    role: /^arn:aws:iam::\d+:role\//,
  },
  touched: ({ cloud, given, arn, each }) =>
    each("RoleName", (role) => {
      const { Path = "/" } = given;
      return (
        [...cloud.resources()].find(({ service, key }) => service === "iam" && key === `role/${role}`)?.arn ??
        arn("iam", `role${Path}${role}`)
      );
    }),
  tagging: "iam:TagRole",
  taggable: (name) => [["iam:TagRole", `arn:aws:iam::123456789012:role/trading-query-${name}`]],
  context: ({ given }) => ({
    ...one("iam:PolicyARN", given["PolicyArn"]),
    ...one("iam:PermissionsBoundary", given["PermissionsBoundary"]),
  }),
  implied: {
    "iam:PassRole": ({ call, given }) => {
      const service = call.service === "lambda" ? "lambda.amazonaws.com" : "apigateway.amazonaws.com";
      const patched = JSON.stringify(given["patchOperations"] ?? "").match(/arn:aws:iam:[^"]+/g) ?? [];
      return [...stringsIn(given["Role"]), ...patched].map((role) => [role, { "iam:PassedToService": [service] }]);
    },
    "iam:CreateServiceLinkedRole": ({ call, arn }) => {
      const [service, role] =
        call.service === "rds"
          ? ["rds.amazonaws.com", "AWSServiceRoleForRDS"]
          : ["ops.apigateway.amazonaws.com", "AWSServiceRoleForAPIGateway"];
      return [[arn("iam", `role/aws-service-role/${service}/${role}`), { "iam:AWSServiceName": [service] }]];
    },
  },
};
