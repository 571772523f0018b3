import { each, permissions, reference } from "../../aws/permissions.ts";

/** Amazon API Gateway: the actions are HTTP verbs, on the paths of its API. */
export const apigateway = permissions({
  source: reference("amazonapigatewaymanagement"),
  scopes: ({ region, domain, ours, asOurs }) => {
    const api = (path: string) => `arn:aws:apigateway:${region}::${path}`;
    return {
      LookAtApis: {
        resources: ["/account", "/restapis", "/restapis/*", "/domainnames"]
          .concat(domain === undefined ? [] : [`/domainnames/${domain.name}/basepathmappings`])
          .map(api),
      },
      NewApi: { resources: ["/restapis", ...(domain ? ["/domainnames"] : [])].map(api), condition: asOurs },
      // The parts of an API have its tags (API Gateway developer guide, "Tag inheritance"). A stage has tags of its own,
      // too, which come first: where someone has made them somebody else's, IAM refuses what tap would repair.
      Api: { resources: [api("/restapis/*")], condition: ours },
      ApiDomain: domain && {
        resources: [api(`/domainnames/${domain.name}`), api(`/domainnames/${domain.name}/*`)],
        condition: ours,
      },
      // Tagging takes PATCH on the tagged thing, too, which has to be ours.
      ApiTags: { resources: [api("/tags/*")] },
      ApiAccount: { resources: [api("/account")] },
    };
  },
  operations: {
    ...each("apigateway:GET", "LookAtApis", "GetAccount", "GetBasePathMappings", "GetDeployments", "GetDomainNames"),
    ...each("apigateway:GET", "LookAtApis", "GetResources", "GetRestApi", "GetRestApis", "GetStages"),
    CreateBasePathMapping: { "apigateway:POST": "ApiDomain" },
    ...each("apigateway:POST", "Api", "CreateDeployment", "CreateResource", "CreateStage"),
    ...each("apigateway:DELETE", "ApiDomain", "DeleteBasePathMapping", "DeleteDomainName"),
    ...each("apigateway:DELETE", "Api", "DeleteDeployment", "DeleteMethod", "DeleteResource"),
    ...each("apigateway:DELETE", "Api", "DeleteRestApi", "DeleteStage"),
    ...each("apigateway:PUT", "Api", "PutIntegration", "PutMethod"),
    ...each("apigateway:PATCH", "ApiDomain", "UpdateBasePathMapping", "UpdateDomainName"),
    ...each("apigateway:PATCH", "Api", "UpdateMethod", "UpdateRestApi", "UpdateStage"),
    CreateDomainName: { "apigateway:POST": "NewApi" },
    CreateRestApi: { "apigateway:POST": "NewApi" },
    // Also PATCH on what is tagged, found out by trying (github.com/iann0036/iam-dataset/pull/39).
    TagResource: { "apigateway:PUT": "ApiTags", "apigateway:PATCH": ["Api", "ApiDomain"] },
    UpdateAccount: { "apigateway:PATCH": "ApiAccount" },
  },
  implied: [
    {
      needs: { "iam:PassRole": "PassToApiGateway" },
      because: ["UpdateAccount"],
      source: 'API Gateway developer guide, "Set up CloudWatch logging for REST APIs", permissions',
    },
    {
      needs: { "iam:CreateServiceLinkedRole": "ServiceLinkedRoles" },
      because: ["CreateRestApi"],
      source: 'API Gateway developer guide, "Using service-linked roles"',
    },
    {
      needs: { "apigateway:PUT": "ApiTags" },
      because: ["CreateRestApi", "CreateStage", "CreateDomainName"],
      source: "AWS's refusal of a create call with tags (github.com/mattclay/aws-terminator/pull/284)",
    },
  ],
});
