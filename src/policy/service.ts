import { reference, type ServiceNeeds } from "./needs.ts";

/** AWS Identity and Access Management: a role for each function, and one that all environments share. */
export const iam: ServiceNeeds = {
  source: reference("awsidentityandaccessmanagementiam"),
  operations: {
    GetRole: { "iam:GetRole": "LookAtRoles" },
    GetRolePolicy: { "iam:GetRolePolicy": "LookAtRoles" },
    ListAttachedRolePolicies: { "iam:ListAttachedRolePolicies": "LookAtRoles" },
    ListRolePolicies: { "iam:ListRolePolicies": "LookAtRoles" },
    // Only the shared role has a managed policy.
    AttachRolePolicy: { "iam:AttachRolePolicy": "SharedRolePolicy" },
    CreateRole: { "iam:CreateRole": ["NewRoles", "NewSharedRole"], "iam:TagRole": ["NewRoles", "NewSharedRole"] },
    DeleteRole: { "iam:DeleteRole": "Roles" },
    DeleteRolePolicy: { "iam:DeleteRolePolicy": "Roles" },
    DetachRolePolicy: { "iam:DetachRolePolicy": "Roles" },
    PutRolePolicy: { "iam:PutRolePolicy": "Roles" },
    TagRole: { "iam:TagRole": "NewRoles" },
    UpdateAssumeRolePolicy: { "iam:UpdateAssumeRolePolicy": "Roles" },
    UpdateRole: { "iam:UpdateRole": "Roles" },
  },
};

/** AWS Lambda. */
export const lambda: ServiceNeeds = {
  source: reference("awslambda"),
  operations: {
    // Its tags, which say whose it is, are left out without lambda:ListTags (Lambda API reference, GetFunction).
    GetFunction: { "lambda:GetFunction": "Functions", "lambda:ListTags": "Functions" },
    GetPolicy: { "lambda:GetPolicy": "Functions" },
    AddPermission: { "lambda:AddPermission": "FunctionsForApi" },
    CreateFunction: { "lambda:CreateFunction": "NewFunctions", "lambda:TagResource": "NewFunctions" },
    DeleteFunction: { "lambda:DeleteFunction": "Functions" },
    Invoke: { "lambda:InvokeFunction": "Migration" },
    RemovePermission: { "lambda:RemovePermission": "Functions" },
    TagResource: { "lambda:TagResource": "NewFunctions" },
    UpdateFunctionCode: { "lambda:UpdateFunctionCode": "Functions" },
    UpdateFunctionConfiguration: { "lambda:UpdateFunctionConfiguration": "Functions" },
  },
};

const get = { "apigateway:GET": "LookAtApis" } as const;
const ofApi = (verb: "POST" | "PUT" | "PATCH" | "DELETE") => ({ [`apigateway:${verb}`]: "Api" as const });
const ofDomain = (verb: "POST" | "PATCH" | "DELETE") => ({ [`apigateway:${verb}`]: "ApiDomain" as const });

/** Amazon API Gateway: the actions are HTTP verbs, on the paths of its API. */
export const apigateway: ServiceNeeds = {
  source: reference("amazonapigatewaymanagement"),
  operations: {
    GetAccount: get,
    GetBasePathMappings: get,
    GetDeployments: get,
    GetDomainNames: get,
    GetResources: get,
    GetRestApi: get,
    GetRestApis: get,
    GetStages: get,
    CreateBasePathMapping: ofDomain("POST"),
    CreateDeployment: ofApi("POST"),
    CreateDomainName: { "apigateway:POST": "NewApi" },
    CreateResource: ofApi("POST"),
    CreateRestApi: { "apigateway:POST": "NewApi" },
    CreateStage: ofApi("POST"),
    DeleteBasePathMapping: ofDomain("DELETE"),
    DeleteDeployment: ofApi("DELETE"),
    DeleteDomainName: ofDomain("DELETE"),
    DeleteMethod: ofApi("DELETE"),
    DeleteResource: ofApi("DELETE"),
    DeleteRestApi: ofApi("DELETE"),
    DeleteStage: ofApi("DELETE"),
    PutIntegration: ofApi("PUT"),
    PutMethod: ofApi("PUT"),
    // Also PATCH on what is tagged, found out by trying (github.com/iann0036/iam-dataset/pull/39).
    TagResource: { "apigateway:PUT": "ApiTags", "apigateway:PATCH": ["Api", "ApiDomain"] },
    UpdateAccount: { "apigateway:PATCH": "ApiAccount" },
    UpdateBasePathMapping: ofDomain("PATCH"),
    UpdateDomainName: ofDomain("PATCH"),
    UpdateMethod: ofApi("PATCH"),
    UpdateRestApi: ofApi("PATCH"),
    UpdateStage: ofApi("PATCH"),
  },
};

/** AWS Certificate Manager. */
export const acm: ServiceNeeds = {
  source: reference("awscertificatemanager"),
  operations: {
    DescribeCertificate: { "acm:DescribeCertificate": "LookAtCertificates" },
    ListCertificates: { "acm:ListCertificates": "LookAtCertificates" },
    ListTagsForCertificate: { "acm:ListTagsForCertificate": "LookAtCertificates" },
    AddTagsToCertificate: { "acm:AddTagsToCertificate": "TagCertificate" },
    DeleteCertificate: { "acm:DeleteCertificate": "Certificate" },
    // Tags need a permission of their own (ACM user guide, "Tagging").
    RequestCertificate: { "acm:RequestCertificate": "NewCertificate", "acm:AddTagsToCertificate": "TagCertificate" },
    UpdateCertificateOptions: { "acm:UpdateCertificateOptions": "Certificate" },
  },
};

/** Amazon Route 53. */
export const route53: ServiceNeeds = {
  source: reference("amazonroute53"),
  operations: {
    GetHostedZone: { "route53:GetHostedZone": "Zone" },
    ListHostedZones: { "route53:ListHostedZones": "LookAtZones" },
    ListResourceRecordSets: { "route53:ListResourceRecordSets": "Zone" },
    ListTagsForResource: { "route53:ListTagsForResource": "OwnZone" },
    ChangeResourceRecordSets: { "route53:ChangeResourceRecordSets": "ZoneRecords" },
    ChangeTagsForResource: { "route53:ChangeTagsForResource": "OwnZone" },
    CreateHostedZone: { "route53:CreateHostedZone": "NewZone" },
    DeleteHostedZone: { "route53:DeleteHostedZone": "OwnZone" },
    UpdateHostedZoneComment: { "route53:UpdateHostedZoneComment": "OwnZone" },
  },
};

/** AWS Resource Groups Tagging API. */
export const tagging: ServiceNeeds = {
  source: reference("amazonresourcegrouptaggingapi"),
  operations: { GetResources: { "tag:GetResources": "Look" } },
};

/** AWS Security Token Service. */
export const sts: ServiceNeeds = {
  source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html",
  // "No permissions are required to perform this operation."
  operations: { GetCallerIdentity: {} },
};
