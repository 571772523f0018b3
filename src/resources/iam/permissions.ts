import { each, permissions, reference } from "../../aws/permissions.ts";
import { FUNCTIONS, LOG_ROLE } from "../../config/names.ts";

const passTo = (resources: readonly string[], service: string) => ({
  resources,
  condition: { StringEquals: { "iam:PassedToService": `${service}.amazonaws.com` } },
});

/** What lets API Gateway write logs: the only managed policy of the role that all environments share. */
export const pushToLogs = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/** AWS Identity and Access Management: a role for each function, and one that all environments share. */
export const iam = permissions({
  source: reference("awsidentityandaccessmanagementiam"),
  scopes: ({ named, global, asOurs, asShared, iam: { path = "/" } = {} }) => {
    const roles = FUNCTIONS.map((type) => global("iam", `role${path}${named(type)}`));
    const sharedRole = global("iam", `role/${LOG_ROLE}`);
    return {
      NewRoles: { resources: roles, condition: asOurs },
      Roles: { resources: roles },
      ListRoles: { resources: ["*"] },
      // By the shape of the name: whose a role is that is declared no more is only known by reading it.
      // What is not there yet has no path.
      LookAtRoles: {
        resources: [...[...new Set(["/", path])].map((at) => global("iam", `role${at}${named("*")}`)), sharedRole],
      },
      NewSharedRole: { resources: [sharedRole], condition: asShared },
      SharedRolePolicy: {
        resources: [sharedRole],
        condition: { ArnEquals: { "iam:PolicyARN": pushToLogs } },
      },
      PassToLambda: passTo(roles, "lambda"),
      PassToApiGateway: passTo([sharedRole], "apigateway"),
      ServiceLinkedRoles: {
        resources: [
          "rds.amazonaws.com/AWSServiceRoleForRDS",
          "ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway",
        ].map((role) => global("iam", `role/aws-service-role/${role}`)),
        condition: { StringEquals: { "iam:AWSServiceName": ["rds.amazonaws.com", "ops.apigateway.amazonaws.com"] } },
      },
    };
  },
  operations: {
    ...each("iam:*", "LookAtRoles", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies"),
    ListRoles: { "iam:ListRoles": "ListRoles" },
    // Only the shared role has a managed policy.
    AttachRolePolicy: { "iam:AttachRolePolicy": "SharedRolePolicy" },
    ...each("iam:*", "Roles", "DeleteRole", "DeleteRolePolicy", "DetachRolePolicy"),
    ...each("iam:*", "Roles", "PutRolePolicy", "UpdateAssumeRolePolicy", "UpdateRole"),
    PutRolePermissionsBoundary: { "iam:PutRolePermissionsBoundary": "Roles" },
    TagRole: { "iam:TagRole": "NewRoles" },
    CreateRole: { "iam:CreateRole": ["NewRoles", "NewSharedRole"], "iam:TagRole": ["NewRoles", "NewSharedRole"] },
  },
});
